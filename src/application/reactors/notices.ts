import { ruleOf } from '../../domain/access/rule-books.ts';
import type { AccountEvent } from '../../domain/account/account.ts';
import { contactOf } from '../../domain/account/contacts.ts';
import { isRepresentative } from '../../domain/delegation/delegation.ts';
import type { EnrolmentEvent } from '../../domain/enrolment/enrolment.ts';
import type { RecordEvent } from '../../domain/record/record.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { EventStore, RecordedEvent } from '../../ports/event-store.ts';
import { type Channel, type Message, MessageRefusedError, type Messenger } from '../../ports/messenger.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { Turns } from '../../ports/turns.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import { DELEGATION_NOTICE_TYPES, delegationNotices } from './delegation-notices.ts';
import { createReactor, inTurn, type Reactor } from './reactor.ts';

type NoticeDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'accounts'>;
  readonly records: Records;
  readonly codes: OneTimeCodes;
};

/** Events that somebody is written to about. */
export const NOTICE_TYPES = [
  'InvitationIssued',
  'IdentificationCodeIssued',
  'ContactChangeRequested',
  'SignInChallenged',
  'AccountLocked',
  'Activated',
  'Closed',
  'Reopened',
  'AccessedBy',
  'HolderToldOfHiddenDocument',
  ...DELEGATION_NOTICE_TYPES,
] as const;

type NoticedEvent = Extract<
  AccountEvent | EnrolmentEvent | RecordEvent,
  { readonly type: (typeof NOTICE_TYPES)[number] }
>;

/**
 * Writes to people because of what happened, each event at least once and with the same message id every time. Codes are
 * derived anew from the event, so nothing is lost where a process dies between the event and the message, and no code is
 * ever stored. Nothing of anybody's health is in a message.
 */
export const createNotices = (
  deps: NoticeDeps & {
    readonly store: EventStore;
    readonly messenger: Messenger;
    /** Null: messages go nowhere but to this process, which makes all of them anew at each start. */
    readonly turns: Turns | null;
    readonly onFailure: (reactor: string, error: unknown) => void;
  },
): Reactor => {
  const act = async (recorded: RecordedEvent): Promise<void> => {
    if (recorded.erased) return;
    for (const message of await messagesOf(deps, recorded))
      await deps.messenger.send(message).catch(error => {
        if (!(error instanceof MessageRefusedError)) throw error;
        deps.onFailure('notices', error);
      });
  };
  const alone = { checkpoint: async () => null, handle: act };
  return createReactor({
    name: 'notices',
    store: deps.store,
    types: NOTICE_TYPES,
    ...(deps.turns === null ? alone : inTurn(deps.turns, 'notices', act)),
    onFailure: deps.onFailure,
  });
};

type Draft = {
  readonly kind: string;
  readonly channel: Channel;
  readonly to: string | null;
  readonly subject: string;
  readonly body: string;
};

const messagesOf = async (deps: NoticeDeps, recorded: RecordedEvent): Promise<readonly Message[]> => {
  const personId = recorded.stream.slice(recorded.stream.indexOf('-') + 1);
  const drafts = await draftsOf(deps, personId, recorded as unknown as NoticedEvent);
  return drafts.flatMap(({ to, ...draft }, index) =>
    to === null ? [] : [{ ...draft, to, id: derivedId(recorded.id, `message ${index}`), at: recorded.at }],
  );
};

const draftsOf = async (deps: NoticeDeps, personId: PersonId, event: NoticedEvent): Promise<readonly Draft[]> => {
  switch (event.type) {
    case 'InvitationIssued': {
      const { codeId, channel } = event.data;
      const { person } = (await deps.streams.enrolments.load(personId)).state;
      const to = channel === 'EMAIL' ? person?.contacts.email : person?.contacts.postalAddress;
      const code = deps.codes.codeFor('invitation', codeId);
      return [{ ...invitation(code), channel, to: to ?? null }];
    }
    case 'IdentificationCodeIssued': {
      const { codeId, channel } = event.data;
      const { contacts } = (await deps.streams.enrolments.load(personId)).state;
      return [
        {
          ...codeMessage('identification-code', deps.codes.codeFor('identification', codeId)),
          channel,
          to: contactOf(contacts.current, channel),
        },
      ];
    }
    case 'ContactChangeRequested': {
      const { codeId, channel, value } = event.data;
      return [{ ...codeMessage('contact-code', deps.codes.codeFor('contact', codeId)), channel, to: value }];
    }
    case 'SignInChallenged': {
      const { codeId, channel } = event.data;
      const { contacts } = (await deps.streams.accounts.load(personId)).state;
      return [
        {
          ...codeMessage('sign-in-code', deps.codes.codeFor('sign-in', codeId)),
          channel,
          to: contactOf(contacts, channel),
        },
      ];
    }
    case 'AccountLocked':
      return [await toHolder(deps, personId, 'account-locked', LOCKED)];
    case 'Activated':
      return [await toHolder(deps, personId, 'activation', ACTIVATED)];
    case 'Closed':
      return [await toHolder(deps, personId, 'closure', CLOSED)];
    case 'Reopened':
      return [await toHolder(deps, personId, 'reopening', REOPENED)];
    case 'HolderToldOfHiddenDocument': {
      const audience = await audienceOf(deps, personId, event.data.documentId);
      return [await toHolder(deps, personId, 'record-updated', UPDATED, audience)];
    }
    case 'ParentDeclared':
    case 'DelegateInvited':
    case 'DelegationAccepted':
    case 'DelegationRefused':
    case 'DelegationInvitationWithdrawn':
    case 'DelegationInvitationExpired':
    case 'DelegationRenewed':
    case 'DelegationEnded':
    case 'GuardianshipDeclared':
    case 'MajorityReached': {
      const notices = await delegationNotices(deps.records, personId, event);
      return Promise.all(notices.map(({ to, kind, text }) => toHolder(deps, to, kind, text)));
    }
    case 'AccessedBy': {
      const told = ruleOf(event.data.ruleBook, event.data.rule)?.tells ?? [];
      const audience = told.includes('holder') ? await audienceOf(deps, personId, event.data.documentId) : 'SELF';
      return Promise.all(
        told.map(who =>
          who === 'holder'
            ? toHolder(deps, personId, `access:${event.data.rule}`, ACCESSED[event.data.rule] ?? EMERGENCY, audience)
            : toAttendingDoctor(deps, personId, event),
        ),
      );
    }
  }
};

