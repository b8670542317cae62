import { decideAccount } from '../../domain/account/account.ts';
import type { Device } from '../../domain/account/devices.ts';
import { liveSession } from '../../domain/account/sessions.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { refuse } from '../../domain/shared/decider.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import { noteClosed } from './note-closed.ts';
import type { SessionDeps, SignedIn } from './sessions.ts';

/** `current`: the session that asks was opened on it. */
export type KnownDevice = Device & { readonly id: string; readonly current: boolean };

/** UUID of a device, for its owner: its name is theirs, and is no part of an address. */
const idOf = (personId: PersonId, { name }: Device): string => derivedId(personId, `device ${name}`);

/** Those whose sign-in tells nobody anything new, the one used last first. */
export const devicesOf = async (
  deps: SessionDeps,
  { personId, sessionId }: SignedIn,
): Promise<readonly KnownDevice[]> => {
  const { devices, sessions } = (await deps.streams.accounts.load(personId)).state;
  const own = liveSession(sessions, sessionId, deps.clock.now())?.device ?? null;
  return (devices ?? [])
    .toReversed()
    .map(device => ({ ...device, id: idOf(personId, device), current: device.name === own }));
};

/** A device is as new as any other from now on, and every session on it ends but the one that asks. */
export const forgetDevice = async (
  deps: SessionDeps,
  { personId, sessionId }: SignedIn,
  deviceId: string,
  request: Request,
): Promise<Outcome<object, 'device-unknown'>> => {
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) => {
    const device = state.devices?.find(each => idOf(personId, each) === deviceId);
    if (device === undefined) return decided(refuse('device-unknown'));
    return decided(decideAccount(state, { type: 'forget-device', at, device: device.name, kept: sessionId }));
  });
  if (!handled.ok) return handled;
  const [forgotten, ...closed] = handled.result.ok ? handled.result.events : [];
  if (forgotten?.type !== 'DeviceForgotten') return { ok: false, refusal: 'device-unknown' };
  const data = { what: 'DEVICE_FORGOTTEN', device: forgotten.data.device } as const;
  await deps.espaces.noteAccount(
    personId,
    { type: 'HolderCredentialsChanged', data },
    stepOf(request, 'note forgotten device'),
  );
  await noteClosed(deps.espaces, personId, closed, request);
  return { ok: true };
};
