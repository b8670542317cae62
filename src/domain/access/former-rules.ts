import { isOpen } from '../espace/espace.ts';
import { concernsOneDocument, groupOf } from './question.ts';
import type { Rule } from './rule-book.ts';

/** What an edition brought, from which the list before it is told. */
export type EditionChange = {
  /** Ids of rules that were not there before. */
  readonly added: readonly string[];
  /** Rules that it changed, as they were before. */
  readonly before: readonly Rule[];
};

/**
 * A guardian decides about activating and opposing; only the declaring parent invites the second one; the fund sees and
 * records who represents somebody, whatever the state of the espace.
 */
export const CHANGE_OF_2026_11_22: EditionChange = {
  added: ['guardian-decides', 'fund-reads-guardianships'],
  before: [
    {
      id: 'espace-not-open',
      permit: false,
      when: facts =>
        !isOpen(facts.espace) &&
        facts.action !== 'reopen' &&
        facts.action !== 'object-to-suspension' &&
        facts.action !== 'activate-for-child',
      legalBasis: 'L.1111-18, R.1111-36',
      basis: 'law',
      says: {
        fr: 'Cet espace n’existe pas, a fait l’objet d’une opposition, est suspendu ou fermé : personne n’y accède, même en urgence.',
        en: 'This espace does not exist, was opposed, is suspended or closed: nobody has access, not even in an emergency.',
      },
      examples: [{ espace: 'suspended', action: 'deposit-document', patientInformed: true }],
    },
    {
      id: 'declaring-parent',
      permit: true,
      when: facts =>
        (facts.action === 'activate-for-child' || facts.action === 'oppose-for-child') && facts.declaringParent,
      legalBasis: 'L.1111-13-1, R.1111-28',
      basis: 'service',
      says: {
        fr: 'Le parent qui a déclaré l’enfant active son espace, ou s’y oppose.',
        en: 'The parent who declared the child activates their espace, or opposes it.',
      },
      examples: [{ actor: 'representative', action: 'oppose-for-child', declaringParent: true }],
    },
    {
      id: 'for-somebody-else-to-do',
      permit: false,
      when: facts => groupOf(facts.action) === 'answering' || groupOf(facts.action) === 'guardianship',
      legalBasis: 'L.1111-14',
      basis: 'decided',
      says: {
        fr: 'Cette action revient à la personne invitée, au parent déclarant ou à l’assurance maladie.',
        en: 'This is for whoever is invited, for the declaring parent or for the health insurance to do.',
      },
      examples: [{ actor: 'representative', action: 'oppose-for-ward', delegated: true, guardian: true }],
    },
    {
      id: 'representative',
      permit: true,
      when: facts =>
        facts.actor === 'representative' &&
        facts.delegated &&
        groupOf(facts.action) !== 'auditing' &&
        facts.action !== 'delete-document' &&
        facts.action !== 'hide-from-representatives' &&
        (facts.action !== 'describe-document' || facts.putInByHolder),
      legalBasis: 'L.1111-14, R.1111-33',
      basis: 'law',
      says: {
        fr: 'Le représentant légal agit pour la personne.',
        en: 'The legal representative acts for the person.',
      },
      examples: [{ actor: 'representative', delegated: true, action: 'invite-representative' }],
    },
  ],
};

/** People who act for others, what the fund and the help desk do, deaths and suspensions. */
export const CHANGE_OF_2026_11_21: EditionChange = {
  added: [
    'support-only',
    'support-identity-needed',
    'support',
    'own-tickets',
    'fund-supervises',
    'only-the-fund-supervises',
    'invited',
    'declaring-parent',
    'delegate-renounces',
    'fund-declares-guardianship',
    'for-somebody-else-to-do',
    'card-tries-used',
    'card-not-recognised',
  ],
  before: [
    {
      id: 'espace-not-open',
      permit: false,
      when: facts => !isOpen(facts.espace) && facts.action !== 'reopen',
      legalBasis: 'L.1111-18, R.1111-36',
      basis: 'law',
      says: {
        fr: 'Cet espace n’existe pas, a fait l’objet d’une opposition ou est fermé : personne n’y accède, même en urgence.',
        en: 'This espace does not exist, was opposed or is closed: nobody has access, not even in an emergency.',
      },
      examples: [{ espace: 'closed', authorised: true }, { espace: 'unknown' }],
    },
    {
      id: 'hidden-from-holder',
      permit: false,
      when: facts => facts.actor === 'holder' && concernsOneDocument(facts.action) && facts.hiddenFromHolder,
      legalBasis: 'R.1111-53',
      basis: 'law',
      says: {
        fr: 'Ce document attend une consultation d’annonce.',
        en: 'This document awaits a consultation of announcement.',
      },
      examples: [{ actor: 'holder', hiddenFromHolder: true }],
    },
    {
      id: 'representative',
      permit: true,
      when: facts =>
        facts.actor === 'representative' &&
        facts.delegated &&
        groupOf(facts.action) !== 'auditing' &&
        facts.action !== 'delete-document',
      legalBasis: 'L.1111-14, R.1111-33',
      basis: 'law',
      says: {
        fr: 'Le représentant légal agit pour la personne.',
        en: 'The legal representative acts for the person.',
      },
      examples: [{ actor: 'representative', delegated: true, action: 'hide-from-representatives' }],
    },
    {
      id: 'carer',
      permit: true,
      when: facts =>
        facts.actor === 'carer' &&
        facts.delegated &&
        (groupOf(facts.action) === 'care-reading' || facts.action === 'deposit-document'),
      legalBasis: 'délégation acceptée par le titulaire',
      basis: 'service',
      says: {
        fr: 'L’aidant lit et ajoute des documents ; il ne gère ni les accès, ni les contacts, ni la fermeture.',
        en: 'The carer reads and adds documents; access, contacts and closure are not theirs to manage.',
      },
      examples: [{ actor: 'carer', delegated: true, action: 'deposit-document' }],
    },
  ],
};
