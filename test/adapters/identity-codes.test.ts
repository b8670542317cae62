import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDerivedCodes } from '../../src/adapters/identity/derived-codes.ts';
import { createHmacKeyedHash } from '../../src/adapters/identity/hmac-keyed-hash.ts';
import { subSecret } from '../../src/adapters/identity/secrets.ts';
import type { CodeKind } from '../../src/ports/one-time-codes.ts';

/*
 * Mutants killed: the kind left out of the derivation; a look-alike in the alphabet; a code without capitals let through;
 * leading zeros lost; a shorter code that matches; the key ignored; the purpose left out of the hash.
 */

const master = Buffer.alloc(32, 7);
const codes = createDerivedCodes(subSecret(master, 'codes'));
const kinds: readonly CodeKind[] = ['invitation', 'identification', 'contact', 'sign-in'];
const uuid = fc.uuid();

describe('derived codes', () => {
  it('are of the published form', () =>
    fc.assert(
      fc.property(uuid, id => {
        const code = codes.codeFor('invitation', id);
        expect(code).toMatch(/^[A-HJKMNP-Za-hjkmnp-z2-9]{12}$/);
        expect(code).toMatch(/[A-Z]/);
        expect(code).toMatch(/[a-z]/);
        expect(code).toMatch(/\d/);
        for (const kind of kinds.slice(1)) expect(codes.codeFor(kind, id)).toMatch(/^\d{6}$/);
      }),
      { numRuns: 2_000 },
    ));

  it('are the same each time, under the same secret', () =>
    fc.assert(
      fc.property(uuid, fc.constantFrom(...kinds), (id, kind) => {
        const code = createDerivedCodes(subSecret(master, 'codes')).codeFor(kind, id);
        expect(codes.codeFor(kind, id)).toBe(code);
        expect(codes.matches(kind, id, code)).toBe(true);
      }),
    ));

  it('differ by kind, id and secret', () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const many = Array.from({ length: 1_000 }, (_, n) => id.slice(0, -4) + String(n).padStart(4, '0'));
    expect(new Set(many.map(each => codes.codeFor('invitation', each))).size).toBe(1_000);
    expect(new Set(many.map(each => codes.codeFor('sign-in', each))).size).toBeGreaterThan(990);
    const same = many.filter(each => codes.codeFor('sign-in', each) === codes.codeFor('contact', each));
    expect(same.length).toBeLessThan(5);
    const others = createDerivedCodes(subSecret(master, 'other'));
    expect(others.codeFor('invitation', id)).not.toBe(codes.codeFor('invitation', id));
  });

  it('keep leading zeros, and spread evenly', () => {
    const drawn = Array.from({ length: 20_000 }, (_, n) => codes.codeFor('sign-in', `id ${n}`));
    for (let digit = 0; digit < 10; digit++) {
      const share = drawn.filter(code => code.startsWith(String(digit))).length / drawn.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
    }
  });

  it('match nothing else', () =>
    fc.assert(
      fc.property(uuid, fc.constantFrom(...kinds), fc.string({ unit: 'binary', maxLength: 20 }), (id, kind, given) => {
        const code = codes.codeFor(kind, id);
        fc.pre(given !== code);
        expect(codes.matches(kind, id, given)).toBe(false);
        for (const near of [code.slice(0, -1), `${code} `, `0${code}`, ''])
          expect(codes.matches(kind, id, near)).toBe(false);
        const swapped = code.replace(/[a-z]/, letter => letter.toUpperCase());
        expect(codes.matches(kind, id, swapped)).toBe(swapped === code);
      }),
    ));
});

describe('the keyed hash', () => {
  const hash = createHmacKeyedHash(subSecret(master, 'lookup'));

  it('is 32 hex digits, the same each time, another for another purpose, value or secret', () => {
    const one = hash.of('ins', '253072B07300470');
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(hash.of('ins', '253072B07300470')).toBe(one);
    expect(hash.of('login', '253072B07300470')).not.toBe(one);
    expect(hash.of('ins', '253072A07300443')).not.toBe(one);
    expect(createHmacKeyedHash(subSecret(master, 'x')).of('ins', '253072B07300470')).not.toBe(one);
  });

  it('tells purpose and value apart', () => expect(hash.of('a', 'bc')).not.toBe(hash.of('ab', 'c')));
});

describe('secrets', () => {
  it('need a master secret of 32 bytes', () =>
    expect(() => subSecret(Buffer.alloc(31), 'codes')).toThrow('the master secret needs 32 bytes'));

  it('are 32 bytes, one for each purpose', () => {
    expect(subSecret(master, 'codes')).toHaveLength(32);
    expect(subSecret(master, 'codes')).toStrictEqual(subSecret(master, 'codes'));
    expect(subSecret(master, 'codes')).not.toStrictEqual(subSecret(master, 'tokens'));
  });
});
