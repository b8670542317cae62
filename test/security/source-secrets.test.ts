import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/*
 * What ships has no key, no token and no account in it: nothing of 16 random bytes or more in hexadecimal, or of 24 in base64,
 * no JWT, no private key, no password in an address. What looks like one and is none is named here.
 *
 * Mutants seen to fail: a master secret, an API key, a token or a connection string as a default in the configuration.
 */

const SHIPPED = ['src', 'scripts', 'Dockerfile', 'compose.yaml', 'package.json'];

const NO_SECRETS = new Set([
  // Examples of the API's document: a JWT of nobody's, a public key, a handle, the digest of the word "test".
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGVtcGxlIn0',
  'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  'q1Z0b3Jva2VuLWhhbmRsZS1vZi1ub2JvZHktYXQtYWxs',
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  // The letters that codes are made of; a file of the public directory; how an address is written.
  'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789',
  'PS_LibreAcces_Personne_activite_202611200839',
  '://[name:password@',
]);

const HEX = /(?<![\w-])[0-9a-f]{32,}(?![\w-])/gi;
const BASE64 = /[A-Za-z0-9+/_-]{32,}/g;
const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}/g;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY/g;
const ACCOUNT = /:\/\/[^\s/:@'"`]+:[^\s@'"`$]+@/g;

/** Of 24 random bytes hardly any lack capitals, small letters or three digits; of paths and names hardly any have all. */
const looksDrawn = (word: string): boolean =>
  /[A-Z]/.test(word) && /[a-z]/.test(word) && (word.match(/\d/g)?.length ?? 0) >= 3;

const secretsIn = (code: string): readonly string[] => {
  const all = [HEX, JWT, PEM, ACCOUNT].flatMap(pattern => code.match(pattern) ?? []);
  return [...all, ...(code.match(BASE64) ?? []).filter(looksDrawn)].filter(found => !NO_SECRETS.has(found));
};

const filesOf = (path: string): readonly string[] =>
  /\.\w+$|^Dockerfile$/.test(path)
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name));

test('nothing that ships looks like a secret', () => {
  const files = SHIPPED.flatMap(filesOf);
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap(file => secretsIn(readFileSync(file, 'utf8')).map(secret => [file, secret]));
  expect(found).toEqual([]);
});

describe('one that did would be seen:', () => {
  test.each([
    ['a secret in base64', "env.MASTER_SECRET || 'q83vEjRWeJq83vEjRWeJCrzeASNFZ4mqvN7wEjRWeJo='"],
    ['a secret in base64url', "const key = 'Zx8-4kQ_1vYt7RmW2bNc9Lp0Ds3Gh6Jf';"],
    ['a secret in hexadecimal', 'KEY=00112233445566778899aabbccddeeff'],
    ['a token', "token: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2ln'"],
    ['a private key', "'-----BEGIN EC PRIVATE KEY-----'"],
    ['an account', 'esdb://admin:sesame@db.example:2113'],
  ])('%s', (_, line) => expect(secretsIn(line)).not.toEqual([]));
});
