import { generateKeyPairSync, sign } from 'node:crypto';

/** PEM. The certificate is its own authority, and good for `localhost` and 127.0.0.1. */
export type Certificate = { readonly key: Buffer; readonly certificate: Buffer };

/** ASN.1 in DER, as much of it as one certificate needs. */
const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...digits]), content]);
};

const sequence = (...parts: readonly Uint8Array[]) => element(0x30, ...parts);
const setOf = (...parts: readonly Uint8Array[]) => element(0x31, ...parts);
const identifier = (...bytes: readonly number[]) => element(0x06, Buffer.from(bytes));
const text = (value: string) => element(0x0c, Buffer.from(value));
const time = (date: Date) => element(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
const bits = (content: Uint8Array) => element(0x03, Buffer.from([0]), content);

const COMMON_NAME = identifier(0x55, 0x04, 0x03);
const SUBJECT_ALTERNATIVE_NAME = identifier(0x55, 0x1d, 0x11);
const BASIC_CONSTRAINTS = identifier(0x55, 0x1d, 0x13);
const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const TRUE = element(0x01, Buffer.from([0xff]));
const VERSION_3 = element(0xa0, element(0x02, Buffer.from([2])));
const DAY_MS = 86_400_000;

const pem = (label: string, der: Uint8Array): Buffer => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return Buffer.from([`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n'));
};

/** A fresh key and certificate, valid for a day: so no test holds a secret, and none expires. */
export const selfSigned = (): Certificate => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(setOf(sequence(COMMON_NAME, text('localhost'))));
  const names = sequence(element(0x82, Buffer.from('localhost')), element(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, TRUE, element(0x04, sequence(TRUE))),
    sequence(SUBJECT_ALTERNATIVE_NAME, element(0x04, names)),
  );
  const now = Date.now();
  const toBeSigned = sequence(
    VERSION_3,
    element(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(now - DAY_MS)), time(new Date(now + DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, extensions),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  return {
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: pem('CERTIFICATE', sequence(toBeSigned, ECDSA_WITH_SHA256, bits(signature))),
  };
};
