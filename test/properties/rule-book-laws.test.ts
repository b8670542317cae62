import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/domain/access/facts.ts';
import { ruleFor } from '../../src/domain/access/judge.ts';
import { ACTIONS, concernsOneDocument, groupOf, PURPOSES } from '../../src/domain/access/question.ts';
import { isHidden } from '../../src/domain/access/rule-book.ts';
import { isOpen } from '../../src/domain/espace/espace.ts';
import { anyFacts, consistent } from '../support/arbitraries-facts.ts';

/*
 * The laws that no rule may break, over all facts that can come up (`consistent` says which those are). Each sample is asked
 * every action for every purpose. Outside the first law is supervision, which shows no document: the history of any espace
 * can be replayed, open or not ('replay-history', rule 'auditor'), and the fund reports deaths and suspends.
 *
 * Mutants that these tests kill: `espace-not-open` after `holder`, or without `opposed`; an emergency rule before
 * `espace-not-open`, `blocked` or `excluded-actor`; `depositor` before `excluded-actor`; a `!masked`, `!blocked` or
 * `!professionalsBlocked` turned round in a rule that permits; `matrix-refuses` only where authorised;
 * `not-authorised` without one of its conditions turned; `emergency-refused` that looks at the other switch, or at
 * emergencies of the authorised alone; `break-glass` without a reason; `call-centre` without regulation; `author` for
 * private readings; `professionalsBlocked` that permits; a masked document that one who is blocked sees to exist; a block
 * shown by another rule than a stranger would hear; `author` for a carer whose delegation has ended.
 */

const RUNS = 700;

/** Only what concerns one document, or brings one, names one. */
const everyQuestion = function* (facts: Facts): Generator<Facts> {
  for (const action of ACTIONS) {
    const documentExists = facts.documentExists && (concernsOneDocument(action) || action === 'deposit-document');
    for (const purpose of PURPOSES) yield consistent({ ...facts, action, purpose, documentExists });
  }
};

const forAll = (check: (facts: Facts) => void): void =>
  fc.assert(
    fc.property(anyFacts, sample => {
      for (const facts of everyQuestion(sample)) check(facts);
    }),
    { numRuns: RUNS },
  );

const permits = (facts: Facts): boolean => ruleFor(facts).permit;
/** Fails with the facts in view. */
const refute = (broken: boolean, facts: object): void => {
  if (broken) expect(facts).toBe('impossible');
};

describe('law 1: nothing from an espace that is not open', () => {
  it('to anybody, but to whoever may bring it back, to supervision, and to those who help or ask for help', () => {
    forAll(facts => {
      if (isOpen(facts.espace) || !permits(facts)) return;
      const bringsBack =
        (facts.action === 'reopen' || facts.action === 'object-to-suspension') &&
        (facts.actor === 'holder' || (facts.actor === 'representative' && facts.delegated));
      // Neither shows anything of the espace.
      const group = groupOf(facts.action);
      const helps =
        (group === 'supporting' && facts.actor === 'support') ||
        (group === 'asking-for-help' && facts.actor === 'holder');
      const supervises =
        (facts.action === 'replay-history' && facts.actor === 'system') ||
        (groupOf(facts.action) === 'life-supervising' && facts.actor === 'fund');
      // Whether there is one at all, and the proof that there is none.
      const decides =
        group === 'answering' && facts.action !== 'answer-invitation' && (facts.declaringParent || facts.guardian);
      const records =
        group === 'guardianship' && facts.actor === 'fund' && facts.espace !== 'deceased' && facts.espace !== 'erased';
      refute(!bringsBack && !supervises && !helps && !decides && !records, facts);
    });
  });
});

describe('law 2: nothing to an excluded actor', () => {
  it('whatever was granted', () => forAll(facts => refute(facts.excluded && permits(facts), facts)));
});

