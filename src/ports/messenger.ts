import type { Instant } from '../domain/shared/time.ts';

/** Where a message goes. `POST`: printed and posted; `MSSANTE`: a professional's secure mailbox, addressed by RPPS. */
export type Channel = 'EMAIL' | 'SMS' | 'POST' | 'MSSANTE';

/** A message to one person. It never says anything of anybody's health. */
export type Message = {
  /** UUID derived from the event that caused it: the same event never gives a second message. */
  readonly id: string;
  readonly at: Instant;
  readonly channel: Channel;
  readonly to: string;
  /** What it is about, e.g. `invitation`, `sign-in-code`, `emergency-access`. */
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
};

/** This message will never be taken: sending it again is of no use, and the others must not wait for it. */
export class MessageRefusedError extends Error {
  constructor() {
    super('the message was refused for good');
    this.name = 'MessageRefusedError';
  }
}

/** Takes a message on its way. Messages hold codes and addresses: nothing of them may reach a log or a disk of ours. */
export interface Messenger {
  /** Rejects where it was not taken: with `MessageRefusedError` for good, else to be sent again with the same id. */
  send(message: Message): Promise<void>;
}
