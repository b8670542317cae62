import type { AccountEvent } from '../../domain/account/account.ts';
import { contactOf } from '../../domain/account/contacts.ts';
import type { EnrolmentEvent } from '../../domain/enrolment/enrolment.ts';
import type { RecordEvent } from '../../domain/record/record.ts';
import { isKeptFromRepresentatives } from '../../domain/record/state.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { TicketEvent } from '../../domain/ticket/ticket.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventStore, RecordedEvent } from '../../ports/event-store.ts';
import { type Message, MessageRefusedError, type Messenger } from '../../ports/messenger.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { Turns } from '../../ports/turns.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import { knownContacts } from '../support/known-contacts.ts';
import { type Addressing, type Draft, draftsTo } from './addressees.ts';
import { DELEGATION_NOTICE_TYPES, delegationNotices } from './delegation-notices.ts';
import { LIFE_NOTICE_TYPES, lifeNotice } from './life-notices.ts';
import {
  ACCESSED,
  ACTIVATED,
  ANSWERED,
  CONTACT_CHANGED,
  CORRECTED,
  codeMessage,
  EMERGENCY,
  EMERGENCY_COPY,
  invitation,
  LOCKED,
  loginReminder,
  NEW_DEVICE,
  OPENED,
  PASSWORD_CHANGED,
  SESSION_COPIED,
  supportCode,
  type Text,
  UPDATED,
} from './notice-texts.ts';
import { createReactor, inTurn, type Reactor } from './reactor.ts';
import { type SetAside, settingAside } from './set-aside.ts';

type NoticeDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'accounts'>;
  readonly records: Records;
  readonly codes: OneTimeCodes;
};

/** Events of which somebody waits for the message: what it says is of use for a quarter of an hour. */
const CODE_TYPES = [
  'IdentificationCodeIssued',
  'ContactChangeRequested',
  'MemberContactRequested',
  'SignInChallenged',
  'PasswordResetRequested',
  'LoginReminded',
  'IdentityCheckStarted',
  'ContactCorrectionRequested',
] as const;

/** All others that somebody is written to about. An invitation is good for weeks, and many are issued at once. */
const LETTER_TYPES = [
  'InvitationIssued',
  'AccountLocked',
  'PasswordChanged',
  'MemberContactChanged',
  'NewDeviceUsed',
  'SessionClosed',
  'Activated',
  'NoticeOwed',
  'HolderToldOfHiddenDocument',
  'TicketMessageWritten',
  'OpenedAutomatically',
  ...LIFE_NOTICE_TYPES,
  ...DELEGATION_NOTICE_TYPES,
] as const;

/** Each with a place in the log of its own; both go on where the one that sent everything had got to. */
const CODES = {
  name: 'codes',
  formerly: 'notices',
  types: CODE_TYPES,
  /** Whoever waits longer has asked for another (decided). */
  ofUseMs: 60 * 60_000,
  newestCount: true,
} as const;
const LETTERS = {
  name: 'letters',
  formerly: 'notices',
  types: LETTER_TYPES,
  /** A month (decided): what is told later than that is in the journal. */
  ofUseMs: 30 * 24 * 60 * 60_000,
  newestCount: false,
} as const;
export const NOTICES = [CODES, LETTERS] as const;

type NoticedEvent = Extract<
  AccountEvent | EnrolmentEvent | RecordEvent | TicketEvent,
  { readonly type: (typeof CODE_TYPES)[number] | (typeof LETTER_TYPES)[number] }
>;

/**
 * Writes to people because of what happened, each event at least once and with the same message id every time. Codes are
 * derived anew from the event, so nothing is lost where a process dies between the event and the message, and no code is
 * ever stored. No code waits behind letters, and nothing for ever behind a message that is not taken. Nothing of anybody's
 * health is in a message.
 */
