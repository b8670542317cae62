import { judge } from '../domain/access/judge.ts';
import { CURRENT_MATRIX } from '../domain/access/matrix/matrices.ts';
import { COLUMNS, type Column, mayRead } from '../domain/access/matrix/matrix.ts';
import type { Purpose } from '../domain/access/question.ts';
import type { Rule } from '../domain/access/rule-book.ts';
import { actorKindOf, delegationInForce, type Relation } from '../domain/delegation/delegation.ts';
import type { Document } from '../domain/document/document.ts';
import type { RecordState } from '../domain/record/state.ts';
import type { Actor, Delegate, PersonId, Professional } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';

type ReaderKind = 'holder' | Delegate['kind'] | 'professional' | 'organisation' | 'emergency';

/** Somebody who has some right or restriction here, and what the rule book answers them about one document. */
export type Reader = {
  readonly who: { readonly kind: ReaderKind; readonly id: string };
  /** What makes them worth asking about, e.g. `authorisation`, `attending-doctor`. */
  readonly standing: string;
  readonly purpose: Purpose;
  readonly permit: boolean;
  readonly rule: Rule;
  /** End of the right on which the answer rests; null: none. */
  readonly until: Instant | null;
};

export type Readers = {
  readonly readers: readonly Reader[];
  /** Professions that the matrix lets read this type: the condition under every permit but the holder's and the author's. */
  readonly professions: readonly { readonly column: Column; readonly label: string }[];
};

/**
 * Who can read this document at `at`, by which rule: the rule book itself is asked about everyone who is named in the
 * espace. Of most of them only the number is known, so they are asked about as physicians, whom the matrix lets read
 * most; `professions` says who else qualifies. `idle`: delegates who are let in nowhere, as `idleDelegates` finds them; they
 * are left out.
 */
export const readersOf = (
  state: RecordState,
  document: Document,
  holder: PersonId,
  at: Instant,
  idle: ReadonlySet<PersonId>,
): Readers => {
  const { consent } = state;
  const ask = (
    who: Reader['who'],
    standing: string,
    actor: Actor,
    purpose: Purpose = 'TREAT',
    until: Instant | null = null,
  ): Reader => {
    const question = {
      actor,
      action: 'read-content',
      purpose,
      reason: purpose === 'BTG' ? 'urgence' : null,
      documentId: document.id,
      target: null,
      evidence: null,
      patientInformed: false,
      at,
    } as const;
    const { permit, rule } = judge(question, state);
    return { who, standing, purpose, permit, rule, until };
  };
  const named = (target: string, standing: string, until: Instant | null = null): Reader =>
    isOrganisation(target)
      ? ask({ kind: 'organisation', id: target }, standing, physician('', target), 'TREAT', until)
      : ask({ kind: 'professional', id: target }, standing, physician(target, null), 'TREAT', until);

  const { author } = document;
  const readers: Reader[] = [
    ask({ kind: 'holder', id: holder }, 'holder', { kind: 'holder', id: holder }),
    ...state.delegations.live.flatMap(one => {
      const inForce = one.delegate === null ? undefined : delegationInForce(state.delegations, one.delegate, at);
      if (inForce?.id !== one.id || one.delegate === null || idle.has(one.delegate)) return [];
      const actor = { kind: actorKindOf(one.relation), id: one.delegate, name: one.name } as const;
      return [ask({ kind: actor.kind, id: one.id }, standingOf(one.relation), actor, 'TREAT', one.until)];
    }),
    ...(author.kind === 'professional' ? [ask({ kind: 'professional', id: author.rpps }, 'author', author)] : []),
    ...(consent.attendingDoctor ? [named(consent.attendingDoctor.professional, 'attending-doctor')] : []),
    ...[...consent.administrators.entries()].map(([rpps]) => named(rpps, 'administrator')),
    ...[...consent.authorised.entries()].map(([target, { until }]) => named(target, 'authorisation', until)),
    ...[...consent.blocked.entries()].map(([target]) => named(target, 'blocked')),
    ask({ kind: 'emergency', id: 'break-glass' }, 'break-glass', physician('', null), 'BTG'),
    ask({ kind: 'emergency', id: 'call-centre' }, 'call-centre', physician('', null), 'ETREAT'),
  ];
  const professions = (Object.keys(COLUMNS) as Column[])
    .filter(column => mayRead(CURRENT_MATRIX, column, document.typeCode))
    .map(column => ({ column, label: COLUMNS[column] }));
  return { readers, professions };
};

/** `SECOND_REPRESENTATIVE` → `second-representative`. */
const standingOf = (relation: Relation): string => relation.toLowerCase().replace('_', '-');

const isOrganisation = (target: string): boolean => target.length === 9;

/** Somebody of whom only a number is known. */
const physician = (rpps: string, organisation: string | null): Professional => ({
  kind: 'professional',
  rpps,
  name: '',
  profession: 'G15_10',
  specialty: null,
  organisation,
  organisationName: null,
  sector: null,
  regulation: true,
});
