import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  INS_OID,
  isCalendarDate,
  isFiness,
  isIns,
  isNia,
  isNir,
  isRpps,
  isTestOid,
  isUuid,
  maskEmail,
  maskPhone,
  nirKey,
  rppsOfPsIdNat,
  vitaleSerial,
} from '../../src/domain/shared/identifiers.ts';

/*
 * Mutants that these tests kill: 2A counted as 18; 2B as 2A; 98 − (N mod 97); a key without its leading zero; months 13–19;
 * Luhn doubling the even places, or not taking 9 off; FINESS with letters put to Luhn; a photo prefix kept, or taken off
 * other serials; `7` + RPPS taken for one; 29 February in 1900; upper-case UUID; four or six digits of a phone shown.
 */

const PUBLISHED_NIRS = ['295109912611193', '253072B07300470', '253072A07300443', '279035121518989', '146026322000196'];
const REAL_RPPS = ['10005173140', '10000001916', '99700218896', '99700024450'];
const REAL_FINESS = ['300017985', '690781810', '750712184', '010780914', '010000602', '010000628'];

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const month = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 20, max: 99 }));
const departement = fc.oneof(digits(2), fc.constantFrom('2A', '2B'));

const thirteenOf = (first: string) =>
  fc
    .tuple(fc.constantFrom(...first), digits(2), month, departement, digits(6))
    .map(([sex, year, m, place, order]) => `${sex}${year}${String(m).padStart(2, '0')}${place}${order}`);
const nir = thirteenOf('12').map(thirteen => thirteen + nirKey(thirteen));

/** A valid text and the same with one digit replaced by another. */
const withWrongDigit = (valid: fc.Arbitrary<string>) =>
  fc
    .tuple(valid, fc.nat(), fc.integer({ min: 1, max: 9 }))
    .filter(([text, at]) => /\d/.test(text.charAt(at % text.length)))
    .map(([text, at, by]) => {
      const place = at % text.length;
      return text.slice(0, place) + ((Number(text[place]) + by) % 10) + text.slice(place + 1);
    });

const withNeighboursSwapped = (valid: fc.Arbitrary<string>) =>
  fc
    .tuple(valid, fc.nat())
    .map(([text, at]) => [text, at % (text.length - 1)] as const)
    .filter(([text, at]) => text[at] !== text[at + 1])
    .map(([text, at]) => text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2));

