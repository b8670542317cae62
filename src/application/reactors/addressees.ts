import { type Delegation, delegationInForce, isRepresentative } from '../../domain/delegation/delegation.ts';
import { isMinor } from '../../domain/enrolment/person.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Channel } from '../../ports/messenger.ts';
import { MAY_NOT_ACT } from '../delegation/delegates.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { Records } from '../records.ts';
import { holderAddress } from './holder-address.ts';

export type Letter = { readonly kind: string; readonly subject: string; readonly body: string };
/** `to`: null where there is no way, or nobody to be told. */
export type Draft = Letter & { readonly channel: Channel; readonly to: string | null };

type Address = Pick<Draft, 'channel' | 'to'>;

type AddresseeDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'accounts'>;
  readonly records: Pick<Records, 'load' | 'loadAt'>;
};

export type Addressing = {
  /** When it happened: whoever represented the person then is meant. */
  readonly at: Instant;
  /** What representatives read in the person's place; absent: the same. */
  readonly copy?: Letter;
  /** Who reads it besides the person, at an address of their own. `REPRESENTATIVES`: parents of a minor, and guardians. */
  readonly alsoTo?: 'GUARDIANS' | 'REPRESENTATIVES';
  /** It concerns what is kept from representatives: none of them reads it, in the person's place or at an address of theirs. */
  readonly isSecret?: boolean;
  /** Told in words of their own already. */
  readonly except?: PersonId;
};

/**
 * To a person: by e-mail where there is an address, else by SMS, else by post. A letter to a minor is opened by those who
 * act for them, so each of these is written to instead, in their own way. Nobody is written to twice at one address, and
 * the dead are not written to, nor is anybody in their place (decided).
 */
export const draftsTo = async (
  deps: AddresseeDeps,
  person: PersonId,
  letter: Letter,
  { at, copy = letter, alsoTo, isSecret = false, except }: Addressing,
): Promise<readonly Draft[]> => {
  const { status, identity } = (await deps.records.load(person)).state.espace;
  if (status === 'deceased') return [{ ...letter, channel: 'POST', to: null }];
  const own = await holderAddress(deps.streams, person);
  if (own.channel !== 'POST' && alsoTo === undefined && !isSecret) return [{ ...letter, ...own }];
  const representing = await representativesOf(deps, person, at);
  const isChild = identity !== null && isMinor(identity.birthDate, at);
  const inTheirPlace = own.channel === 'POST' && isChild ? representing : [];
  if (isSecret) {
    const isRead = inTheirPlace.length > 0 || (await isAddressOfAny(deps, representing, own));
    return [{ ...letter, ...own, to: isRead ? null : own.to }];
  }
  const also = representing.filter(one =>
    alsoTo === 'GUARDIANS' ? one.relation === 'GUARDIAN' : alsoTo === 'REPRESENTATIVES',
  );
  const copies = await Promise.all(
    (inTheirPlace.length > 0 ? inTheirPlace : also)
      .filter(({ delegate }) => delegate !== except)
      .map(async one => ({ ...copy, ...(await addressOf(deps, one)) })),
  );
  const isRead = inTheirPlace.some(({ delegate }) => delegate === except) || copies.some(({ to }) => to !== null);
  const first = { ...letter, ...own, to: inTheirPlace.length > 0 && isRead ? null : own.to };
  return onceAnAddress([first, ...copies]);
};

type Representative = Delegation & { readonly delegate: PersonId };

/** Parents of a minor and guardians of an adult, of that instant. */
const representativesOf = async (
  { records }: AddresseeDeps,
  person: PersonId,
  at: Instant,
): Promise<readonly Representative[]> => {
  const { delegations } = await records.loadAt(person, at);
  return delegations.live.filter(
    (one): one is Representative =>
      one.delegate !== null &&
      (isRepresentative(one) || one.relation === 'GUARDIAN') &&
      delegationInForce(delegations, one.delegate, at)?.id === one.id,
  );
};

/** Where one who may act at present is written to. */
const addressOf = async (deps: AddresseeDeps, { delegate }: Representative): Promise<Address> => {
  const { status } = (await deps.records.load(delegate)).state.espace;
  const address = await holderAddress(deps.streams, delegate);
  return MAY_NOT_ACT.has(status) ? { ...address, to: null } : address;
};

/** Whether what goes there is read by one of them; a letter to an adult is the adult's own, whoever shares the house. */
const isAddressOfAny = async (
  { streams }: AddresseeDeps,
  representing: readonly Representative[],
  { channel, to }: Address,
): Promise<boolean> => {
  const theirs = await Promise.all(representing.map(({ delegate }) => holderAddress(streams, delegate)));
  return channel !== 'POST' && theirs.some(other => other.channel === channel && other.to === to);
};

/** Of several to one address the last is sent: whoever represents somebody reads the words that are for them. */
const onceAnAddress = (drafts: readonly Draft[]): readonly Draft[] =>
  drafts.map((draft, index) => {
    const isSaidAgain = drafts.slice(index + 1).some(({ channel, to }) => channel === draft.channel && to === draft.to);
    return isSaidAgain ? { ...draft, to: null } : draft;
  });
