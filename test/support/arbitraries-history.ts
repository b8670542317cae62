import fc from 'fast-check';
import { type Action, PURPOSES } from '../../src/domain/access/question.ts';
import type { Evidence } from '../../src/domain/consent/consent.ts';
import type { Visibility } from '../../src/domain/document/document.ts';
import { ACTORS, DELEGATES, GP_SURGERY, HOSPITAL, PROFESSIONALS, type Who } from './history-cast.ts';
import type { Delegating, Step, Wish } from './history-steps.ts';

/** Random histories: many people, a few documents, so that they meet. */

export const DOCUMENTS = 5;
/** One that most may read, one for physicians alone, one that every role may read. */
const TYPES = ['11502-2', '68599-0', 'FICHE-CONTACTS'];

const document = fc.nat(DOCUMENTS - 1);
const anybody = fc.constantFrom(...(Object.keys(ACTORS) as Who[]));
const professional = fc.constantFrom<Who>('gp', 'nurse', 'specialist', 'regulator', 'hospitalDoctor', 'pharmacist');
const holder = fc.constant<Who>('holder');
const depositor = fc.oneof(holder, professional, fc.constantFrom<Who>('bank', 'occupational', 'insurerDoctor'));
const mostly = (many: fc.Arbitrary<Who>, weight: number, few: fc.Arbitrary<Who>) =>
  fc.oneof({ weight, arbitrary: many }, { weight: 1, arbitrary: few });
const purpose = fc.oneof(fc.constant('TREAT' as const), fc.constantFrom(...PURPOSES));
const targets = [GP_SURGERY, HOSPITAL, ...PROFESSIONALS.map(({ rpps }) => rpps)];
const target = fc.oneof(fc.constantFrom(...targets.slice(0, 5)), fc.constantFrom(...targets));
const rpps = fc.constantFrom(...PROFESSIONALS.slice(0, 4).map(person => person.rpps));
const evidence = fc.constantFrom<Evidence>('CARTE_VITALE', 'ORAL_AGREEMENT', 'WRITTEN_AGREEMENT');

const visibility: fc.Arbitrary<Visibility> = fc.record(
  {
    maskedFromProfessionals: fc.boolean(),
    hiddenFromRepresentatives: fc.boolean(),
    hiddenFromHolderUntilAnnounced: fc.boolean(),
  },
  { requiredKeys: [] },
);

const lookedAt = fc.constantFrom<Action>(
  'list-documents',
  'read-document',
  'read-content',
  'read-content',
  'read-content',
  'read-document',
  'look-up',
  'read-journal',
  'replay-history',
);

/** Masking and deleting, by those who may and those who may not. */
export const tidy: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('show'),
    who: depositor,
    document,
    visibility: fc.record({ maskedFromProfessionals: fc.boolean() }),
  }),
  fc.record({ do: fc.constant('delete'), who: depositor, document }),
) as fc.Arbitrary<Step>;

export const look: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('look'),
  who: mostly(professional, 6, anybody),
  action: lookedAt,
  document,
  purpose,
  reason: fc.constantFrom('malaise', 'malaise', 'malaise', null, ' '),
});

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('authorise'),
      target,
      hours: fc.constantFrom(null, null, 1, 24, 24, 0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('withdraw', 'block', 'unblock'), target }) },
  fc.record({
    type: fc.constant('set-defaults'),
    professionalsBlocked: fc.boolean(),
    documentsMasked: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('set-emergency'),
    callCentre: fc.boolean(),
    breakGlass: fc.boolean(),
    masked: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom('name-administrator', 'remove-administrator'), professional: rpps }),
  fc.record({ type: fc.constant('declare-attending-doctor'), professional: rpps }),
  fc.record({ type: fc.constant('remove-attending-doctor') }),
) as fc.Arbitrary<Wish>;

/** Closing and reopening. */
export const life: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('life'),
  who: mostly(holder, 5, fc.constant('gp')),
  wish: fc.constantFrom('close', 'reopen', 'reopen', 'reopen'),
  erase: fc.boolean(),
});

const DELEGATING = Object.keys(DELEGATES) as Delegating[];
const delegate = fc.constantFrom(...DELEGATING);
const CARERS = ['carer', 'neighbour', 'cousin', 'friend'] as const;
/** Invitations of one person: few, so that they are answered. */
const INVITATIONS = 2;
const numbersOf = (invited: Delegating): readonly number[] => {
  const first = DELEGATING.indexOf(invited) * INVITATIONS;
  return Array.from({ length: INVITATIONS }, (_, at) => first + at);
};
const number = fc.nat(DELEGATING.length * INVITATIONS - 1);
const measureNumber = fc.constantFrom(80, 81);

const invitationOf = (relation: 'CARER' | 'SECOND_REPRESENTATIVE', among: readonly Delegating[]) =>
  fc.constantFrom(...among).chain(invited =>
    fc.record({
      do: fc.constant('delegate'),
      who: mostly(holder, 4, fc.oneof(delegate, professional)),
      number: fc.constantFrom(...numbersOf(invited)),
      wish: fc.constant({ type: 'invite', relation, invited }),
    }),
  );

