import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/domain/access/question.ts';
import type { Visibility } from '../../src/domain/document/document.ts';
import { isKeptFromRepresentatives } from '../../src/domain/record/state.ts';
import { historyOf, step } from '../support/arbitraries-history.ts';
import { ACTORS, type Who } from '../support/history-cast.ts';
import { mixed, type Named, named, SECRET, seenBy } from '../support/history-seen.ts';
import type { Step } from '../support/history-steps.ts';
import { documentIdOf } from '../support/questions.ts';

/*
 * Law 7: two histories that differ only in what a reader may not see give that reader identical answers, byte for byte as
 * the API presents them.
 *
 * Of what a minor keeps secret: a trail of looking for it that differs from that of looking for nothing; a deleted secret
 * whose trail comes to light; a report of an access to it; what the minor writes to the help desk, and the desk reads; what
 * the consultation looked at beside it, before and after.
 *
 * Mutants that these tests kill: a list that filters after it pages, or counts what is hidden; a masked document that
 * answers 403; a rule of reading before `masked`; a block shown by its own name, or where the matrix would have answered
 * first; an emergency whose refusal tells a block; a role that shows masked documents to one whose organisation is
 * blocked; a pending document in the holder's list, in their journal, or in a trace of their looking for it; pages of the
 * journal counted with what is left out.
 */

const RUNS = 60;
const STEPS = 25;
const places = fc.noBias(
  fc.array(
    fc.nat(999).map(thousandths => thousandths / 1_000),
    { minLength: 12, maxLength: 12 },
  ),
);

const concerns = (one: Step, ids: readonly (string | null)[]): boolean =>
  one.do === 'consent' &&
  (('target' in one.wish && ids.includes(one.wish.target)) ||
    ('professional' in one.wish && ids.includes(one.wish.professional)));

/** What a doctor puts in, and whom it is kept from. */
const depositOf = (visibility: Visibility): Step => ({
  do: 'deposit',
  who: 'hospitalDoctor',
  document: SECRET,
  typeCode: '11502-2',
  informed: true,
  visibility,
});

