import fc from 'fast-check';
import type { Facts } from '../../src/domain/access/facts.ts';
import { ACTIONS, PURPOSES } from '../../src/domain/access/question.ts';
import { EXAMPLE_FACTS } from '../../src/domain/access/rule-book.ts';
import { ESPACE_STATUSES } from '../../src/domain/espace/espace.ts';

/** All that rules look at, as fast-check makes it. */

const ACTORS = [
  'holder',
  'representative',
  'carer',
  'professional',
  'third-party',
  'support',
  'fund',
  'system',
] as const;

export const FLAGS = (Object.keys(EXAMPLE_FACTS) as (keyof Facts)[]).filter(
  (key): key is Flag => typeof EXAMPLE_FACTS[key] === 'boolean',
);
type Flag = { [K in keyof Facts]: Facts[K] extends boolean ? K : never }[keyof Facts];

const PROFESSIONALS_ONLY: readonly Flag[] = [
  'occupational',
  'targetBlocked',
  'regulation',
  'blocked',
  'authorised',
  'expresslyAuthorised',
  'attendingDoctor',
  'administrator',
  'matrixAllows',
  'foreignCard',
  'cardTriesUsed',
];
const DOCUMENTS_ONLY: readonly Flag[] = [
  'author',
  'putInByHolder',
  'masked',
  'hiddenFromRepresentatives',
  'hiddenFromHolder',
];

/**
 * The nearest facts that a question and a state can give (`factsOf`): what only professionals or existing documents have
 * is false for the others; a third party is excluded, and of the others professionals alone can be; an express authorisation is one; a
 * delegation, or an invitation to one, is a representative's or a carer's; masked documents open to an emergency only while one is allowed (an
 * invariant of Consent); a document has one author.
 */
export const consistent = (facts: Facts): Facts => {
  const isProfessional = facts.actor === 'professional';
  const without = (flags: readonly Flag[]) => Object.fromEntries(flags.map(flag => [flag, false])) as Partial<Facts>;
  const some: Facts = {
    ...facts,
    ...(isProfessional ? {} : without(PROFESSIONALS_ONLY)),
    ...(facts.documentExists ? {} : without(DOCUMENTS_ONLY)),
  };
  const author = some.author && facts.actor !== 'third-party' && facts.actor !== 'system';
  return {
    ...some,
    excluded: facts.actor === 'third-party' || (isProfessional && facts.excluded),
    expresslyAuthorised: some.expresslyAuthorised && some.authorised,
    identityConfirmed: facts.identityConfirmed && facts.actor === 'support',
    evidence: some.evidence && !some.foreignCard,
    cardTriesUsed: some.cardTriesUsed && (some.evidence || some.foreignCard),
    delegated: facts.delegated && (facts.actor === 'representative' || facts.actor === 'carer'),
    invited: facts.invited && (facts.actor === 'representative' || facts.actor === 'carer'),
    declaringParent: facts.declaringParent && facts.actor === 'representative',
    guardian: facts.guardian && facts.delegated && facts.actor === 'representative',
    maskedInEmergency: facts.maskedInEmergency && (facts.breakGlassAllowed || facts.callCentreAllowed),
    author,
    // What a carer or representative puts in is on the person's side too.
    putInByHolder: isPatientSide(facts) && author ? true : some.putInByHolder && !author,
  };
};

const isPatientSide = ({ actor }: Facts): boolean =>
  actor === 'holder' || actor === 'representative' || actor === 'carer';

const flags = fc.record(
  Object.fromEntries(FLAGS.map(flag => [flag, fc.boolean()])) as Record<Flag, fc.Arbitrary<boolean>>,
);
const anywhere: fc.Arbitrary<Facts> = fc
  .tuple(
    flags,
    fc.constantFrom(...ESPACE_STATUSES),
    fc.constantFrom(...ACTORS),
    fc.constantFrom(...ACTIONS),
    fc.constantFrom(...PURPOSES),
  )
  .map(([all, espace, actor, action, purpose]) => ({ ...all, espace, actor, action, purpose }));

/** The example with a few flags turned: where few rules answer before the one that matters. */
const nearby: fc.Arbitrary<Facts> = fc
  .tuple(anywhere, fc.subarray([...FLAGS], { maxLength: 6 }))
  .map(([{ action, purpose, actor, espace }, turned]) => ({
    ...EXAMPLE_FACTS,
    ...Object.fromEntries(turned.map(flag => [flag, !EXAMPLE_FACTS[flag]])),
    action,
    purpose,
    actor: turned.length % 3 === 0 ? actor : 'professional',
    espace: turned.length % 5 === 0 ? espace : 'activated',
  }));

/** Any facts that can come up, half of them near the example of the rule book. */
export const anyFacts: fc.Arbitrary<Facts> = fc.oneof(anywhere, nearby).map(consistent);