describe('law 3: restricting never widens', () => {
  /** Each changes one fact to the side of less; undefined where it is there already. */
  const restrictions: Record<string, Partial<Facts>> = {
    masking: { masked: true },
    blocking: { blocked: true },
    'blocking whoever is to be authorised': { targetBlocked: true },
    'blocking by default': { professionalsBlocked: true },
    'withdrawing an authorisation': { authorised: false, expresslyAuthorised: false },
    'withdrawing an express authorisation': { expresslyAuthorised: false },
    'removing an administrator': { administrator: false },
    'removing the attending doctor': { attendingDoctor: false },
    'switching break glass off': { breakGlassAllowed: false },
    'switching the call centre off': { callCentreAllowed: false },
    'keeping masked documents from emergencies': { maskedInEmergency: false },
    closing: { espace: 'closed' },
    opposing: { espace: 'opposed' },
    suspending: { espace: 'suspended' },
    'reporting a death': { espace: 'deceased' },
    erasing: { espace: 'erased' },
    'hiding from representatives': { hiddenFromRepresentatives: true },
    'hiding from the holder': { hiddenFromHolder: true },
    'taking a type out of the matrix': { matrixAllows: false },
    'ending a delegation': { delegated: false },
    'withdrawing an invitation': { invited: false },
    'coming of age': { declaringParent: false },
    'lifting a measure': { guardian: false },
    'deleting the document': { documentExists: false },
    'having confirmed nobody': { identityConfirmed: false },
  };

  it.each(Object.entries(restrictions))('%s turns no denial into a permit', (_, restriction) => {
    forAll(facts => {
      // A document or a right that is not there cannot be restricted, nor can an espace that never was, or is over.
      if (restriction.espace && ['unknown', 'deceased', 'erased'].includes(facts.espace)) return;
      const restricted = consistent({ ...facts, ...restriction });
      refute(permits(restricted) && !permits(facts), { facts, restriction });
    });
  });

  it.each(Object.entries(restrictions))('%s shows nobody a document that was hidden from them', (_, restriction) => {
    forAll(facts => refute(isHidden(facts) && !isHidden(consistent({ ...facts, ...restriction })), { facts }));
  });
});

describe('law 4: granting takes nothing from anybody', () => {
  const grants: Record<string, Partial<Facts>> = {
    unmasking: { masked: false },
    unblocking: { blocked: false },
    'unblocking whoever is to be authorised': { targetBlocked: false },
    'opening by default': { professionalsBlocked: false },
    authorising: { authorised: true },
    'authorising expressly': { authorised: true, expresslyAuthorised: true },
    'naming an administrator': { administrator: true },
    'declaring the attending doctor': { attendingDoctor: true },
    'allowing break glass': { breakGlassAllowed: true },
    'allowing the call centre': { callCentreAllowed: true },
    'opening masked documents to emergencies': { maskedInEmergency: true },
    'showing to representatives': { hiddenFromRepresentatives: false },
    'revealing to the holder': { hiddenFromHolder: false },
    'adding a type to the matrix': { matrixAllows: true },
    activating: { espace: 'activated' },
    delegating: { delegated: true },
    inviting: { invited: true },
    'giving a reason': { reasoned: true },
    'bringing evidence': { evidence: true },
    'telling the patient': { patientInformed: true },
    'confirming who calls': { identityConfirmed: true },
  };

  it.each(Object.entries(grants))('%s turns no permit into a denial', (_, grant) => {
    forAll(facts => refute(permits(facts) && !permits(consistent({ ...facts, ...grant })), { facts, grant }));
  });
});

describe('law 5: a professional reads nothing', () => {
  it('without an authorisation, an emergency, authorship or a named role', () => {
    forAll(facts => {
      const group = groupOf(facts.action);
      if (facts.actor !== 'professional' || !permits(facts)) return;
      if (group === 'private-reading') refute(true, facts);
      if (group !== 'care-reading') return;
      const emergency =
        (facts.purpose === 'BTG' && facts.reasoned && facts.breakGlassAllowed) ||
        (facts.purpose === 'ETREAT' && facts.regulation && facts.callCentreAllowed);
      const standing = facts.authorised || facts.author || facts.attendingDoctor || facts.administrator;
      refute(!standing && !emergency, facts);
    });
  });

  it('nor does anybody else but the holder and their delegates', () => {
    forAll(facts => {
      const reading = groupOf(facts.action) === 'care-reading' || groupOf(facts.action) === 'private-reading';
      if (!reading || !permits(facts) || facts.actor === 'professional') return;
      refute(facts.actor !== 'holder' && !facts.delegated, facts);
    });
  });

  it('that is masked, but as its author, by a named role, or in an emergency that may', () => {
    forAll(facts => {
      if (facts.actor !== 'professional' || !facts.masked || !permits(facts)) return;
      if (groupOf(facts.action) === 'depositing') return;
      const emergency =
        facts.maskedInEmergency &&
        ((facts.purpose === 'BTG' && facts.reasoned && facts.breakGlassAllowed) ||
          (facts.purpose === 'ETREAT' && facts.regulation && facts.callCentreAllowed));
      const standing = facts.author || facts.attendingDoctor || facts.administrator;
      const others = groupOf(facts.action) === 'access-managing';
      refute(!standing && !emergency && !others, facts);
    });
  });
});

