import { listOf, nullable, object, oneOf, ref, type Schema } from '../json-schema.ts';
import { INSTANT, TEXT, UUID } from '../values.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

export const RELATION: Schema = oneOf(
  ['PARENT', 'SECOND_REPRESENTATIVE', 'GUARDIAN', 'CURATOR', 'CARER'],
  'A curator is named and has no access',
);

/** Live ones are few, and of the past fifty are kept to be shown. */
const MOST_SHOWN = 100;

export const DELEGATION: Schema = object('Somebody who acts, acted or is asked to act for the person', {
  id: UUID,
  relation: RELATION,
  status: oneOf(
    ['PENDING', 'ACCEPTED', 'WAITING', 'VALIDATED', 'REFUSED', 'EXPIRED', 'WITHDRAWN', 'ENDED'],
    'Carers: PENDING, ACCEPTED; representatives: WAITING, VALIDATED',
  ),
  name: { ...TEXT, description: 'First name and birth name; empty for a declaring parent who has not activated' },
  invitedAt: INSTANT,
  expiresAt: nullable({ ...INSTANT, description: 'End of the invitation, excluded' }),
  since: nullable(INSTANT),
  until: nullable({ ...INSTANT, description: 'End of the access, excluded' }),
  judgment: nullable({ ...TEXT, description: 'Reference of a judge’s decision' }),
});

export const EXAMPLE_DELEGATION = {
  id: EXAMPLE_IDS.delegation,
  relation: 'CARER',
  status: 'PENDING',
  name: 'Camille ESSAI',
  invitedAt: '2026-11-20T08:45:00.000Z',
  expiresAt: '2026-12-20T08:45:00.000Z',
  since: null,
  until: null,
  judgment: null,
} as const;

export const DELEGATION_ANSWERS: NamedAnswers = {
  Delegation: { schema: DELEGATION, example: EXAMPLE_DELEGATION, headers: { Location: false } },
  Delegations: {
    schema: object('Those live first, then those of the past, newest first', {
      items: listOf(ref('Delegation'), { maxItems: MOST_SHOWN }),
    }),
    example: { items: [EXAMPLE_DELEGATION] },
  },
  ReceivedInvitations: {
    schema: object('Invitations that can be answered, newest first', {
      items: listOf(
        object('', {
          id: UUID,
          espace: UUID,
          relation: RELATION,
          holder: nullable(object('For whom', { birthName: TEXT, firstNames: TEXT })),
          invitedAt: INSTANT,
          expiresAt: nullable({ ...INSTANT, description: 'Excluded; null: until the child is of age' }),
        }),
        { maxItems: MOST_SHOWN },
      ),
    }),
    example: {
      items: [
        {
          id: EXAMPLE_IDS.delegation,
          espace: EXAMPLE_IDS.espace,
          relation: 'CARER',
          holder: { birthName: 'Pat-Trois', firstNames: 'Dominique Marie-Louise' },
          invitedAt: '2026-11-20T08:45:00.000Z',
          expiresAt: '2026-12-20T08:45:00.000Z',
        },
      ],
    },
  },
};
