import type { Facts } from '../../../../domain/access/facts.ts';
import { COLUMNS } from '../../../../domain/access/matrix/matrix.ts';
import { ACTIONS, PURPOSES } from '../../../../domain/access/question.ts';
import { EXAMPLE_FACTS } from '../../../../domain/access/rule-book.ts';
import type { Evidence } from '../../../../domain/consent/consent.ts';
import { listOf, nullable, object, oneOf, ref, type Schema } from '../json-schema.ts';
import { BOOLEAN, FINESS, INSTANT, RPPS, TEXT } from '../values.ts';
import { ESPACE_STATUS } from './espaces.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

const EVIDENCE: readonly Evidence[] = [
  'HOLDER',
  'CARTE_VITALE',
  'CARTE_VITALE_SERIAL',
  'ORAL_AGREEMENT',
  'WRITTEN_AGREEMENT',
];

/** A professional or an organisation with its care team. */
export const TARGET: Schema = {
  description: 'Whom a right or a restriction names',
  oneOf: [
    object('', { kind: { const: 'professional' }, id: RPPS }),
    object('', { kind: { const: 'organisation' }, id: FINESS }),
  ],
};

export const RULE_FIELDS = {
  rule: { ...TEXT, description: 'Id of the rule that answered' },
  ruleText: { ...TEXT, description: 'The rule in one sentence' },
  legalBasis: { ...TEXT, description: 'Articles of the Code de la santé publique, or another source' },
} as const;

/** By type exhaustive: a fact without its schema does not compile. */
const FACT_SCHEMAS: { readonly [F in keyof Facts]: Schema } = {
  espace: ESPACE_STATUS,
  action: oneOf(ACTIONS),
  actor: oneOf(['holder', 'representative', 'carer', 'professional', 'third-party', 'support', 'fund', 'system']),
  purpose: oneOf(PURPOSES),
  reasoned: BOOLEAN,
  excluded: BOOLEAN,
  occupational: BOOLEAN,
  regulation: BOOLEAN,
  delegated: BOOLEAN,
  invited: BOOLEAN,
  declaringParent: BOOLEAN,
  guardian: BOOLEAN,
  blocked: BOOLEAN,
  targetBlocked: BOOLEAN,
  authorised: BOOLEAN,
  expresslyAuthorised: BOOLEAN,
  attendingDoctor: BOOLEAN,
  administrator: BOOLEAN,
  breakGlassAllowed: BOOLEAN,
  callCentreAllowed: BOOLEAN,
  maskedInEmergency: BOOLEAN,
  professionalsBlocked: BOOLEAN,
  matrixAllows: BOOLEAN,
  evidence: BOOLEAN,
  foreignCard: BOOLEAN,
  cardTriesUsed: BOOLEAN,
  patientInformed: BOOLEAN,
  identityConfirmed: { ...BOOLEAN, description: 'The help desk has lately made sure of who calls' },
  documentExists: BOOLEAN,
  author: BOOLEAN,
  putInByHolder: BOOLEAN,
  masked: BOOLEAN,
  hiddenFromRepresentatives: BOOLEAN,
  hiddenFromHolder: BOOLEAN,
};

export const ACCESS_ANSWERS: NamedAnswers = {
  Access: {
    schema: object('Everything about who may read', {
      default: object('What holds for professionals and documents that are not named', {
        professionals: oneOf(['open', 'blocked']),
        documents: oneOf(['visible', 'masked']),
      }),
      emergency: object('The three switches', {
        callCentre: { ...BOOLEAN, description: 'Regulating physicians of the emergency call centre may read' },
        breakGlass: { ...BOOLEAN, description: 'Professionals may break the glass, with a reason' },
        masked: { ...BOOLEAN, description: 'Masked documents too, in either of the two' },
      }),
      attendingDoctor: nullable(object('Who reads everything', { professional: RPPS, since: INSTANT })),
      referring: object('Whom the holder counts on besides; the name alone lets nobody read', {
        midwife: nullable(object('', { professional: RPPS, since: INSTANT })),
        pharmacist: nullable(object('', { professional: RPPS, since: INSTANT })),
      }),
      administrators: listOf(object('', { professional: RPPS, since: INSTANT })),
      authorisations: listOf(
        object('', {
          target: ref('Target'),
          since: INSTANT,
          until: nullable({ ...INSTANT, description: 'End of validity, excluded; null: none' }),
          evidence: oneOf(EVIDENCE, 'What shows the holder’s agreement'),
          by: ref('Actor'),
        }),
      ),
      blocked: listOf(object('', { target: ref('Target'), since: INSTANT, by: ref('Actor') })),
    }),
    example: {
      default: { professionals: 'open', documents: 'visible' },
      emergency: { callCentre: true, breakGlass: true, masked: false },
      attendingDoctor: { professional: '99700024450', since: '2026-11-20T09:02:11.000Z' },
      referring: { midwife: null, pharmacist: null },
      administrators: [],
      authorisations: [
        {
          target: { kind: 'professional', id: '99700024450' },
          since: '2026-11-20T09:00:00.000Z',
          until: '2027-11-20T00:00:00.000Z',
          evidence: 'HOLDER',
          by: { kind: 'holder' },
        },
      ],
      blocked: [
        {
          target: { kind: 'professional', id: '99700300017' },
          since: '2026-11-20T09:05:00.000Z',
          by: { kind: 'holder' },
        },
      ],
    },
    headers: { ETag: true },
  },
  Explanation: {
    schema: object('A verdict and all it rests on', {
      verdict: oneOf(['PERMIT', 'DENY']),
      at: INSTANT,
      ...RULE_FIELDS,
      basis: oneOf(
        ['law', 'service', 'decided'],
        'What the rule rests on: a source, the published service, our choice',
      ),
      facts: object('What the rules looked at', FACT_SCHEMAS),
    }),
    example: {
      verdict: 'PERMIT',
      at: '2026-11-20T10:00:00.000Z',
      rule: 'authorised',
      ruleText: 'The holder has authorised this professional or their care team.',
      legalBasis: 'L.1111-17, R.1111-46',
      basis: 'law',
      facts: { ...EXAMPLE_FACTS, authorised: true },
    },
  },
  Readers: {
    schema: object('Who can read one document', {
      at: INSTANT,
      readers: listOf(
        object('', {
          who: object('', {
            kind: oneOf(['holder', 'representative', 'carer', 'professional', 'organisation', 'emergency']),
            id: TEXT,
          }),
          standing: oneOf(
            [
              'holder',
              'parent',
              'second-representative',
              'guardian',
              'carer',
              'author',
              'attending-doctor',
              'administrator',
              'authorisation',
              'blocked',
              'break-glass',
              'call-centre',
            ],
            'What makes them worth asking about',
          ),
          purpose: oneOf(PURPOSES),
          permit: BOOLEAN,
          ...RULE_FIELDS,
          until: nullable({ ...INSTANT, description: 'End of the right on which the answer rests; null: none' }),
        }),
      ),
      professions: listOf(object('', { column: oneOf(Object.keys(COLUMNS)), label: TEXT }), {
        description: 'Professions that the matrix lets read this type of document',
      }),
    }),
    example: {
      at: '2026-11-20T10:00:00.000Z',
      readers: [
        {
          who: { kind: 'holder', id: EXAMPLE_IDS.espace },
          standing: 'holder',
          purpose: 'TREAT',
          permit: true,
          rule: 'holder',
          ruleText: 'The holder has access to their own espace.',
          legalBasis: 'L.1111-19, R.1111-43',
          until: null,
        },
      ],
      professions: [{ column: 'medecin', label: COLUMNS.medecin }],
    },
  },
};
