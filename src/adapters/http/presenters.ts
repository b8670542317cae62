import type { JournalEntry } from '../../application/journal.ts';
import type { Readers } from '../../application/readers.ts';
import type { Authorisation, ConsentState } from '../../domain/consent/consent.ts';
import type { Document } from '../../domain/document/document.ts';
import { CATEGORIES, documentType, isCategory } from '../../domain/document/document-types.ts';
import type { RecordState } from '../../domain/record/state.ts';
import type { Actor } from '../../domain/shared/actor.ts';
import { PROFESSIONS } from '../../domain/shared/professions.ts';
import type { Language } from './problem-sentences.ts';

/** Domain values as the API shows them. Nothing here decides what may be shown: that has been decided before. */

export const presentActor = (actor: Actor): object => {
  switch (actor.kind) {
    case 'professional':
      return {
        kind: 'professional',
        rpps: actor.rpps,
        name: actor.name,
        profession: actor.profession,
        professionLabel: PROFESSIONS.get(actor.profession) ?? actor.profession,
        specialty: actor.specialty,
        organisation: actor.organisation,
        organisationName: actor.organisationName,
      };
    case 'holder':
      return { kind: 'holder' };
    case 'representative':
    case 'carer':
    case 'third-party':
    case 'system':
      return { kind: actor.kind, name: actor.name };
    // By the number one can name in a complaint; what an agent is called is the service's to know.
    case 'support':
      return { kind: actor.kind, name: `Assistance 3422 (agent ${actor.id})` };
    case 'fund':
      return { kind: actor.kind, name: `Assurance maladie (agent ${actor.id})` };
  }
};

/** `reader`: a representative or carer is not told that something is hidden from them. */
export const presentDocument = (document: Document, reader: Actor['kind']): object => ({
  id: document.id,
  title: document.title,
  type: document.typeCode,
  typeLabel: documentType(document.typeCode)?.label ?? document.typeCode,
  category: document.category,
  categoryLabel: isCategory(document.category) ? CATEGORIES[document.category] : document.category,
  date: document.date,
  comment: document.comment,
  author: presentActor(document.author),
  depositedAt: document.depositedAt,
  fileName: document.fileName,
  mediaType: document.mediaType,
  size: document.size,
  sha256: document.sha256,
  // How the holder keeps their documents is nothing a professional is shown.
  ...(reader === 'professional' ? {} : { pinned: document.pinned }),
  visibility: {
    maskedFromProfessionals: document.masked,
    ...(reader === 'professional' || reader === 'holder'
      ? { hiddenFromRepresentatives: document.hiddenFromRepresentatives }
      : {}),
    ...(reader === 'professional' ? { hiddenFromHolderUntilAnnounced: document.announcement !== null } : {}),
  },
});

const presentTarget = (target: string): object =>
  target.length === 9 ? { kind: 'organisation', id: target } : { kind: 'professional', id: target };

const presentAuthorisation = ([target, given]: readonly [string, Authorisation]): object => ({
  target: presentTarget(target),
  since: given.since,
  until: given.until,
  evidence: given.evidence,
  by: presentActor(given.by),
});

/** Everything about who may read, in one object, in a stable order. */
export const presentAccess = (consent: ConsentState): object => ({
  default: {
    professionals: consent.defaults.professionalsBlocked ? 'blocked' : 'open',
    documents: consent.defaults.documentsMasked ? 'masked' : 'visible',
  },
  emergency: { ...consent.emergency },
  attendingDoctor: consent.attendingDoctor && { ...consent.attendingDoctor },
  referring: { midwife: consent.referring.MIDWIFE, pharmacist: consent.referring.PHARMACIST },
  administrators: sorted(consent.administrators.entries()).map(([professional, { since }]) => ({
    professional,
    since,
  })),
  authorisations: sorted(consent.authorised.entries()).map(presentAuthorisation),
  blocked: sorted(consent.blocked.entries()).map(([target, { since, by }]) => ({
    target: presentTarget(target),
    since,
    by: presentActor(by),
  })),
});

const sorted = <V>(entries: Iterable<readonly [string, V]>): (readonly [string, V])[] =>
  [...entries].sort(([a], [b]) => Number(a > b) - Number(a < b));

export const presentJournalEntry = (entry: JournalEntry, state: RecordState, language: Language): object => {
  const { trace } = entry;
  const document = entry.documentId === null ? undefined : state.documents.get(entry.documentId);
  return {
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    actor: presentActor(entry.actor),
    verdict: entry.verdict,
    action: trace?.action ?? null,
    purpose: trace?.purpose ?? null,
    reason: trace?.reason ?? null,
    software: trace?.software ?? null,
    onBehalfOf: trace?.onBehalfOf ?? null,
    document:
      entry.documentId === null
        ? null
        : {
            id: entry.documentId,
            title: document?.title ?? null,
            type: trace?.documentType ?? document?.typeCode ?? null,
            category: trace?.category ?? document?.category ?? null,
          },
    details: trace ? trace.details : changeDetails(entry),
    rule: trace?.rule ?? null,
    ruleText: entry.says?.[language] ?? null,
    legalBasis: trace?.legalBasis ?? null,
    ruleBook: trace?.ruleBook ?? null,
    matrix: trace?.matrix ?? null,
    told: entry.tells,
  };
};

/** What a change says beyond its kind, as text: the numbers and switches concerned. */
const changeDetails = ({ data }: JournalEntry): string | null => {
  const told = Object.entries(data).filter(
    ([key, value]) =>
      value !== null && typeof value !== 'object' && (SHOWN_DETAILS.has(key) || (key === 'locked' && value === true)),
  );
  return told.length === 0 ? null : told.map(([key, value]) => `${key}=${value}`).join(' ');
};
const SHOWN_DETAILS: ReadonlySet<string> = new Set([
  'target',
  'professional',
  'until',
  'evidence',
  'professionalsBlocked',
  'documentsMasked',
  'callCentre',
  'breakGlass',
  'masked',
  'channel',
  'reason',
  'diedOn',
  'dueAt',
  'comment',
  'entry',
  'what',
  'device',
  'sessions',
  'method',
  'act',
  'ticket',
  'relation',
  'measure',
  'judgment',
  'name',
  'expiresAt',
]);

export const presentReaders = (readers: Readers, language: Language): object => ({
  readers: readers.readers.map(({ who, standing, purpose, permit, rule, until }) => ({
    who,
    standing,
    purpose,
    permit,
    rule: rule.id,
    ruleText: rule.says[language],
    legalBasis: rule.legalBasis,
    until,
  })),
  professions: readers.professions,
});
