import { isRepresentative } from '../../domain/delegation/delegation.ts';
import { decideEnrolment } from '../../domain/enrolment/enrolment.ts';
import { decideInsClaim } from '../../domain/enrolment/ins-claim.ts';
import type { Person } from '../../domain/enrolment/person.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { Random } from '../../ports/random.ts';
import type { Attachments } from '../delegation/attachments.ts';
import { attachChild, attachChildrenOf, isAttachedChild } from '../delegation/children.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { identityOf, invitationCodeId } from '../enrolment/invite.ts';
import { decided, type HandlerRefusal, stepOf } from '../enrolment/outcome.ts';
import { ibanCheckOf, insSubject, parentSubject } from '../enrolment/persons.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import { type Column, type InsuredLine, type LineFlaw, personOfLine } from './insured-line.ts';

/** A line of the file as it was read; `cells` null where it could not be. Lines count from 1, the header included. */
export type ReadLine = { readonly line: number; readonly cells: Partial<Record<Column, string>> | null };

/** `stream-busy`, `espace-not-created`, `parent-not-asked`: run the file again. */
export type ImportRefusal = LineFlaw | HandlerRefusal | 'espace-not-created' | 'parent-not-asked';

export type ImportReport = {
  readonly read: number;
  readonly imported: number;
  readonly alreadyImported: number;
  /** Of those imported now. */
  readonly invited: number;
  readonly refused: number;
};

export type ImportDeps = {
  readonly streams: Pick<IdentityStreams, 'ins' | 'enrolments'>;
  readonly espaces: Pick<Espaces, 'create' | 'register' | 'status'>;
  readonly records: Records;
  readonly attachments: Attachments;
  readonly hash: KeyedHash;
  readonly random: Random;
  readonly clock: Clock;
};

export type ImportOptions = {
  /** Refuses identities that stand for nobody. */
  readonly production: boolean;
  /** Sends an invitation to everybody imported who can be reached, and creates their espace. */
  readonly invite: boolean;
  readonly onRefused: (line: number, reasons: readonly ImportRefusal[]) => void;
  readonly onProgress?: (report: ImportReport) => void;
};

/** Lines under way at once: the appends of as many persons share one commit. */
const LINES_AT_ONCE = 16;

/**
 * Takes over insured persons, line by line. A bad line is told and skipped, the others are kept. It may be cut off
 * anywhere and run again: whoever is there already is counted, and what was left undone for them is finished. A second file
 * updates a person only where it brings the card of somebody who had none. Rejects where the store or the file fails, when what was under way has settled.
 */
export const importInsured = async (
  deps: ImportDeps,
  lines: AsyncIterable<ReadLine>,
  options: ImportOptions,
): Promise<ImportReport> => {
  let report: ImportReport = { read: 0, imported: 0, alreadyImported: 0, invited: 0, refused: 0 };
  const one = async ({ line, cells }: ReadLine): Promise<void> => {
    const result = await importLine(deps, cells, options);
    report = { ...report, read: report.read + 1 };
    if ('reasons' in result) {
      report = { ...report, refused: report.refused + 1 };
      options.onRefused(line, result.reasons);
    } else if (result.already) report = { ...report, alreadyImported: report.alreadyImported + 1 };
    else report = { ...report, imported: report.imported + 1, invited: report.invited + (result.invited ? 1 : 0) };
    options.onProgress?.(report);
  };

  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const line of lines) {
      const work: Promise<void> = one(line)
        .catch(error => void failures.push(error))
        .finally(() => underWay.delete(work));
      underWay.add(work);
      if (underWay.size >= LINES_AT_ONCE) await Promise.race(underWay);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
  return report;
};

type Imported =
  | { readonly already: boolean; readonly invited: boolean }
  | { readonly reasons: readonly ImportRefusal[] };

