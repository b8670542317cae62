import { entryOf } from '../../application/journal.ts';
import type { Records } from '../../application/records.ts';
import { type ReplayStep, replay } from '../../application/replay.ts';
import { type Delegation, statusAt } from '../../domain/delegation/delegation.ts';
import type { Document } from '../../domain/document/document.ts';
import type { Actor, PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { EventStore } from '../../ports/event-store.ts';
import type { Random } from '../../ports/random.ts';
import { presentAccess } from '../http/presenters.ts';
import { table } from './table.ts';

export type AuditResult = {
  readonly text: string;
  /** Decisions taken again, and those that came out otherwise than recorded. */
  readonly checked: number;
  readonly differing: number;
};

/**
 * The auditor's replay of one espace: the whole history in order, every decision taken again. A look like any other, so
 * it is written into the history before anything of it is shown, and the holder sees it. Of an erased espace, which takes
 * no event any more, only what stands in the clear is told. Null where there is no such espace.
 */
export const auditReplay = async (
  deps: { readonly store: EventStore; readonly records: Records; readonly random: Random },
  espace: PersonId,
  auditor: string,
  at: Instant | null,
): Promise<AuditResult | null> => {
  if ((await deps.records.load(espace)).state.espace.status === 'erased') return auditErased(deps.store, espace, at);
  const asked = await deps.records.ask(
    espace,
    { id: deps.random.uuid(), fingerprint: '' },
    {
      actor: { kind: 'system', name: `auditor ${auditor}` },
      purpose: 'TREAT',
      reason: null,
      software: 'audit',
      onBehalfOf: null,
    },
    { action: 'replay-history', details: at === null ? null : `state at ${at}` },
  );
  if (asked.outcome !== 'permitted') return null;
  const events = (await deps.store.readStream(`espace-${espace}`)).filter(event => at === null || event.at <= at);
  const steps = [...replay(events)];
  const decisions = steps.flatMap(({ recomputed }) => (recomputed ? [recomputed] : []));
  const differing = decisions.filter(({ same }) => !same).length;
  const summary =
    `${steps.length} events, ${decisions.length} decisions taken again by the rule book and matrix of their day: ` +
    (differing === 0 ? 'none differs.' : `${differing} DIFFER.`);
  const text = [
    table(['#', 'instant', 'event', 'who', 'what', 'verdict and rule', 'again'], steps.map(rowOf)),
    ...(at === null ? [] : [`\nState at ${at}:\n${stateOf(steps, at)}`]),
    `\n${summary}`,
  ].join('\n');
  return { text, checked: decisions.length, differing };
};

/** What happened and when; of what was decided nothing can be read, so nothing is taken again. */
const auditErased = async (store: EventStore, espace: PersonId, at: Instant | null): Promise<AuditResult> => {
  const events = (await store.readStream(`espace-${espace}`)).filter(event => at === null || event.at <= at);
  // Erased, and the key not yet destroyed: nobody looks into it any more.
  const steps = [...replay(events.map(event => ({ ...event, data: {}, erased: true as const })))];
  const decisions = events.filter(({ type }) => type === 'AccessedBy' || type === 'AccessDenied').length;
  const text = [
    table(['#', 'instant', 'event', 'who', 'what', 'verdict and rule', 'again'], steps.map(rowOf)),
    `\nErased: ${steps.length} events stand in the clear by type and instant. Decisions that cannot be taken again, since the key that opened them is destroyed: ${decisions}.`,
  ].join('\n');
  return { text, checked: 0, differing: 0 };
};

const rowOf = ({ event, recomputed }: ReplayStep): readonly string[] => {
  if (event.erased) return [String(event.version), event.at, event.type, '(erased)', '', '', ''];
  const entry = entryOf(event);
  const { trace } = entry;
  return [
    String(event.version),
    event.at,
    event.type,
    whoOf(entry.actor),
    trace
      ? [trace.action, trace.purpose === 'TREAT' ? '' : trace.purpose, trace.documentType ?? ''].join(' ').trim()
      : '',
    trace ? `${entry.verdict} ${trace.rule} (${trace.legalBasis})` : '',
    recomputed === null ? '' : recomputed.same ? 'same' : differenceOf(recomputed.now),
  ];
};

const differenceOf = (now: { readonly permit: boolean; readonly rule: string } | null): string =>
  now === null ? 'UNKNOWN EDITION' : `NOW ${now.permit ? 'PERMIT' : 'DENY'} ${now.rule}`;

const whoOf = (actor: Actor): string => {
  switch (actor.kind) {
    case 'holder':
      return 'holder';
    case 'professional':
      return `${actor.name} ${actor.rpps}${actor.organisationName === null ? '' : `, ${actor.organisationName}`}`;
    default:
      return `${actor.kind} ${actor.name}`;
  }
};

/** All that the rule book looked at on that day, but for what only the question said: a term counts by the clock of `at`. */
const stateOf = (steps: readonly ReplayStep[], at: Instant): string => {
  const state = steps.at(-1)?.state;
  if (state === undefined) return 'nothing yet';
  const { status, since, suspension, archivedSince, erasureDueAt } = state.espace;
  const { live, past } = state.delegations;
  return JSON.stringify(
    {
      espace: status,
      since,
      suspension,
      archivedSince,
      erasureDueAt,
      access: presentAccess(state.consent),
      delegations: [...live, ...past].map(one => delegationShown(one, at)),
      documents: [...state.documents.values()].map(documentShown),
      deletedAndKeptFromRepresentatives: [...state.keptSecrets.entries()].map(([id]) => id),
    },
    null,
    2,
  );
};

const delegationShown = (one: Delegation, at: Instant): object => {
  const { id, relation, name, delegate, invitedAt, expiresAt, since, until, endedAt, judgment } = one;
  return {
    id,
    relation,
    status: statusAt(one, at),
    name,
    delegate,
    invitedAt,
    expiresAt,
    since,
    until,
    endedAt,
    judgment,
  };
};

const documentShown = (document: Document): object => {
  const { id, title, typeCode: type, author, masked, hiddenFromRepresentatives, announcement, pinned } = document;
  const awaitsAnnouncement = announcement !== null;
  return { id, title, type, author: whoOf(author), masked, hiddenFromRepresentatives, awaitsAnnouncement, pinned };
};