describe('the help desk and the fund', () => {
  it('read nothing, feed nothing, and change nothing of who may', () => {
    forAll(facts => {
      if (facts.actor !== 'support' && facts.actor !== 'fund') return;
      refute(permits(facts) && SHOWING.has(groupOf(facts.action)), facts);
    });
  });

  it('resend, correct and unlock for nobody whose identity is not confirmed', () => {
    forAll(facts => {
      const opens = ['resend-code', 'correct-contact', 'unlock-account'].includes(facts.action);
      refute(opens && permits(facts) && !(facts.actor === 'support' && facts.identityConfirmed), facts);
    });
  });
});

/** Groups of actions that show or change something of a record. */
const SHOWING: ReadonlySet<string> = new Set([
  'care-reading',
  'private-reading',
  'depositing',
  'document-managing',
  'access-managing',
]);

describe('law 9: no emergency whose switch is off', () => {
  it('and both are told of each', () => {
    forAll(facts => {
      const { id, permit, tells } = ruleFor(facts);
      if (id === 'break-glass') refute(!facts.breakGlassAllowed || !facts.reasoned, facts);
      if (id === 'call-centre') refute(!facts.callCentreAllowed || !facts.regulation, facts);
      if (id === 'break-glass' || id === 'call-centre') {
        refute(!permit || groupOf(facts.action) !== 'care-reading', facts);
        expect(tells).toEqual(['holder', 'attending-doctor']);
      }
    });
  });

  it('opens anything, to one who says it is an emergency, that is not theirs', () => {
    forAll(facts => {
      if (facts.actor !== 'professional' || groupOf(facts.action) !== 'care-reading' || facts.author) return;
      const off =
        (facts.purpose === 'BTG' && !facts.breakGlassAllowed) ||
        (facts.purpose === 'ETREAT' && !facts.callCentreAllowed);
      refute(off && permits(facts), facts);
    });
  });
});

describe('what is hidden', () => {
  it('is nothing that the actor is let do', () => {
    forAll(facts => {
      if (!concernsOneDocument(facts.action)) return;
      if (facts.actor === 'holder' || facts.actor === 'professional') refute(isHidden(facts) && permits(facts), facts);
    });
  });

  it('from one who was never authorised is hidden from one who is blocked', () => {
    forAll(facts => {
      if (facts.blocked && !facts.author) refute(isHidden(facts) !== isHidden(strangerTo(facts)), facts);
    });
  });

  it('of a block, is that one is blocked and not just never authorised, with the emergencies off', () => {
    forAll(facts => {
      const rule = ruleFor(facts);
      if (rule.id !== 'blocked' || facts.author) return;
      const answer = ruleFor({
        ...strangerTo(facts),
        evidence: false,
        professionalsBlocked: false,
        targetBlocked: false,
      });
      // Where the document is hidden, no rule is shown at all.
      if (!isHidden(facts)) refute(rule.shownAs?.(facts) !== answer.id, { facts, answer: answer.id });
    });
  });
});

const strangerTo = (facts: Facts): Facts => ({
  ...facts,
  blocked: false,
  authorised: false,
  expresslyAuthorised: false,
  attendingDoctor: false,
  administrator: false,
  breakGlassAllowed: false,
  callCentreAllowed: false,
  maskedInEmergency: false,
});
