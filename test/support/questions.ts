import { judge, type Verdict } from '../../src/domain/access/judge.ts';
import {
  ACTIONS,
  type Action,
  concernsOneDocument,
  PURPOSES,
  type Question,
} from '../../src/domain/access/question.ts';
import type { Description, DocumentEvent, Visibility } from '../../src/domain/document/document.ts';
import { evolveRecord, type RecordEvent } from '../../src/domain/record/record.ts';
import { initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import type { Actor } from '../../src/domain/shared/actor.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import { CAST, HOLDER_ACTOR } from './history-cast.ts';

/** Questions and the states they are asked in, for tests that need no store. */

export const NOW = '2026-11-20T08:30:00.000Z';
export const EARLIER = '2026-11-01T08:00:00.000Z';

export const question = (actor: Actor, action: Action, more: Partial<Question> = {}): Question => ({
  actor,
  action,
  purpose: 'TREAT',
  reason: null,
  documentId: null,
  evidence: null,
  patientInformed: false,
  target: null,
  at: NOW,
  ...more,
});

const identity = {
  ins: { value: '253072B07300470', oid: '1.2.250.1.213.1.4.10' },
  birthName: 'Pat-Trois',
  firstNames: 'Dominique',
  birthDate: '1953-07-14',
  sex: 'F',
} as const;

export const CREATED: RecordEvent = { type: 'Created', at: EARLIER, data: { identity } };
export const ACTIVATED: RecordEvent = {
  type: 'Activated',
  at: EARLIER,
  data: { termsVersion: '2026-01', privacyVersion: '2025-06', accompaniment: 'ALONE' },
};
export const OPEN: readonly RecordEvent[] = [CREATED, ACTIVATED];

/** `number` 0 … 99: the same document wherever it is named. */
export const documentIdOf = (number: number): string =>
  `d0c00000-0000-4000-8000-0000000000${String(number).padStart(2, '0')}`;

export const description = (change: Partial<Description> = {}): Description => ({
  title: 'Bilan sanguin',
  typeCode: '11502-2',
  category: 'BIOLOGIE',
  date: '2026-10-30',
  comment: null,
  ...change,
});

export const contentOf = (number: number) => ({
  contentId: `c0ffee00-0000-4000-8000-0000000000${String(number).padStart(2, '0')}`,
  fileName: `document-${number}.pdf`,
  mediaType: 'application/pdf',
  size: 1_000 + number,
  sha256: String(number % 10).repeat(64),
});

/** The events of one deposit, as Document writes them. */
export const deposited = (
  number: number,
  by: Actor = HOLDER_ACTOR,
  change: Partial<Description> = {},
  visibility: Visibility = {},
  at: Instant = EARLIER,
): readonly DocumentEvent[] => {
  const on = { by, documentId: documentIdOf(number) };
  return [
    {
      type: 'DocumentDeposited',
      at,
      data: { ...on, description: description(change), content: contentOf(number) },
    },
    ...(visibility.maskedFromProfessionals ? [{ type: 'DocumentMasked', at, data: on } as const] : []),
    ...(visibility.hiddenFromRepresentatives
      ? [{ type: 'DocumentHiddenFromRepresentatives', at, data: on } as const]
      : []),
    ...(visibility.hiddenFromHolderUntilAnnounced ? [{ type: 'DocumentHiddenFromHolder', at, data: on } as const] : []),
  ];
};

export const stateOf = (...events: readonly RecordEvent[]): RecordState => events.reduce(evolveRecord, initialRecord);

/** Questions worth asking of any state: everybody of the cast, every action, every purpose, each of `documentIds`. */
export const everyQuestion = (documentIds: readonly string[], at: Instant): readonly Question[] =>
  CAST.flatMap(actor =>
    ACTIONS.flatMap(action =>
      (actor.kind === 'professional' ? PURPOSES : (['TREAT'] as const)).flatMap(purpose =>
        (concernsOneDocument(action) ? documentIds : [null]).map(documentId =>
          question(actor, action, {
            purpose,
            reason: purpose === 'BTG' ? 'malaise' : null,
            documentId,
            evidence: action === 'authorise' ? 'ORAL_AGREEMENT' : null,
            patientInformed: true,
            at,
          }),
        ),
      ),
    ),
  );

export const asked = (
  state: RecordState,
  actor: Actor,
  action: Action,
  more: Partial<Question> = {},
): readonly [boolean, string] => {
  const { permit, rule }: Verdict = judge(question(actor, action, more), state);
  return [permit, rule.id];
};
