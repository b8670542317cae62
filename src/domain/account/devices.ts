import type { Instant } from '../shared/time.ts';

/** What somebody signs in on, in words that they know again: the name their application gave, or the browser's family. */

export type DeviceEvent =
  /** With the sign-in that begins on it. */
  | {
      readonly type: 'DeviceNamed';
      readonly at: Instant;
      readonly data: { readonly challengeId: string; readonly device: string };
    }
  /** A session was opened on a device that none was opened on before. Not said of the first of all. */
  | {
      readonly type: 'NewDeviceUsed';
      readonly at: Instant;
      readonly data: { readonly sessionId: string; readonly device: string };
    }
  /** By its owner: the next session on it is one on a new device. */
  | { readonly type: 'DeviceForgotten'; readonly at: Instant; readonly data: { readonly device: string } };

export type Device = {
  readonly name: string;
  /** When a session was last opened on it. */
  readonly lastSignInAt: Instant;
};

/** Devices that a session was opened on, the one used last at the end; null: none ever was. */
export type Devices = readonly Device[] | null;

/** Characters. */
export const DEVICE_NAME_MAX_LENGTH = 50;
/** The one unused longest is forgotten, and would be new again. */
export const MAX_KNOWN_DEVICES = 20;

export const isKnownDevice = (devices: Devices, device: string): boolean =>
  devices?.some(({ name }) => name === device) ?? false;

export const isNewDevice = (devices: Devices, device: string | null): device is string =>
  device !== null && devices !== null && !isKnownDevice(devices, device);

export const withDevice = (devices: Devices, device: string | null, lastSignInAt: Instant): Devices =>
  device === null
    ? devices
    : [...without(devices ?? [], device), { name: device, lastSignInAt }].slice(-MAX_KNOWN_DEVICES);

/** Its next sign-in is told as that of a new one, even where no other is known. */
export const withoutDevice = (devices: Devices, device: string | null): Devices =>
  devices === null || device === null ? devices : without(devices, device);

const without = (devices: readonly Device[], device: string): readonly Device[] =>
  devices.filter(({ name }) => name !== device);