describe('NIR', () => {
  it.each(PUBLISHED_NIRS)('accepts the published %s', text => {
    expect(isNir(text)).toBe(true);
    expect(nirKey(text.slice(0, 13))).toBe(text.slice(13));
  });

  it('counts Corsica as 19 and 18', () => {
    expect(nirKey('253072A073004')).toBe(nirKey('2530719073004'));
    expect(nirKey('253072B073004')).toBe(nirKey('2530718073004'));
  });

  it('writes the key with two digits, from 01 to 97', () => {
    fc.assert(fc.property(thirteenOf('12'), thirteen => /^(0[1-9]|[1-8]\d|9[0-7])$/.test(nirKey(thirteen))));
  });

  it.each([
    ['a wrong key', '279035121518988'],
    ['no key', '2790351215189'],
    ['month 00', `2790051215189${nirKey('2790051215189')}`],
    ['month 13', `2791351215189${nirKey('2791351215189')}`],
    ['month 19', `2791951215189${nirKey('2791951215189')}`],
    ['sex 3', `3790351215189${nirKey('3790351215189')}`],
    ['an NIA', `7790351215189${nirKey('7790351215189')}`],
    ['Corsica in small letters', '253072b07300470'],
    ['département 2C', `253072C073004${nirKey('2530717073004')}`],
    ['spaces', '2 79 03 51 215 189 89'],
    ['a line end', '279035121518989\n'],
    ['other digits than ours', '٢79035121518989'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => expect(isNir(text)).toBe(false));

  it.each([1, 12, 20, 99])('accepts month %i', m => {
    const thirteen = `279${String(m).padStart(2, '0')}51215189`;
    expect(isNir(thirteen + nirKey(thirteen))).toBe(true);
  });

  it('accepts every number with its key', () => fc.assert(fc.property(nir, isNir)));
  it('never survives one wrong digit', () => fc.assert(fc.property(withWrongDigit(nir), text => !isNir(text))));
  it('never survives a swap of neighbours', () =>
    fc.assert(fc.property(withNeighboursSwapped(nir), text => !isNir(text))));
});

describe('INS', () => {
  const matricule = '279035121518989';
  const attente = `8790351215189${nirKey('8790351215189')}`;

  it('tells a NIR from an NIA', () => {
    expect(isNia(attente)).toBe(true);
    expect(isNia(matricule)).toBe(false);
    expect(isNia(`8790351215189${nirKey('8790351215188')}`)).toBe(false);
  });

  it('wants a matricule of the kind the OID says', () => {
    expect(isIns({ matricule, oid: '1.2.250.1.213.1.4.8' })).toBe(true);
    expect(isIns({ matricule, oid: '1.2.250.1.213.1.4.10' })).toBe(true);
    expect(isIns({ matricule, oid: '1.2.250.1.213.1.4.11' })).toBe(true);
    expect(isIns({ matricule: attente, oid: '1.2.250.1.213.1.4.9' })).toBe(true);
    expect(isIns({ matricule, oid: '1.2.250.1.213.1.4.9' })).toBe(false);
    expect(isIns({ matricule: attente, oid: '1.2.250.1.213.1.4.8' })).toBe(false);
    expect(isIns({ matricule, oid: '1.2.250.1.213.1.4.2' })).toBe(false);
    expect(isIns({ matricule: '279035121518988', oid: INS_OID.nir })).toBe(false);
  });

  it('knows the identities that stand for nobody', () => {
    expect(Object.values(INS_OID).filter(isTestOid)).toEqual(['1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.11']);
  });
});

describe('serial of the carte Vitale', () => {
  it.each([
    ['12345678', '12345678'],
    ['1234567890123', '1234567890123'],
    ['80250000021', '80250000021'],
    ['802500000212345678901', '12345678901'],
  ])('keeps %s as %s', (text, kept) => expect(vitaleSerial(text)).toBe(kept));

  it.each(['1234567', '12345678901234', '802600000212345678901', '80250000021234567890', '1234 5678', '12345678A', ''])(
    'refuses "%s"',
    text => expect(vitaleSerial(text)).toBeNull(),
  );
});

describe('RPPS', () => {
  it.each(REAL_RPPS)('accepts %s', text => expect(isRpps(text)).toBe(true));
  it.each(['10005173141', '1000517314', '100051731400', '1000517314O', ''])('refuses "%s"', text =>
    expect(isRpps(text)).toBe(false),
  );

  it('never survives one wrong digit', () => {
    const valid = digits(10).map(
      ten => Array.from({ length: 10 }, (_, key) => `${ten}${key}`).find(isRpps) ?? expect.unreachable(),
    );
    fc.assert(fc.property(withWrongDigit(valid), text => !isRpps(text)));
  });

  it('is found in a PSIdNat', () => {
    expect(rppsOfPsIdNat('899700218896')).toBe('99700218896');
    expect(rppsOfPsIdNat('799700218896')).toBeNull();
    expect(rppsOfPsIdNat('899700218897')).toBeNull();
    expect(rppsOfPsIdNat('3750712184/12')).toBeNull();
    expect(rppsOfPsIdNat('')).toBeNull();
  });
});

describe('FINESS', () => {
  it.each([...REAL_FINESS, '2A0000154'])('accepts %s', text => expect(isFiness(text)).toBe(true));
  it.each(['300017986', '30001798', '3000179850', '2a0000154', '2A-000154', ''])('refuses "%s"', text =>
    expect(isFiness(text)).toBe(false),
  );

  it('never survives one wrong digit where it has digits alone', () =>
    fc.assert(fc.property(withWrongDigit(fc.constantFrom(...REAL_FINESS)), text => !isFiness(text))));
});

describe('UUID', () => {
  it('accepts any version', () => fc.assert(fc.property(fc.uuid(), isUuid)));
  it.each([
    'F47AC10B-58CC-4372-A567-0E02B2C3D479',
    'F47AC10B-58cc-4372-a567-0e02b2c3d479',
    'f47ac10b58cc4372a5670e02b2c3d479',
    'f47ac10b-58cc-4372-a567-0e02b2c3d47',
    'f47ac10b-58cc-4372-a567-0e02b2c3d479\n',
    'g47ac10b-58cc-4372-a567-0e02b2c3d479',
    '',
  ])('refuses "%s"', text => expect(isUuid(text)).toBe(false));
});

describe('calendar date', () => {
  it.each(['2026-11-20', '2024-02-29', '2000-02-29', '1900-02-28', '1912-12-31'])('accepts %s', text =>
    expect(isCalendarDate(text)).toBe(true),
  );
  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '20261120',
    '',
  ])('refuses "%s"', text => expect(isCalendarDate(text)).toBe(false));

  it('agrees with the calendar of the machine', () => {
    const text = fc
      .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
      .map(([y, m, d]) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`);
    const known = (date: string): boolean => {
      const instant = new Date(`${date}T00:00:00Z`);
      return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
    };
    fc.assert(
      fc.property(text, date => isCalendarDate(date) === known(date)),
      { numRuns: 1000 },
    );
  });
});

describe('masks', () => {
  it.each([
    ['0612302858', '*****02858'],
    ['+33 6 12 30 28 58', '*****02858'],
    ['612302858', '*****'],
    ['', '*****'],
  ])('shows of the phone "%s" only "%s"', (phone, shown) => expect(maskPhone(phone)).toBe(shown));

  it.each([
    ['marie@exemple.fr', 'm****@exemple.fr'],
    ['jo@exemple.fr', 'j****@exemple.fr'],
    ['m@exemple.fr', '****@exemple.fr'],
    ['"a@b"@exemple.fr', '"****@exemple.fr'],
    ['@exemple.fr', '****@exemple.fr'],
    ['marie', '****'],
  ])('shows of the address "%s" only "%s"', (email, shown) => expect(maskEmail(email)).toBe(shown));
});
