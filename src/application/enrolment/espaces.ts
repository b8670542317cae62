import type { AccessEvent } from '../../domain/access/access.ts';
import type { CodeChannel } from '../../domain/account/contacts.ts';
import type { Accompaniment, EspaceRefusal, EspaceStatus, Identity } from '../../domain/espace/espace.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Request } from '../stream-handler.ts';
import type { HandlerRefusal } from './outcome.ts';

type EspaceRefused = { readonly ok: false; readonly refusal: EspaceRefusal | HandlerRefusal };

/** One attempt to sign in, as the journal of the person tells it. */
export type SignInTrace = {
  readonly outcome: 'SUCCESS' | 'FAILURE';
  /** What was wrong; null where nothing was. LOCKED: nothing was looked at. */
  readonly reason: 'PASSWORD' | 'CODE' | 'RESET_CODE' | 'LOCKED' | null;
  /** How the one-time code is or was to be sent. */
  readonly channel: CodeChannel;
  /** True where this failure locked the account. */
  readonly locked: boolean;
};

type NoteOf<E> = E extends AccessEvent ? Pick<E, 'type' | 'data'> : never;

/** Something that befell an account besides signing in, as the journal of the person tells it. */
export type AccountNote = NoteOf<
  Extract<
    AccessEvent,
    {
      readonly type:
        | 'HolderPasswordRejected'
        | 'HolderCredentialsChanged'
        | 'HolderSessionsClosed'
        | 'HolderRecoveryAsked';
    }
  >
>;

/** What enrolment and sign-in need of the espace. Each can be repeated with the same request. */
export interface Espaces {
  /** For somebody who was not invited: it does not open by itself. Being there already is a success. */
  register(personId: PersonId, identity: Identity, request: Request): Promise<{ readonly ok: true } | EspaceRefused>;
  /** Already so is a success. */
  create(personId: PersonId, identity: Identity, request: Request): Promise<{ readonly ok: true } | EspaceRefused>;
  activate(
    personId: PersonId,
    accepted: {
      readonly termsVersion: string;
      readonly privacyVersion: string;
      readonly accompaniment: Accompaniment;
      /** They had no account before: what was closed is reopened. */
      readonly reopens: boolean;
    },
    request: Request,
  ): Promise<{ readonly ok: true } | EspaceRefused>;
  /** `reference`: what the proof of opposition is known by, UUID. */
  oppose(
    personId: PersonId,
    request: Request,
  ): Promise<{ readonly ok: true; readonly reference: string; readonly at: Instant } | EspaceRefused>;
  status(personId: PersonId): Promise<EspaceStatus>;
  /** Durable in the journal when it resolves. Rejects where it could not be written: nobody is then signed in. */
  recordSignIn(personId: PersonId, trace: SignInTrace, request: Request): Promise<void>;
  /** The same for whatever else befell the account. */
  noteAccount(personId: PersonId, note: AccountNote, request: Request): Promise<void>;
}
