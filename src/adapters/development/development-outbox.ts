import type { Message, Messenger } from '../../ports/messenger.ts';

/** Messages shown at most; older ones are forgotten. */
const MAX_MESSAGES = 1_000;

/** Takes every message and sends none: what development reads at `/dev/outbox`. In memory only. */
export interface DevelopmentOutbox extends Messenger {
  /** Newest first, by when what they tell of happened: codes and letters do not come in one order. */
  recent(): readonly Message[];
  /** Lets go of every message to one of these addresses. */
  forget(addresses: ReadonlySet<string>): void;
}

export const createDevelopmentOutbox = (): DevelopmentOutbox => {
  const messages = new Map<string, Message>();
  const recent = (): readonly Message[] =>
    [...messages.values()].reverse().sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return {
    async send(message) {
      messages.set(message.id, message);
      if (messages.size > MAX_MESSAGES) messages.delete(recent().at(-1)?.id ?? '');
    },
    recent,
    forget(addresses) {
      for (const [id, { to }] of messages) if (addresses.has(to)) messages.delete(id);
    },
  };
};
