import { type Delegation, isRepresentative } from '../../domain/delegation/delegation.ts';
import type { RecordEvent } from '../../domain/record/record.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { plusMs } from '../../domain/shared/time.ts';
import { delegationOf } from '../delegation/delegates.ts';
import type { Records } from '../records.ts';
import { seeYourEspace, type Text } from './notice-texts.ts';

/** Events about who acts for somebody, of which both sides are told. */
export const DELEGATION_NOTICE_TYPES = [
  'ParentDeclared',
  'DelegateInvited',
  'DelegationAccepted',
  'DelegationRefused',
  'DelegationInvitationWithdrawn',
  'DelegationInvitationExpired',
  'DelegationRenewed',
  'DelegationEnded',
  'GuardianshipDeclared',
  'MajorityReached',
] as const;

type Noticed = Extract<RecordEvent, { readonly type: (typeof DELEGATION_NOTICE_TYPES)[number] }>;

/** Who is written to, and what. No name: a letter-box is read by others. */
export type DelegationNotice = {
  readonly to: PersonId;
  readonly kind: string;
  readonly text: { readonly subject: string; readonly body: string };
};

/** Of an invitation that is taken back within the hour only the first letter goes out: a second would tell no more (decided). */
const AT_ONCE_MS = 60 * 60_000;

/** Of the espace as it was when it happened: who was concerned then. */
export const delegationNotices = async (
  records: Records,
  holder: PersonId,
  event: Noticed,
): Promise<readonly DelegationNotice[]> => {
  const { delegations } = await records.loadAt(holder, event.at);
  if (event.type === 'MajorityReached') {
    const ended = delegations.past.filter(
      one => isRepresentative(one) && one.status === 'ENDED' && one.endedAt === event.at,
    );
    return [
      { to: holder, kind: 'majority', text: OF_AGE },
      ...ended.flatMap(({ delegate }) => (delegate ? [{ to: delegate, kind: 'majority', text: CHILD_OF_AGE }] : [])),
    ];
  }
  const about = delegationOf({ delegations }, event.data.delegationId);
  const texts = TEXTS[event.type];
  if (event.type === 'DelegationInvitationWithdrawn' && about && event.at < plusMs(about.invitedAt, AT_ONCE_MS))
    return [];
  return [
    ...(texts.holder ? [{ to: holder, kind: texts.kind, text: texts.holder }] : []),
    ...(texts.delegate && about?.delegate
      ? [{ to: about.delegate, kind: texts.kind, text: texts.delegate(about) }]
      : []),
  ];
};

const OF_AGE = {
  subject: 'Mon espace santé : vous êtes majeur',
  body: 'Votre espace est désormais le vôtre seul : vos représentants n’y ont plus accès. Activez votre compte pour y entrer.',
};
const CHILD_OF_AGE = {
  subject: 'Mon espace santé : votre enfant est majeur',
  body: 'Votre accès à l’espace de votre enfant a pris fin ce jour, avec sa majorité.',
};

type Texts = {
  readonly kind: string;
  readonly holder?: Text;
  readonly delegate?: (about: Delegation) => Text;
};

const TEXTS: Readonly<Record<Exclude<Noticed['type'], 'MajorityReached'>, Texts>> = {
  ParentDeclared: {
    kind: 'child-espace',
    delegate: () => ({
      subject: 'Mon espace santé de votre enfant',
      body: `Un espace est créé pour votre enfant : vous pouvez l’activer depuis votre compte, ou vous y opposer. ${seeYourEspace}`,
    }),
  },
  DelegateInvited: {
    kind: 'delegate-invitation',
    delegate: ({ relation }) => ({
      subject: 'Mon espace santé : une invitation vous attend',
      body:
        relation === 'CARER'
          ? `Quelqu’un vous propose d’être son aidant. L’invitation est valable trente jours. ${seeYourEspace}`
          : `On vous propose de suivre l’espace d’un enfant dont vous êtes représentant légal, pendant trente jours. ${seeYourEspace}`,
    }),
  },
  DelegationAccepted: {
    kind: 'delegation-accepted',
    holder: {
      subject: 'Mon espace santé : invitation acceptée',
      body: `Une personne agit désormais pour vous. ${seeYourEspace}`,
    },
    delegate: () => ({
      subject: 'Mon espace santé : vous agissez pour quelqu’un',
      body: `Votre accès est ouvert ; tout ce que vous y faites figure dans l’historique de la personne. ${seeYourEspace}`,
    }),
  },
  DelegationRefused: {
    kind: 'delegation-refused',
    holder: {
      subject: 'Mon espace santé : invitation refusée',
      body: `Votre invitation a été refusée. ${seeYourEspace}`,
    },
  },
  DelegationInvitationWithdrawn: {
    kind: 'delegate-invitation-withdrawn',
    delegate: () => ({
      subject: 'Mon espace santé : invitation retirée',
      body: 'Une invitation qui vous avait été faite a été retirée.',
    }),
  },
  DelegationInvitationExpired: {
    kind: 'delegate-invitation-expired',
    holder: {
      subject: 'Mon espace santé : invitation expirée',
      body: `Votre invitation est restée sans réponse. ${seeYourEspace}`,
    },
  },
  DelegationRenewed: {
    kind: 'delegation-renewed',
    delegate: () => ({
      subject: 'Mon espace santé : accès prolongé',
      body: `Votre accès à l’espace d’une personne que vous aidez est prolongé d’un an. ${seeYourEspace}`,
    }),
  },
  DelegationEnded: {
    kind: 'delegation-ended',
    holder: {
      subject: 'Mon espace santé : fin d’un accès',
      body: `Une personne n’agit plus pour vous. ${seeYourEspace}`,
    },
    delegate: () => ({
      subject: 'Mon espace santé : fin de votre accès',
      body: 'Votre accès à l’espace d’une personne pour qui vous agissiez a pris fin.',
    }),
  },
  GuardianshipDeclared: {
    kind: 'guardianship-declared',
    delegate: () => ({
      subject: 'Mon espace santé : mesure de protection enregistrée',
      body: `Vous représentez désormais une personne protégée dans son espace. ${seeYourEspace}`,
    }),
  },
};
