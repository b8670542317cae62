import { listOf, nullable, object, oneOf } from '../json-schema.ts';
import { BOOLEAN, RPPS, TEXT } from '../values.ts';
import type { NamedAnswers } from './named-answers.ts';

export const PROFESSIONAL_IDENTITY_ANSWERS: NamedAnswers = {
  ProfessionalIdentity: {
    schema: object('Who a professional is, as their token says', {
      rpps: RPPS,
      name: TEXT,
      regulation: { ...BOOLEAN, description: 'Regulates emergency calls' },
      software: nullable({ ...TEXT, description: 'The software the token was given to' }),
      activities: listOf(
        object('One profession in one place', {
          profession: { ...TEXT, description: 'Author role code (JDV_J01), e.g. G15_10' },
          professionLabel: TEXT,
          specialty: nullable({ ...TEXT, description: 'Specialty or pharmacist’s section, e.g. SM54' }),
          place: nullable({ ...TEXT, description: 'FINESS, else SIRET, else the structure’s own number' }),
          placeKind: nullable(oneOf(['FINESS', 'SIRET', 'INTERNAL'])),
          organisationName: nullable(TEXT),
          sector: nullable({ ...TEXT, description: 'Activity sector (JDV_J02), e.g. SA07' }),
          headers: object(
            'What to send with each request to act in this capacity; nothing where there is no other',
            { Organization: TEXT, Profession: TEXT },
            ['Organization', 'Profession'],
          ),
        }),
        { minItems: 1 },
      ),
    }),
    example: {
      rpps: '99700300116',
      name: 'Maya LOPES',
      regulation: false,
      software: 'logiciel-metier',
      activities: [
        {
          profession: 'G15_10',
          professionLabel: 'Médecin',
          specialty: 'SM54',
          place: '990000010',
          placeKind: 'FINESS',
          organisationName: 'Centre hospitalier des Essais',
          sector: 'SA01',
          headers: { Organization: '990000010' },
        },
        {
          profession: 'G15_10',
          professionLabel: 'Médecin',
          specialty: 'SM54',
          place: '12345678900011',
          placeKind: 'SIRET',
          organisationName: 'Cabinet médical du Parc',
          sector: 'SA07',
          headers: { Organization: '12345678900011' },
        },
      ],
    },
  },
};