export const createNotices = (
  deps: NoticeDeps & {
    readonly store: EventStore;
    readonly messenger: Messenger;
    /**
     * How far each of them got, and what it still owes. Null: messages go nowhere but to this process, which makes all of
     * them anew at each start.
     */
    readonly progress: {
      readonly turns: Turns;
      readonly setAside: (reactor: string) => SetAside;
      readonly clock: Clock;
    } | null;
    readonly onFailure: (reactor: string, error: unknown) => void;
  },
): { readonly codes: Reactor; readonly letters: Reactor } => {
  const { store, progress, onFailure } = deps;
  const writing = (notices: (typeof NOTICES)[number]): Reactor => {
    const { name, types } = notices;
    const send = async (recorded: RecordedEvent): Promise<void> => {
      if (recorded.erased) return;
      for (const message of await messagesOf(deps, recorded))
        await deps.messenger.send(message).catch(error => {
          if (!(error instanceof MessageRefusedError)) throw error;
          onFailure(name, error);
        });
    };
    if (progress === null)
      return createReactor({ name, store, types, checkpoint: async () => null, handle: send, onFailure });
    const { turns, clock } = progress;
    const { ofUseMs, newestCount } = notices;
    const aside = progress.setAside(name);
    const owing = { reactor: name, store, aside, turns, clock, ofUseMs, newestCount };
    const { act, again } = settingAside({ ...owing, act: send, onFailure });
    const reactor = createReactor({ name, store, types, ...inTurn(turns, notices, act), onFailure });
    return { ...reactor, run: async signal => void (await Promise.all([reactor.run(signal), again(signal)])) };
  };
  return { codes: writing(CODES), letters: writing(LETTERS) };
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
      const { person, contacts } = (await deps.streams.enrolments.load(personId)).state;
      const to = channel === 'EMAIL' ? contacts.current.email : person?.contacts.postalAddress;
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
    case 'ContactChangeRequested':
    case 'MemberContactRequested': {
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
      return toHolder(deps, personId, event, 'account-locked', LOCKED);
    case 'LoginReminded': {
      const { credentials, contacts } = (await deps.streams.accounts.load(personId)).state;
      const { channel } = event.data;
      return [{ ...loginReminder(credentials?.login ?? ''), channel, to: contactOf(contacts, channel) }];
    }
    case 'PasswordResetRequested': {
      const { codeId, channel } = event.data;
      const { contacts } = (await deps.streams.accounts.load(personId)).state;
      const code = deps.codes.codeFor('password-reset', codeId);
      return [{ ...codeMessage('password-reset-code', code), channel, to: contactOf(contacts, channel) }];
    }
    case 'PasswordChanged':
      return toHolder(deps, personId, event, 'password-changed', PASSWORD_CHANGED);
    case 'MemberContactChanged': {
      const { channel, former } = event.data;
      const { contacts } = (await deps.streams.accounts.load(personId)).state;
      const other = channel === 'EMAIL' ? 'SMS' : 'EMAIL';
      const changed = { kind: 'contact-changed', ...CONTACT_CHANGED };
      return [
        { ...changed, channel, to: former },
        { ...changed, channel: other, to: contactOf(contacts, other) },
      ];
    }
    case 'NewDeviceUsed':
      return toHolder(deps, personId, event, 'new-device', NEW_DEVICE);
    case 'SessionClosed':
      if (event.data.reason !== 'REFRESH_TOKEN_REUSED') return [];
      return toHolder(deps, personId, event, 'session-copied', SESSION_COPIED);
    case 'Activated':
      return toHolder(deps, personId, event, 'activation', ACTIVATED);
    case 'HolderToldOfHiddenDocument': {
      const secret = await isSecret(deps, personId, event.data.documentId);
      return toHolder(deps, personId, event, 'record-updated', UPDATED, { isSecret: secret });
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
      const drafts = notices.map(({ to, kind, text, except }) =>
        toHolder(deps, to, event, kind, text, except === undefined ? {} : { except }),
      );
      return (await Promise.all(drafts)).flat();
    }
    case 'IdentityCheckStarted': {
      const { checkId, channel } = event.data;
      if (channel === null) return [];
      const { email, mobile, postalAddress } = await knownContacts(deps.streams, personId);
      const to = { EMAIL: email, SMS: mobile, POST: postalAddress }[channel];
      return [{ ...supportCode(deps.codes.codeFor('support', checkId)), channel, to }];
    }
    case 'ContactCorrectionRequested': {
      const { correctionId, channel, value } = event.data;
      const code = codeMessage('contact-code', deps.codes.codeFor('contact', correctionId));
      // Whoever has the old contact hears of it too: that the desk was deceived must not stay unseen.
      return [
        { ...code, channel, to: value },
        ...(await toHolder(deps, personId, event, 'contact-correction', CORRECTED)),
      ];
    }
    case 'TicketMessageWritten':
      return event.data.by.kind === 'support' ? toHolder(deps, personId, event, 'ticket-answer', ANSWERED) : [];
    case 'OpenedAutomatically':
      return toHolder(deps, personId, event, 'automatic-opening', OPENED);
    case 'Closed':
    case 'Reopened':
    case 'ErasureRequested':
    case 'ErasureCancelled':
    case 'Suspended':
    case 'SuspensionObjected':
    case 'SuspensionLifted':
    case 'ClosedAfterSuspension': {
      const { letter, copy } = lifeNotice(event);
      return draftsTo(deps, personId, letter, { at: event.at, copy, alsoTo: 'REPRESENTATIVES' });
    }
    case 'NoticeOwed':
      return (
        await Promise.all(
          event.data.to.map(async who =>
            who === 'holder' ? accessToHolder(deps, personId, event) : [await toAttendingDoctor(deps, personId, event)],
          ),
        )
      ).flat();
  }
};

const isSecret = async (deps: NoticeDeps, personId: PersonId, documentId: string | null): Promise<boolean> =>
  documentId !== null && isKeptFromRepresentatives((await deps.records.load(personId)).state, documentId);

const toHolder = (
  deps: NoticeDeps,
  personId: PersonId,
  { at }: NoticedEvent,
  kind: string,
  text: Text,
  addressing: Omit<Addressing, 'at'> = {},
): Promise<readonly Draft[]> => draftsTo(deps, personId, { kind, ...text }, { at, ...addressing });

type NoticeOwed = NoticedEvent & { readonly type: 'NoticeOwed' };

/** Of an emergency a guardian hears too, in words that say whose espace it is. */
const accessToHolder = async (deps: NoticeDeps, personId: PersonId, event: NoticeOwed): Promise<readonly Draft[]> => {
  const { rule, documentId } = event.data;
  const kind = `access:${rule}`;
  const text = ACCESSED[rule];
  return toHolder(deps, personId, event, kind, text ?? EMERGENCY, {
    isSecret: await isSecret(deps, personId, documentId),
    ...(text ? {} : { copy: { kind, ...EMERGENCY_COPY }, alsoTo: 'GUARDIANS' }),
  });
};

/** The attending doctor of the day of the access, by secure health messaging (R.1111-48). */
const toAttendingDoctor = async (deps: NoticeDeps, personId: PersonId, event: NoticeOwed): Promise<Draft> => {
  const { consent } = await deps.records.loadAt(personId, event.at);
  return {
    kind: `access:${event.data.rule}`,
    channel: 'MSSANTE',
    to: consent.attendingDoctor?.professional ?? null,
    subject: 'Accès en urgence à l’espace d’un patient dont vous êtes le médecin traitant',
    body: 'Un accès en urgence a eu lieu. Le patient en a été informé ; le détail figure dans son historique d’accès.',
  };
};
