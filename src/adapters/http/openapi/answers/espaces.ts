import { ESPACE_STATUSES } from '../../../../domain/espace/espace.ts';
import { nullable, object, oneOf, type Schema } from '../json-schema.ts';
import { DATE, INS_MATRICULE, INS_OIDS, INSTANT, TEXT, UUID } from '../values.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

export const ESPACE_STATUS: Schema = oneOf(ESPACE_STATUSES);

const AUTHORISATION: Schema = oneOf(
  ['VALIDE', 'EXPIRE', 'NON_EXISTE'],
  'Whether the professional who asks is authorised; a block looks like never having been',
);

export const ESPACE_ANSWERS: NamedAnswers = {
  Espace: {
    schema: object('One espace as a whole', {
      id: UUID,
      status: ESPACE_STATUS,
      since: nullable({ ...INSTANT, description: 'Last change of status' }),
      erasureDueAt: nullable({ ...INSTANT, description: 'When everything is erased, unless it is reopened before' }),
      holder: nullable(
        object(
          'Whose it is',
          {
            birthName: TEXT,
            firstNames: TEXT,
            birthDate: DATE,
            sex: oneOf(['F', 'M', 'U']),
            ins: object('For the holder alone', { value: INS_MATRICULE, oid: INS_OIDS }),
          },
          ['ins'],
        ),
      ),
      authorisation: nullable({ ...AUTHORISATION, description: 'For professionals; null for the holder' }),
    }),
    example: {
      id: EXAMPLE_IDS.espace,
      status: 'activated',
      since: '2026-11-20T08:45:00.000Z',
      erasureDueAt: null,
      holder: { birthName: 'Pat-Trois', firstNames: 'Dominique Marie-Louise', birthDate: '1953-07-14', sex: 'F' },
      authorisation: 'VALIDE',
    },
  },
  EspaceStatus: {
    schema: object('An espace, found by INS', { id: UUID, status: ESPACE_STATUS, authorisation: AUTHORISATION }),
    example: { id: EXAMPLE_IDS.espace, status: 'created', authorisation: 'NON_EXISTE' },
  },
};