const importLine = async (
  deps: ImportDeps,
  cells: ReadLine['cells'],
  { production, invite }: ImportOptions,
): Promise<Imported> => {
  if (cells === null) return { reasons: ['unreadable'] };
  const line = personOfLine(cells, { now: deps.clock.now(), production });
  if (!line.ok) return { reasons: line.flaws };
  return register(deps, line, invite);
};

const register = async (
  deps: ImportDeps,
  { person: read, parentNirs, ibanLast5 }: InsuredLine,
  wantsInvitation: boolean,
): Promise<Imported> => {
  const person: Person = { ...read, parents: parentNirs.map(nir => insSubject(deps.hash, nir)) };
  const { personId, isErased } = await claimIns(deps, insSubject(deps.hash, person.ins.value));
  // The same for the same person, whatever file and line they come from; whoever had no card is told of anew with one.
  const name = person.vitaleSerials.length > 0 ? 'import with card' : 'import';
  const request: Request = { id: derivedId(personId, name), fingerprint: 'import' };
  // Whoever was erased comes back at their own wish: no file invites them, and no six weeks open an espace for them.
  const codeId = wantsInvitation && !isErased ? invitationCodeId(request, personId) : null;
  const ibanCheck = ibanLast5 === null ? {} : { ibanCheck: ibanCheckOf(deps.hash, person.ins.value, ibanLast5) };
  const handled = await deps.streams.enrolments.handle(personId, request, (state, at) =>
    decided(decideEnrolment(state, { type: 'import', at, person, codeId, ...ibanCheck })),
  );
  if (!handled.ok) return { reasons: [handled.refusal] };
  const { state, repeated, result } = handled;
  const already = repeated || (result.ok && result.events.length === 0);
  if (state.codes.INVITATION && state.person) {
    const step = stepOf(request, 'create espace');
    const created = await deps.espaces.create(personId, identityOf(state.person), step);
    if (!created.ok) return { reasons: ['espace-not-created'] };
  }
  if (wantsInvitation && !isErased && state.person && isAttachedChild(state.person, deps.clock.now())) {
    const parent = await declaringParent(deps, personId, state.person);
    const attached = await attachChild(deps, { id: personId, person: state.person }, parent, request);
    if (!attached.ok) return { reasons: [attached.refusal] };
    return { already, invited: !already && parent !== null };
  }
  const attached = await attachChildrenOf(deps, personId, request);
  if (!attached.ok) return { reasons: [attached.refusal] };
  return { already, invited: !already && state.codes.INVITATION !== null };
};

/**
 * The first parent named who is alive, was not erased or has come back, and has not lost their authority; of one who is not
 * imported yet, the id that will be theirs.
 */
const declaringParent = async (deps: ImportDeps, child: PersonId, { parents }: Person): Promise<PersonId | null> => {
  const { past } = (await deps.records.load(child)).state.delegations;
  for (const parent of parents) {
    const { personId, isErased } = await claimIns(deps, parentSubject(deps.hash, parent));
    if (past.some(one => one.delegate === personId && isRepresentative(one) && one.endReason === 'JUDGMENT')) continue;
    const status = await deps.espaces.status(personId);
    if (status === 'activated' || (!isErased && status !== 'deceased')) return personId;
  }
  return null;
};

/** Whose INS this is from now on: a new person's, or whoever had it already; and whether somebody before them was erased. */
const claimIns = async (
  deps: ImportDeps,
  subject: string,
): Promise<{ readonly personId: PersonId; readonly isErased: boolean }> => {
  const newcomer = deps.random.uuid();
  const request: Request = { id: newcomer, fingerprint: 'import' };
  const handled = await deps.streams.ins.handle(subject, request, (state, at) =>
    decided(decideInsClaim(state, { type: 'claim', at, owner: newcomer })),
  );
  if (!handled.ok) throw new Error(`an INS could not be claimed: ${handled.refusal}`);
  const { owner, erased } = handled.state;
  return { personId: owner ?? newcomer, isErased: erased };
};
