import type { Action, Question } from '../../src/domain/access/question.ts';
import { type Change, decideChange, evolveRecord, type RecordEvent, rule } from '../../src/domain/record/record.ts';
import { initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import type { Actor, PersonId, Professional } from '../../src/domain/shared/actor.ts';
import { type Instant, plusMs } from '../../src/domain/shared/time.ts';

/** Professionals of the development's test set, who do not exist. */
const professional = (
  rpps: string,
  profession: string,
  specialty: string | null,
  organisation: string,
): Professional => ({
  kind: 'professional',
  rpps,
  name: `Prénom ${rpps.slice(-4)}`,
  profession,
  specialty,
  organisation,
  organisationName: `Cabinet ${organisation.slice(-4)}`,
  sector: 'SA07',
  regulation: false,
});

export const PRACTITIONER = professional('99700024450', 'G15_10', 'SM54', '990000028');
export const SPECIALIST = professional('99700300017', 'G15_10', 'SM04', '990000036');
export const NURSE = professional('99700300058', 'G15_60', null, '990000051');

/** A report that physicians and nurses may read: compte rendu ou fiche de consultation. */
export const DOCUMENT_TYPE = '11488-4';

const BEGINNING: Instant = '2026-01-05T08:00:00.000Z';
const STEP_MS = 60_000;

/** One espace as it lives on: each call decides by the domain, a minute after the one before, and gives what happened. */
export type Life = {
  readonly state: () => RecordState;
  readonly now: () => Instant;
  readonly create: () => readonly RecordEvent[];
  readonly ask: (actor: Actor, action: Action, documentId?: string, change?: Change) => readonly RecordEvent[];
  readonly deposit: (
    actor: Actor,
    documentId: string,
    contentId: string,
    bytes?: ContentFacts,
  ) => readonly RecordEvent[];
  /** By the holder, as the two below. */
  readonly authorise: (target: string) => readonly RecordEvent[];
  readonly withdraw: (target: string) => readonly RecordEvent[];
  readonly mask: (documentId: string, masked: boolean) => readonly RecordEvent[];
};

export type ContentFacts = { readonly size: number; readonly sha256: string };

const SOME_CONTENT: ContentFacts = { size: 1_024, sha256: '0'.repeat(64) };

export const createLife = (espace: PersonId): Life => {
  const holder = { kind: 'holder', id: espace } as const;
  let state = initialRecord;
  let at = BEGINNING;

  const happened = (events: readonly RecordEvent[]): readonly RecordEvent[] => {
    for (const event of events) state = evolveRecord(state, event);
    at = plusMs(at, STEP_MS);
    return events;
  };

  const unasked = (change: Change): readonly RecordEvent[] => {
    const decision = decideChange(state, change);
    return happened(decision.ok ? decision.events : []);
  };

  const ask: Life['ask'] = (actor, action, documentId, change) => {
    const question: Question = {
      actor,
      action,
      purpose: 'TREAT',
      reason: null,
      documentId: documentId ?? null,
      target: null,
      evidence: null,
      patientInformed: true,
      at,
    };
    const origin = {
      software: 'mesures',
      onBehalfOf: actor.kind === 'professional' ? espace : null,
      details: null,
    };
    return happened(rule(state, [question], origin, change ?? null).events);
  };

  return {
    state: () => state,
    now: () => at,
    ask,
    create: () => [
      ...unasked({ module: 'espace', command: { type: 'create', at, identity: IDENTITY } }),
      ...unasked({
        module: 'espace',
        command: { type: 'activate', at, termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE' },
      }),
    ],
    deposit: (actor, documentId, contentId, content = SOME_CONTENT) =>
      ask(actor, 'deposit-document', documentId, {
        module: 'document',
        command: {
          type: 'deposit',
          at,
          by: actor,
          documentId,
          description: {
            title: 'Compte rendu de consultation',
            typeCode: DOCUMENT_TYPE,
            category: 'CPT_REND',
            date: at.slice(0, 10),
            comment: null,
          },
          content: { ...content, contentId, fileName: 'compte-rendu.txt', mediaType: 'text/plain' },
          visibility: {},
        },
      }),
    authorise: target =>
      ask(holder, 'authorise', undefined, {
        module: 'consent',
        command: { type: 'authorise', at, by: holder, target, until: null, evidence: 'HOLDER' },
      }),
    withdraw: target =>
      ask(holder, 'withdraw-authorisation', undefined, {
        module: 'consent',
        command: { type: 'withdraw', at, by: holder, target },
      }),
    mask: (documentId, masked) =>
      ask(holder, 'mask-document', documentId, {
        module: 'document',
        command: {
          type: 'set-visibility',
          at,
          by: holder,
          documentId,
          visibility: { maskedFromProfessionals: masked },
        },
      }),
  };
};

const IDENTITY = {
  ins: { value: '253079999900131', oid: '1.2.250.1.213.1.4.10' },
  birthName: 'Pat-Trois',
  firstNames: 'Dominique',
  birthDate: '1953-07-14',
  sex: 'F',
} as const;