/** SELF: nobody in their place, because it concerns what a minor keeps from their representatives. */
type HolderAudience = 'SELF' | 'OR_REPRESENTATIVE';

const audienceOf = async (deps: NoticeDeps, personId: PersonId, documentId: string | null): Promise<HolderAudience> => {
  if (documentId === null) return 'OR_REPRESENTATIVE';
  const { documents, keptSecrets } = (await deps.records.load(personId)).state;
  const isSecret = documents.get(documentId)?.hiddenFromRepresentatives || keptSecrets.has(documentId);
  return isSecret ? 'SELF' : 'OR_REPRESENTATIVE';
};

/**
 * By e-mail where there is an address, else by SMS, else by post: never nowhere if there is any way. A child without
 * e-mail or mobile is written to through the parent who acts for them.
 */
const toHolder = async (
  deps: NoticeDeps,
  personId: PersonId,
  kind: string,
  text: { readonly subject: string; readonly body: string },
  audience: HolderAudience = 'OR_REPRESENTATIVE',
): Promise<Draft> => {
  const { state: account } = await deps.streams.accounts.load(personId);
  const { state: enrolment } = await deps.streams.enrolments.load(personId);
  const { email, mobile } = account.credentials ? account.contacts : enrolment.contacts.current;
  const postalAddress = enrolment.person?.contacts.postalAddress ?? null;
  const [channel, to]: readonly [Channel, string | null] =
    email !== null ? ['EMAIL', email] : mobile !== null ? ['SMS', mobile] : ['POST', postalAddress];
  if (email === null && mobile === null) {
    const { live } = (await deps.records.load(personId)).state.delegations;
    const parent = live.find(one => isRepresentative(one) && one.status === 'ACCEPTED')?.delegate;
    // A letter to a child is opened by their parents.
    if (parent && audience === 'SELF') return { kind, channel, to: null, ...text };
    if (parent) return toHolder(deps, parent, kind, text, 'SELF');
  }
  return { kind, channel, to, ...text };
};

/** The attending doctor of the day of the access, by secure health messaging (R.1111-48). */
const toAttendingDoctor = async (
  deps: NoticeDeps,
  personId: PersonId,
  event: NoticedEvent & { readonly type: 'AccessedBy' },
): Promise<Draft> => {
  const { consent } = await deps.records.loadAt(personId, event.at);
  return {
    kind: `access:${event.data.rule}`,
    channel: 'MSSANTE',
    to: consent.attendingDoctor?.professional ?? null,
    subject: 'Accès en urgence à l’espace d’un patient dont vous êtes le médecin traitant',
    body: 'Un accès en urgence a eu lieu. Le patient en a été informé ; le détail figure dans son historique d’accès.',
  };
};

const invitation = (code: string) => ({
  kind: 'invitation',
  subject: 'Mon espace santé : votre invitation',
  body:
    'Un espace numérique de santé est créé pour vous. Vous pouvez l’activer ou vous y opposer pendant six semaines, ' +
    `avec votre numéro de sécurité sociale, le numéro de série de votre carte Vitale et ce code : ${code}`,
});

const codeMessage = (kind: string, code: string) => ({
  kind,
  subject: 'Mon espace santé : votre code',
  body: `Votre code, valable quinze minutes : ${code}. Ne le communiquez à personne.`,
});

const seeYourEspace = 'Connectez-vous à Mon espace santé pour en savoir plus.';
const LOCKED = {
  subject: 'Mon espace santé : compte verrouillé',
  body: 'Après plusieurs échecs, votre compte est verrouillé pour quinze minutes. Si ce n’était pas vous, prévenez-nous.',
};
const ACTIVATED = { subject: 'Mon espace santé est activé', body: `Votre espace est activé. ${seeYourEspace}` };
const CLOSED = {
  subject: 'Mon espace santé est fermé',
  body: 'Votre espace est fermé : plus personne n’y accède, même en urgence. Vous pouvez le rouvrir à tout moment.',
};
const REOPENED = {
  subject: 'Mon espace santé est rouvert',
  body: 'Votre espace est rouvert. Les autorisations données avant la fermeture ne sont pas rétablies.',
};
const UPDATED = { subject: 'Votre espace a été mis à jour', body: `Nous vous invitons à consulter. ${seeYourEspace}` };
const EMERGENCY = {
  subject: 'Accès en urgence à votre espace',
  body: `Un professionnel a accédé en urgence à votre espace. ${seeYourEspace}`,
};
const ACCESSED: Readonly<Record<string, typeof EMERGENCY>> = {
  'fund-declares-guardianship': {
    subject: 'Une mesure de protection a été enregistrée ou levée',
    body: `L’assurance maladie a enregistré une décision de justice qui vous concerne. ${seeYourEspace}`,
  },
  'agreement-recorded': {
    subject: 'Une autorisation a été enregistrée',
    body: `Un professionnel a enregistré l’accord que vous lui avez donné. ${seeYourEspace}`,
  },
};
