import { PROFESSIONS } from '../../../../domain/shared/professions.ts';
import { nullable, object, oneOf, type Schema } from '../json-schema.ts';
import { FINESS, RPPS, TEXT } from '../values.ts';

/** Who acted, as anyone may be shown it. */
export const ACTOR: Schema = {
  description: 'Who acted',
  oneOf: [
    object('A professional, acting for one of their organisations', {
      kind: { const: 'professional' },
      rpps: RPPS,
      name: TEXT,
      profession: { ...TEXT, description: `Author role code (JDV_J01), one of ${PROFESSIONS.size}, e.g. G15_10` },
      professionLabel: TEXT,
      specialty: nullable({ ...TEXT, description: 'Specialty or pharmacist’s section, e.g. SM54' }),
      organisation: nullable(FINESS),
      organisationName: nullable(TEXT),
    }),
    object('The person whose espace it is', { kind: { const: 'holder' } }),
    object('Somebody else', {
      kind: oneOf(['representative', 'carer', 'third-party', 'support', 'fund', 'system']),
      name: TEXT,
    }),
  ],
};

export const EXAMPLE_DOCTOR = {
  kind: 'professional',
  rpps: '99700218896',
  name: 'Alice MARTINEAU',
  profession: 'G15_10',
  professionLabel: 'Médecin',
  specialty: 'SM02',
  organisation: '990000010',
  organisationName: 'Centre hospitalier des Essais',
} as const;
