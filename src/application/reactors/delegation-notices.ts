import { type Delegation, isRepresentative } from '../../domain/delegation/delegation.ts';
import { type EspaceState, type EspaceStatus, isOpen } from '../../domain/espace/espace.ts';
import type { RecordEvent } from '../../domain/record/record.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import { delegationOf } from '../delegation/delegates.ts';
import type { Records } from '../records.ts';
import { frenchDay, seeYourEspace, type Text } from './notice-texts.ts';

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
  readonly text: Text;
  /** Who is told in words of their own, and so not in the place of `to`. */
  readonly except?: PersonId;
};

/** Of an invitation that is taken back within the hour only the first letter goes out: a second would tell no more (decided). */
const AT_ONCE_MS = 60 * 60_000;

/** Of the espace as it was when it happened: who was concerned then. */
export const delegationNotices = async (
  records: Records,
  holder: PersonId,
  event: Noticed,
): Promise<readonly DelegationNotice[]> => {
  const { delegations, espace } = await records.loadAt(holder, event.at);
  if (event.type === 'MajorityReached') {
    const ended = delegations.past.filter(
      one => isRepresentative(one) && one.status === 'ENDED' && one.endedAt === event.at,
    );
    return [
      { to: holder, kind: 'majority', text: ofAge(espace) },
      ...ended.flatMap(({ delegate }) => (delegate ? [{ to: delegate, kind: 'majority', text: CHILD_OF_AGE }] : [])),
    ];
  }
  const about = delegationOf({ delegations }, event.data.delegationId);
  if (event.type === 'DelegationInvitationWithdrawn' && about && event.at < plusMs(about.invitedAt, AT_ONCE_MS))
    return [];
  const { kind, ...texts } = TEXTS[event.type];
  const except = texts.delegate && about?.delegate ? { except: about.delegate } : {};
  return [
    ...(texts.holder && !isOfClosure(event)
      ? [{ to: holder, kind, text: withInvitation(texts.holder, espace), ...except }]
      : []),
    ...(texts.delegate && about?.delegate ? [{ to: about.delegate, kind, text: texts.delegate(about) }] : []),
  ];
};

/** The person closed it, or is dead: they are told of that, and not of each who acted for them. */
const isOfClosure = (event: Noticed): boolean => event.type === 'DelegationEnded' && event.data.reason === 'CLOSED';

/** Nobody is asked in to an espace that is closed, opposed or suspended. */
const withInvitation = ({ subject, body }: Text, { status }: EspaceState): Text => ({
  subject,
  body: isOpen(status) ? `${body} ${seeYourEspace}` : body,
});

/** What became of it before is not theirs, and is theirs to change. */
const ofAge = ({ status, erasureDueAt }: EspaceState): Text => ({
  subject: 'Mon espace santé : vous êtes majeur',
  body: `Votre espace est désormais le vôtre : ceux qui vous représentaient comme mineur n’y ont plus accès. ${wayIn(status, erasureDueAt)}`,
});

const wayIn = (status: EspaceStatus, erasureDueAt: Instant | null): string => {
  switch (status) {
    case 'closed':
      return erasureDueAt === null
        ? 'Il est fermé : activer votre compte le rouvre.'
        : `Il est fermé et sera effacé à partir du ${frenchDay(erasureDueAt)} : activer votre compte avant cette date le rouvre et annule l’effacement.`;
    case 'opposed':
      return 'Il n’est pas ouvert, à la suite d’une opposition : vous pouvez l’activer à tout moment.';
    case 'suspended':
      return 'Il est suspendu par l’assurance maladie : plus personne n’y accède.';
    default:
      return 'Activez votre compte pour y entrer.';
  }
};

const CHILD_OF_AGE = {
  subject: 'Mon espace santé : votre enfant est majeur',
  body: 'Votre accès à l’espace de votre enfant a pris fin ce jour, avec sa majorité.',
};

type Texts = {
  readonly kind: string;
  /** Followed by how to learn more, where there is a way. */
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
          ? `Quelqu’un vous propose d’être son aidant. L’invitation est valable trente jours au plus. ${seeYourEspace}`
          : `On vous propose de suivre l’espace d’un enfant dont vous êtes représentant légal, pendant trente jours au plus. ${seeYourEspace}`,
    }),
  },
  DelegationAccepted: {
    kind: 'delegation-accepted',
    holder: {
      subject: 'Mon espace santé : invitation acceptée',
      body: 'Une personne agit désormais pour vous.',
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
      body: 'Votre invitation a été refusée.',
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
      body: 'Votre invitation est restée sans réponse.',
    },
  },
  DelegationRenewed: {
    kind: 'delegation-renewed',
    delegate: () => ({
      subject: 'Mon espace santé : accès prolongé',
      body: `Votre accès à l’espace d’une personne que vous aidez est prolongé. ${seeYourEspace}`,
    }),
  },
  DelegationEnded: {
    kind: 'delegation-ended',
    holder: {
      subject: 'Mon espace santé : fin d’un accès',
      body: 'Une personne n’agit plus pour vous.',
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
      body: `Un juge vous a désigné pour représenter une personne protégée : vous agissez dans son espace dès que la mesure prend effet. ${seeYourEspace}`,
    }),
  },
};
