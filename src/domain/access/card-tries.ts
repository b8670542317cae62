import type { Actor, Rpps } from '../shared/actor.ts';
import { PersistentMap } from '../shared/persistent-map.ts';
import { type Instant, plusMs } from '../shared/time.ts';
import type { AccessEvent } from './access.ts';

/** Cards of somebody else that one professional may show before no card of theirs is looked at for a while (decided). */
export const MAX_FOREIGN_CARDS = 5;
/** Each of them within this of the one before; then it lasts as long. */
export const CARD_TRIES_MS = 15 * 60_000;
/** Professionals remembered in one espace; one more, and the count begins anew. */
export const MAX_TRIES_KEPT = 1_000;

/** By RPPS: how many cards in a row were not the holder's. */
export type CardTries = PersistentMap<Try>;

type Try = { readonly count: number; readonly until: Instant };

/** The rule that answers to a card of somebody else: only what was looked at is a try. */
export const CARD_NOT_RECOGNISED = 'card-not-recognised';

export const areCardTriesUsed = (tries: CardTries, professional: Rpps, at: Instant): boolean => {
  const known = tries.get(professional);
  return known !== undefined && at < known.until && known.count >= MAX_FOREIGN_CARDS;
};

export const evolveCardTries = (tries: CardTries, event: AccessEvent): CardTries => {
  if (event.type === 'AccessDenied' && event.data.rule === CARD_NOT_RECOGNISED)
    return withOneMore(tries, event.data.actor, event.at);
  const isRecognised = event.type === 'AccessedBy' && isCard(event.data.evidence);
  if (!isRecognised || event.data.actor.kind !== 'professional' || !tries.has(event.data.actor.rpps)) return tries;
  return tries.delete(event.data.actor.rpps);
};

/** A card, read or copied, as what shows an agreement. */
export const isCard = (evidence: string | null): boolean =>
  evidence === 'CARTE_VITALE' || evidence === 'CARTE_VITALE_SERIAL';

const withOneMore = (tries: CardTries, actor: Actor, at: Instant): CardTries => {
  if (actor.kind !== 'professional') return tries;
  const known = tries.get(actor.rpps);
  const count = (known && at < known.until ? known.count : 0) + 1;
  const others = known === undefined && tries.size >= MAX_TRIES_KEPT ? PersistentMap.empty<Try>() : tries;
  return others.set(actor.rpps, { count, until: plusMs(at, CARD_TRIES_MS) });
};
