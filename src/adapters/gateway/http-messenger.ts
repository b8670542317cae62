import { MessageRefusedError, type Messenger } from '../../ports/messenger.ts';

const TIMEOUT_MS = 10_000;

/** What is wrong with this message itself; our own token, and being too early or too many, are not. */
const isForGood = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 403, 404, 407, 408, 425, 429].includes(status);

/**
 * Hands messages over to the operator's gateway, which knows how to send e-mail, SMS, letters and secure health mail.
 * One POST of JSON a message; its id stands in `Idempotency-Key`, so that a repeat is recognised there.
 */
export const createHttpMessenger = (gateway: { readonly url: URL; readonly token: string }): Messenger => ({
  async send(message) {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${gateway.token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': message.id,
      },
      body: JSON.stringify(message),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (isForGood(response.status)) throw new MessageRefusedError();
    // Neither the message nor the answer may reach a log: only that it was not taken.
    if (!response.ok) throw new Error(`the message gateway answered ${response.status}`);
  },
});