/** Whoever is invited, mostly answers; whoever is helped, or represents them, mostly decides. */
export const delegating: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: invitationOf('CARER', CARERS) },
  { weight: 1, arbitrary: invitationOf('SECOND_REPRESENTATIVE', ['father', 'guardian']) },
  {
    weight: 8,
    arbitrary: fc
      .oneof({ weight: 2, arbitrary: fc.constantFrom(...CARERS) }, { weight: 1, arbitrary: delegate })
      .chain(who =>
        fc.record({
          do: fc.constant('delegate'),
          who: fc.constant(who),
          number: fc.oneof(
            { weight: 8, arbitrary: fc.constantFrom(...numbersOf(who)) },
            { weight: 1, arbitrary: number },
          ),
          wish: fc.record({ type: fc.constantFrom('accept', 'accept', 'accept', 'accept', 'refuse', 'renounce') }),
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('delegate'),
      who: mostly(holder, 4, delegate),
      number,
      wish: fc.record({ type: fc.constantFrom('withdraw', 'revoke', 'renew') }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('delegate'),
      who: mostly(fc.constant('fund'), 4, anybody),
      number: measureNumber,
      wish: fc.oneof(
        fc.record({
          type: fc.constant('declare-guardianship'),
          measure: fc.constantFrom('TUTELLE', 'TUTELLE', 'CURATELLE'),
          guardian: fc.constantFrom('guardian', 'carer'),
          startsIn: fc.constantFrom(0, 0, 48),
          hours: fc.constantFrom(null, 24, 400),
        }),
        fc.record({ type: fc.constant('end-guardianship') }),
      ),
    }),
  },
  fc.record({ do: fc.constant('lapse'), number: fc.oneof(number, measureNumber) }),
) as fc.Arbitrary<Step>;

/** What else becomes of an espace: its deadlines, suspension, and seldom its end. */
const fate: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('supervise'),
      who: mostly(fc.constant<Who>('fund'), 5, anybody),
      wish: fc.constantFrom('suspend', 'lift-suspension', 'lift-suspension'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('life'),
      who: mostly(holder, 5, anybody),
      wish: fc.constant('object-to-suspension'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('come-due'), wish: fc.constantFrom('open', 'close-suspended') }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.constantFrom(42 * 24, 85 * 24) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('come-due'),
      wish: fc.constant('erase'),
      reason: fc.constantFrom('REQUESTED', 'ARCHIVE_ENDED'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('supervise'),
      who: fc.constantFrom('fund', 'gp', 'holder'),
      wish: fc.constant('report-death'),
    }),
  },
) as fc.Arbitrary<Step>;

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: delegating },
  { weight: 12, arbitrary: look },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('deposit'),
      who: depositor,
      document,
      typeCode: fc.constantFrom(...TYPES),
      informed: fc.constantFrom(true, true, true, false),
      visibility,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('show'),
      who: mostly(fc.oneof(holder, depositor), 3, anybody),
      document,
      visibility,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('describe'),
      who: mostly(depositor, 2, anybody),
      document,
      title: fc.constant('Autre'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), who: mostly(depositor, 2, anybody), document }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('consent'), who: holder, wish, evidence: fc.constant(null) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('consent'), who: professional, wish, evidence: fc.option(evidence) }),
  },
  { weight: 1, arbitrary: life },
  { weight: 1, arbitrary: fate },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('deadline'), document, wish: fc.constantFrom('tell', 'reveal') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.constantFrom(1, 23, 24, 400) }) },
) as fc.Arbitrary<Step>;

const enrolment: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 16, arbitrary: fc.constant([{ do: 'enrol', wish: 'activate' }] as const) },
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constant([{ do: 'enrol', wish: 'oppose' }] as const) },
);

/** Documents and authorisations to begin with, so that there is something to meet. */
const furniture: fc.Arbitrary<readonly Step[]> = fc.tuple(
  ...Array.from({ length: DOCUMENTS - 1 }, (_, number) =>
    fc.record({
      do: fc.constant('deposit' as const),
      who: fc.constantFrom<Who>('holder', 'gp', 'hospitalDoctor', 'specialist'),
      document: fc.constant(number),
      typeCode: fc.constantFrom(...TYPES),
      informed: fc.constant(true),
      visibility,
    }),
  ),
  ...targets.slice(0, 5).map(one =>
    fc.record({
      do: fc.constant('consent' as const),
      who: holder,
      wish: fc.constantFrom<Wish>(
        { type: 'authorise', target: one, hours: null },
        { type: 'authorise', target: one, hours: 24 },
        { type: 'block', target: one },
        { type: 'withdraw', target: one },
        { type: 'withdraw', target: one },
      ),
      evidence: fc.constant(null),
    }),
  ),
);

/** An espace that was created, mostly activated, and then lived in. Without bias: small and equal values say little here. */
export const historyOf = (one: fc.Arbitrary<Step>, maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc.noBias(
    fc
      .tuple(enrolment, furniture, fc.array(one, { maxLength, size: 'max' }))
      .map(([first, second, others]) => [...first, ...second, ...others]),
  );
