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
    };

/** Names of devices that a session was opened on, the one used last at the end; null: none ever was. */
export type Devices = readonly string[] | null;

/** Characters. */
export const DEVICE_NAME_MAX_LENGTH = 50;
/** The one unused longest is forgotten, and would be new again. */
export const MAX_KNOWN_DEVICES = 20;

export const isNewDevice = (devices: Devices, device: string | null): device is string =>
  device !== null && devices !== null && !devices.includes(device);

export const withDevice = (devices: Devices, device: string | null): Devices =>
  device === null ? devices : [...without(devices, device), device].slice(-MAX_KNOWN_DEVICES);

/** Its next sign-in is told as that of a new one, even where no other is known. */
export const withoutDevice = (devices: Devices, device: string | null): Devices =>
  devices === null || device === null ? devices : without(devices, device);

const without = (devices: Devices, device: string): readonly string[] =>
  (devices ?? []).filter(known => known !== device);