describe('law 7: a masked document', () => {
  const readers = fc.constantFrom<Who>('specialist', 'nurse', 'regulator', 'pharmacist', 'osteopath', 'occupational');
  const masked = { maskedFromProfessionals: true } as const;
  const extra: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      do: fc.constant('look'),
      who: fc.constantFrom('holder', 'gp', 'hospitalDoctor', 'specialist', 'nurse', 'regulator'),
      action: fc.constantFrom('read-content', 'read-document'),
      document: fc.constant(SECRET),
      purpose: fc.constantFrom('TREAT', 'BTG'),
      reason: fc.constant('malaise'),
    }),
    fc.record({
      do: fc.constant('describe'),
      who: fc.constantFrom('holder', 'hospitalDoctor'),
      document: fc.constant(SECRET),
      title: fc.constant('Secret'),
    }),
    fc.record({
      do: fc.constant('show'),
      who: fc.constantFrom('holder', 'hospitalDoctor', 'specialist'),
      document: fc.constant(SECRET),
      visibility: fc.constantFrom({ hiddenFromRepresentatives: true }, masked),
    }),
    fc.record({ do: fc.constant('delete'), who: fc.constantFrom('holder', 'gp'), document: fc.constant(SECRET) }),
  ) as fc.Arbitrary<Step>;

  it('is for one who may not see it as if it did not exist', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf(step, STEPS),
        readers,
        fc.constantFrom<Who>('holder', 'hospitalDoctor'),
        fc.array(extra, { maxLength: 6 }),
        places,
        async (steps, who, author, others, at) => {
          const reader = ACTORS[who];
          const roles = 'rpps' in reader ? [reader.rpps] : [];
          const base = steps.filter(
            one =>
              !(one.do === 'consent' && 'professional' in one.wish && concerns(one, roles)) &&
              !(one.do === 'consent' && one.wish.type === 'set-emergency' && one.wish.masked),
          );
          const secret: Step = {
            do: 'deposit',
            who: author,
            document: SECRET,
            typeCode: 'FICHE-CONTACTS',
            informed: true,
            visibility: masked,
          };
          // What the reader does themself, they do in both.
          const mine = others.filter(one => 'who' in one && one.who === who);
          const theirs = others.filter(one => 'who' in one && one.who !== who);
          const common = mixed(named(base, 'base'), named(mine, 'mine'), at);
          const without = await seenBy(common, who);
          const within = await seenBy(mixed(common, named([secret, ...theirs], 'secret'), at), who);
          expect(within.seen).toEqual(without.seen);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('law 7: what a minor keeps from who represents them', () => {
  const about = { document: fc.constant(SECRET) };
  const extra: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      do: fc.constant('look'),
      who: fc.constantFrom('gp', 'hospitalDoctor', 'specialist', 'guardian', 'mother', 'carer'),
      action: fc.constantFrom('read-content', 'read-document'),
      ...about,
      purpose: fc.constantFrom('TREAT', 'BTG'),
      reason: fc.constant('malaise'),
    }),
    fc.record({
      do: fc.constant('show'),
      who: fc.constantFrom('hospitalDoctor', 'guardian'),
      ...about,
      visibility: fc.record({ maskedFromProfessionals: fc.boolean() }),
    }),
    fc.record({ do: fc.constant('describe'), who: fc.constant('hospitalDoctor'), ...about, title: fc.string() }),
    fc.record({ do: fc.constant('delete'), who: fc.constantFrom('hospitalDoctor', 'guardian'), ...about }),
    fc.record({ do: fc.constant('report'), ...about }),
    fc.record({ do: fc.constant('desk'), by: fc.constantFrom('holder', 'agent') }),
  ) as fc.Arbitrary<Step>;
  const looksAtNoDocument = (action: Action) => ['read-espace', 'list-documents', 'look-up'].includes(action);
  /** In the same consultation, before and after the secret is put in. */
  const beside: fc.Arbitrary<Step> = fc.record({
    do: fc.constant('look'),
    who: fc.constant('hospitalDoctor'),
    action: fc.constantFrom('read-espace', 'list-documents', 'look-up'),
    document: fc.constant(0),
    purpose: fc.constantFrom('TREAT', 'BTG'),
    reason: fc.constant('IVG en urgence'),
  }) as fc.Arbitrary<Step>;
  const declared: Named = {
    name: 'declared',
    step: {
      do: 'delegate',
      who: 'fund',
      number: 99,
      wish: { type: 'declare-guardianship', measure: 'TUTELLE', guardian: 'guardian', startsIn: 0, hours: null },
    },
  };

  it('is for them as if it did not exist, in lists, answers and the journal, deleted or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf(step, STEPS),
        fc.array(extra, { maxLength: 8 }),
        fc.array(beside, { maxLength: 4 }),
        places,
        async (steps, others, looks, at) => {
          const secret = depositOf({ hiddenFromRepresentatives: true });
          const mine = others.filter(one => 'who' in one && one.who === 'guardian');
          const theirs = others.filter(one => !('who' in one) || one.who !== 'guardian');
          // What whoever has to do with the secret looks at without naming a document is of the secret on that day.
          const insiders = [secret, ...theirs].flatMap(one => ('who' in one ? [one.who] : []));
          const base = steps.filter(
            one =>
              !(one.do === 'delegate' && one.wish.type === 'end-guardianship') &&
              !(one.do === 'look' && looksAtNoDocument(one.action) && insiders.includes(one.who)),
          );
          const common = [declared, ...mixed(named(base, 'base'), named(mine, 'mine'), at)];
          const without = await seenBy(common, 'guardian');
          const start = Math.min(...at);
          const withSecret = (consultation: readonly Step[]) => {
            const extra = named([...consultation, ...theirs], 'secret');
            const extraAt = [...consultation.map(() => start), ...at.slice(0, theirs.length)];
            return seenBy([declared, ...mixed(common.slice(1), extra, extraAt)], 'guardian');
          };
          const within = await withSecret([...looks.slice(0, 2), secret, ...looks.slice(2)]);
          // What was refused is no secret, and nor is what was looked at beside it.
          const isRefused = !isKeptFromRepresentatives(within.state, documentIdOf(SECRET));
          const { seen } = isRefused ? await withSecret([secret]) : within;
          expect(seen).toEqual(without.seen);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('law 7: a block', () => {
  const readers = fc.constantFrom<Who>('gp', 'specialist', 'nurse', 'pharmacist', 'occupational', 'regulator');
  const gifts = (target: string, professional: string): readonly Step[] =>
    (
      [
        { type: 'authorise', target, hours: null },
        { type: 'authorise', target: professional, hours: null },
        { type: 'name-administrator', professional },
        { type: 'declare-attending-doctor', professional },
      ] as const
    ).map(wish => ({ do: 'consent', who: 'holder', wish, evidence: null }));

  it('shows one who is blocked what one sees who was never authorised and finds the emergencies off', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf(step, STEPS),
        historyOf(step, STEPS),
        readers,
        fc.boolean(),
        fc.subarray([0, 1, 2, 3]),
        async (first, second, who, isOrganisation, given) => {
          const reader = ACTORS[who];
          if (reader.kind !== 'professional' || reader.organisation === null) return;
          const ids = [reader.rpps, reader.organisation];
          const team = (Object.keys(ACTORS) as Who[]).filter(
            other =>
              other !== who && 'organisation' in ACTORS[other] && ACTORS[other].organisation === reader.organisation,
          );
          const isKept = (one: Step): boolean => {
            // Rights of the reader are given apart; there is one attending doctor; switches are set apart.
            if (concerns(one, ids)) return false;
            if (one.do === 'consent' && /attending|emergency/.test(one.wish.type)) return false;
            // Whoever shares the organisation is blocked too: what they change would differ.
            if ('who' in one && team.includes(one.who)) return one.do === 'look';
            // What one put in oneself, or was let change, is no stranger's.
            return !('who' in one) || one.who !== who || one.do === 'look';
          };
          const before = named(first.filter(isKept), 'first');
          const after = named(second.filter(isKept), 'second');
          const target = isOrganisation ? reader.organisation : reader.rpps;
          const block = { type: 'block', target } as const;
          const off = { type: 'set-emergency', callCentre: false, breakGlass: false, masked: false } as const;
          const on = { type: 'set-emergency', callCentre: true, breakGlass: true, masked: true } as const;
          const holderSets = (name: string, wish: typeof block | typeof off | typeof on): Named => ({
            name,
            step: { do: 'consent', who: 'holder', wish, evidence: null },
          });
          const given_ = gifts(reader.organisation, reader.rpps).filter((_, index) => given.includes(index));
          const fromNow: Named = { name: 'now', step: { do: 'wait', hours: 1 } };
          const blocked = await seenBy(
            [...before, holderSets('on', on), ...named(given_, 'gift'), holderSets('block', block), fromNow, ...after],
            who,
            'now',
          );
          const stranger = await seenBy([...before, holderSets('off', off), fromNow, ...after], who, 'now');
          if (!blocked.state.consent.blocked.has(target)) return;
          expect(blocked.seen).toEqual(stranger.seen);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('law 7: a document that awaits its announcement', () => {
  const about = { document: fc.constant(SECRET) };
  const extra: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      do: fc.constant('look'),
      who: fc.constantFrom('gp', 'hospitalDoctor', 'specialist', 'nurse', 'bank', 'holder'),
      action: fc.constantFrom('read-content', 'read-document'),
      ...about,
      purpose: fc.constantFrom('TREAT', 'BTG'),
      reason: fc.constant('malaise'),
    }),
    fc.record({
      do: fc.constant('describe'),
      who: fc.constantFrom('hospitalDoctor', 'holder'),
      ...about,
      title: fc.string(),
    }),
    fc.record({
      do: fc.constant('show'),
      who: fc.constantFrom('hospitalDoctor', 'holder', 'gp'),
      ...about,
      visibility: fc.record({ maskedFromProfessionals: fc.boolean(), hiddenFromRepresentatives: fc.boolean() }),
    }),
    fc.record({ do: fc.constant('deadline'), ...about, wish: fc.constant('tell') }),
    fc.record({ do: fc.constant('delete'), who: fc.constantFrom('holder', 'gp'), ...about }),
  ) as fc.Arbitrary<Step>;

  it('is for the holder as if it did not exist, in lists, answers and the journal', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(step, STEPS), fc.array(extra, { maxLength: 8 }), places, async (base, others, at) => {
        const secret = depositOf({ hiddenFromHolderUntilAnnounced: true });
        const mine = others.filter(one => 'who' in one && one.who === 'holder');
        const theirs = others.filter(one => !('who' in one) || one.who !== 'holder');
        const common = mixed(named(base, 'base'), named(mine, 'mine'), at);
        const without = await seenBy(common, 'holder');
        const all = mixed(common, named([secret, ...theirs], 'secret'), at);
        const within = await seenBy(all, 'holder');
        if (!within.state.documents.has(documentIdOf(SECRET))) return;
        expect(within.seen).toEqual(without.seen);
      }),
      { numRuns: RUNS },
    );
  });
});
