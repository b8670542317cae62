import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importInsuredFile } from '../../src/adapters/identity/import-file.ts';
import { readInsuredCsv } from '../../src/adapters/identity/insured-csv.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { receivedInvitations } from '../../src/application/delegation/answer.ts';
import { identityOf } from '../../src/application/enrolment/invite.ts';
import { decided } from '../../src/application/enrolment/outcome.ts';
import { findPerson, insSubject, isCardOf } from '../../src/application/enrolment/persons.ts';
import { type ImportReport, importInsured } from '../../src/application/import/import-insured.ts';
import { COLUMNS, type Column, personOfLine } from '../../src/application/import/insured-line.ts';
import { decideInsClaim } from '../../src/domain/enrolment/ins-claim.ts';
import type { Person } from '../../src/domain/enrolment/person.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { testNir, testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, type IdentityWorld } from '../support/identity-world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/*
 * Mutants killed: a line number off by one; a bad line that ends the file, or takes the next with it; a reason that repeats
 * what stands in the line; test OIDs in production; a second person for one INS, in one file or two; a crash between claim
 * and person that loses the person; a parent's NIR in what the child's key seals; one line at a time, or all at once; a failure of the store that is swallowed.
 */

const context = { now: '2026-11-20T08:00:00.000Z', production: false };
const TEST_OID = '1.2.250.1.213.1.4.10';
const good: Record<Column, string> = {
  nir: testNir(1),
  oid: TEST_OID,
  birthName: ' PAT-TROIS ',
  firstNames: 'Dominique Marie-Louise',
  birthDate: '1953-07-14',
  sex: 'F',
  birthPlace: '63220',
  vitaleSerial: '802500000212345678901',
  vitaleSerial2: '12345678',
  email: 'dominique@exemple.fr',
  mobile: '06 12 30 28 58',
  postalAddress: '1 rue des Essais, 63000 Clermont-Ferrand',
  parentNirs: '',
  ibanLast5: '',
};
const csv = (...lines: readonly Partial<Record<Column, string>>[]): string =>
  [COLUMNS, ...lines.map(line => COLUMNS.map(column => line[column] ?? ''))]
    .map(cells => cells.map(cell => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\n');

describe('a line', () => {
  it('gives of an IBAN no more than its last five characters, which may be letters', () => {
    expect(personOfLine({ ...good, ibanLast5: ' 01189 ' }, context)).toMatchObject({ ok: true, ibanLast5: '01189' });
    expect(personOfLine({ ...good, ibanLast5: 'a0142' }, context)).toMatchObject({ ok: true, ibanLast5: 'A0142' });
    for (const ibanLast5 of ['1189', '011890', '01 18', '0118é'])
      expect(personOfLine({ ...good, ibanLast5 }, context)).toEqual({ ok: false, flaws: ['iban-end-invalid'] });
  });

  it('is a person', () =>
    expect(personOfLine(good, context)).toStrictEqual({
      ok: true,
      ibanLast5: null,
      person: {
        ins: { value: testNir(1), oid: TEST_OID },
        birthName: 'PAT-TROIS',
        firstNames: 'Dominique Marie-Louise',
        birthDate: '1953-07-14',
        sex: 'F',
        birthPlace: '63220',
        vitaleSerials: ['12345678901', '12345678'],
        contacts: {
          email: 'dominique@exemple.fr',
          mobile: '+33612302858',
          postalAddress: '1 rue des Essais, 63000 Clermont-Ferrand',
        },
      },
      parentNirs: [],
    }));

  it('may leave out what not everybody has', () => {
    const { nir, birthName, firstNames, birthDate } = good;
    const bare = { nir, birthName, firstNames, birthDate, sex: 'I', vitaleSerial: '12345678' };
    expect(personOfLine(bare, context)).toStrictEqual({
      ok: true,
      ibanLast5: null,
      person: {
        ins: { value: nir, oid: '1.2.250.1.213.1.4.8' },
        birthName: 'PAT-TROIS',
        firstNames,
        birthDate,
        sex: 'U',
        birthPlace: null,
        vitaleSerials: ['12345678'],
        contacts: { email: null, mobile: null, postalAddress: null },
      },
      parentNirs: [],
    });
  });

  it.each<[Partial<Record<Column, string>>, boolean]>([
    [{ nir: '253072B07300470' }, true],
    [{ nir: '253072b07300470' }, true],
    [{ birthPlace: '2B033' }, true],
    [{ sex: 'M' }, true],
    [{ birthDate: '2026-11-20' }, true],
    [{ parentNirs: `253072B07300470 253072A07300443`, vitaleSerial: '', vitaleSerial2: '' }, true],
    [{ oid: '1.2.250.1.213.1.4.9' }, false],
  ])('with %o is a person: %s', (changes, is) => expect(personOfLine({ ...good, ...changes }, context).ok).toBe(is));

  it.each<[Partial<Record<Column, string>>, string[]]>([
    [{ nir: '253072B07300471' }, ['nir-invalid']],
    [{ nir: '' }, ['nir-invalid']],
    [{ oid: '1.2.3' }, ['oid-unknown']],
    [{ birthName: ' ' }, ['birth-name-invalid']],
    [{ firstNames: 'x'.repeat(101) }, ['first-names-invalid']],
    [{ birthDate: '14/07/1953' }, ['birth-date-invalid']],
    [{ birthDate: '1953-02-30' }, ['birth-date-invalid']],
    [{ birthDate: '2026-11-21' }, ['birth-date-in-the-future']],
    [{ sex: 'f' }, ['sex-invalid']],
    [{ sex: 'constructor' }, ['sex-invalid']],
    [{ birthPlace: '6322' }, ['birth-place-invalid']],
    [{ vitaleSerial: 'x' }, ['vitale-serial-invalid']],
    [{ vitaleSerial: '', vitaleSerial2: '1' }, ['vitale-serial-invalid']],
    [{ vitaleSerial: '', vitaleSerial2: '' }, ['vitale-serial-missing']],
    [{ email: 'x' }, ['email-invalid']],
    [{ mobile: '0112302858' }, ['mobile-invalid']],
    [{ postalAddress: 'x'.repeat(501) }, ['postal-address-too-long']],
    [{ parentNirs: '253072B07300471' }, ['parent-nir-invalid']],
    [{ parentNirs: Array.from({ length: 5 }, () => '253072B07300470').join(' ') }, ['parent-nir-invalid']],
    [{ parentNirs: good.nir ?? '' }, ['nir-is-parents']],
    [{ nir: 'x', sex: '', email: 'y' }, ['nir-invalid', 'sex-invalid', 'email-invalid']],
  ])('with %o is refused: %j', (changes, flaws) =>
    expect(personOfLine({ ...good, ...changes }, context)).toStrictEqual({ ok: false, flaws }),
  );

  it('of nobody is refused in production', () => {
    const production = { ...context, production: true };
    for (const oid of [TEST_OID, '1.2.250.1.213.1.4.11'])
      expect(personOfLine({ ...good, oid }, production)).toStrictEqual({
        ok: false,
        flaws: ['oid-not-for-production'],
      });
    expect(personOfLine({ ...good, oid: '1.2.250.1.213.1.4.8' }, production).ok).toBe(true);
  });

  it('of any kind is taken or refused, and never fails', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...COLUMNS), fc.string({ unit: 'binary' })), cells => {
        expect(typeof personOfLine(cells, context).ok).toBe('boolean');
      }),
    ));
});

describe('a file', () => {
  const read = async (...chunks: readonly (string | Buffer)[]) => {
    const lines: unknown[] = [];
    for await (const { line, cells } of readInsuredCsv(Readable.from(chunks))) lines.push([line, cells?.nir ?? null]);
    return lines;
  };
  const header = 'nir,birthName,firstNames,birthDate,sex';

  it('is read line by line, and a bad line spoils no other', async () =>
    expect(
      await read(
        `\ufeff${header}\r\n1,a,b,c,d\r\n2,a,b\n"3"x,a,b,c,d\n\n"4",a,b,c,d\n"5,a,b,c,d\n6,a,b,c,d,e\n7,"a,""b""",b,c,d`,
      ),
    ).toStrictEqual([
      [2, '1'],
      [3, null],
      [4, null],
      [6, '4'],
      [7, null],
      [8, null],
      [9, '7'],
    ]));

  it('may come in any pieces', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(40), { maxLength: 10 }), async cuts => {
        const text = Buffer.from(`${header}\né1,a,b,c,d\r\n2,ééé,b,c,d\n`);
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.subarray(places[index], end));
        expect(await read(...pieces)).toStrictEqual([
          [2, 'é1'],
          [3, '2'],
        ]);
      }),
    ));

  it('may name its columns in any order', async () => {
    const lines: unknown[] = [];
    const text = '\ufeff"sex",nir,firstNames,birthDate,birthName\nF,1,a,b,c';
    for await (const line of readInsuredCsv(Readable.from([text]))) lines.push(line);
    expect(lines).toStrictEqual([
      { line: 2, cells: { sex: 'F', nir: '1', firstNames: 'a', birthDate: 'b', birthName: 'c' } },
    ]);
  });

  it('skips a line without end as it comes', async () =>
    expect(
      await read(`${header}\n`, 'x'.repeat(9_000), 'x'.repeat(9_000), '\n1,a,b,c,d\n', 'y'.repeat(20_000)),
    ).toStrictEqual([
      [2, null],
      [3, '1'],
      [4, null],
    ]));

  it.each([
    'nir,birthName,firstNames,birthDate',
    `${header},colour`,
    `${header},nir`,
    '"',
    '253072B07300470,DUPONT,Marie,1953-07-14,F',
  ])('that begins with %j is refused, and not repeated', async first => {
    const reading = read(`${first}\n1,a,b,c,d\n`);
    await expect(reading).rejects.toThrow('the first line must name columns');
    await expect(reading).rejects.not.toThrow(/DUPONT|colour/);
  });

  it('may be empty', async () => expect(await read()).toStrictEqual([]));

  it('that cannot be read to its end fails', async () => {
    const broken = new Readable({ read() {} });
    broken.push(`${header}\n1,a,b,c,d\n`);
    setImmediate(() => broken.destroy(new Error('disk')));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { line } of readInsuredCsv(broken)) seen.push(line);
    })();
    await expect(reading).rejects.toThrow('disk');
    expect(seen).toStrictEqual([2]);
  });
});

describe('importing', () => {
  const run = async (world: IdentityWorld, text: string, options: { production?: boolean; invite?: boolean } = {}) => {
    const refused: [number, readonly string[]][] = [];
    const report = await importInsured(world.deps, readInsuredCsv(Readable.from([text])), {
      production: false,
      invite: true,
      ...options,
      onRefused: (line, reasons) => refused.push([line, reasons]),
    });
    return { report, refused: refused.sort(([a], [b]) => a - b) };
  };
  const persons = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...good, nir: testNir(n + 1), email: `p${n}@exemple.fr` }));

  it('keeps the good lines, invites, and tells of the bad ones', async () => {
    const world = createIdentityWorld();
    const [one = good, two = good, three = good] = persons(3);
    const { report, refused } = await run(world, csv(one, { ...two, nir: 'x', sex: '' }, two, { ...three, email: '' }));
    expect(refused).toStrictEqual([[3, ['nir-invalid', 'sex-invalid']]]);
    expect(report).toStrictEqual({ read: 4, imported: 3, alreadyImported: 0, invited: 3, refused: 1 });
    const personId = String(await findPerson(world.deps, testNir(1)));
    const { state } = await world.deps.streams.enrolments.load(personId);
    expect(state.person).toStrictEqual({
      ...testPerson({ birthName: 'PAT-TROIS', vitaleSerials: ['12345678901', '12345678'] }),
      contacts: { email: 'p0@exemple.fr', mobile: '+33612302858', postalAddress: good.postalAddress },
    });
    expect(await world.deps.espaces.status(personId)).toBe('created');
    expect((await world.types()).sort()).toStrictEqual(
      ['Created', 'InsClaimed', 'InvitationIssued', 'PersonImported'].flatMap(type => [type, type, type]),
    );
    const channels = (await world.log())
      .filter(({ type }) => type === 'InvitationIssued')
      .map(({ data }) => data.channel);
    expect(channels.sort()).toStrictEqual(['EMAIL', 'EMAIL', 'POST']);
  });

  it('counts whoever is there already, in one file or two', async () => {
    const world = createIdentityWorld();
    const text = csv(...persons(40), ...persons(10));
    expect((await run(world, text)).report).toMatchObject({ imported: 40, invited: 40, alreadyImported: 10 });
    const events = (await world.log()).length;
    const again = createIdentityWorld({ store: world.store });
    expect((await run(again, text)).report).toStrictEqual({
      read: 50,
      imported: 0,
      alreadyImported: 50,
      invited: 0,
      refused: 0,
    });
    expect((await world.log()).length).toBe(events);
  });

  it('names a child’s parents without their NIR, and finds them by that name as by the NIR itself', async () => {
    const world = createIdentityWorld();
    const [parent = good, child = good] = persons(2);
    const [nir = '', childs = ''] = [parent.nir, child.nir];
    const born = { ...child, birthDate: '2020-02-03', vitaleSerial: '', vitaleSerial2: '', parentNirs: nir };
    expect((await run(world, csv(parent, born))).report).toMatchObject({ imported: 2 });
    const { deps } = world;
    const childId = String(await findPerson(deps, childs));
    const { state } = await deps.streams.enrolments.load(childId);
    expect(state.person?.parents).toEqual([insSubject(deps.hash, nir)]);
    const isTheirs = (streams: Parameters<typeof isCardOf>[0]['streams'], serial: string) =>
      isCardOf({ ...deps, streams }, childId, serial, context.now);
    const inTheClear = { ...state, person: { ...(state.person as Person), parents: [nir] } };
    const { enrolments, ins } = deps.streams;
    const load: typeof enrolments.load = async id =>
      id === childId ? { state: inTheClear, version: 1 } : enrolments.load(id);
    for (const streams of [deps.streams, { ins, enrolments: { ...enrolments, load } }])
      expect([await isTheirs(streams, '12345678901'), await isTheirs(streams, '12345678902')]).toEqual([true, false]);
  });

  it('invites nobody unasked, and nobody who cannot be reached', async () => {
    const world = createIdentityWorld();
    const [one = good, two = good] = persons(2);
    expect((await run(world, csv(one), { invite: false })).report).toMatchObject({ imported: 1, invited: 0 });
    const unreachable = { ...two, email: '', postalAddress: '' };
    expect((await run(world, csv(unreachable))).report).toMatchObject({ imported: 1, invited: 0 });
    expect(await world.types()).not.toContain('Created');
  });

  it('refuses test identities in production', async () => {
    const { report, refused } = await run(createIdentityWorld(), csv(good), { production: true });
    expect(report.refused).toBe(1);
    expect(refused).toStrictEqual([[2, ['oid-not-for-production']]]);
  });

  it('takes an erased person over as somebody new, and does not invite them', async () => {
    const world = createIdentityWorld();
    await run(world, csv(good));
    const erased: EventStore = {
      ...world.store,
      readStream: async (...asked) =>
        (await world.store.readStream(...asked)).map(event => ({ ...event, data: {}, erased: true as const })),
    };
    const again = createIdentityWorld({ store: erased });
    const { report, refused } = await run(again, csv(good));
    expect(refused).toEqual([]);
    expect(report).toMatchObject({ imported: 1, invited: 0 });
    expect((await again.types()).slice(-2)).toEqual(['InsClaimed', 'PersonImported']);
  });

  describe('a child', () => {
    const CHILD = { ...good, nir: testNir(9), birthDate: '2024-05-06', vitaleSerial: '', vitaleSerial2: '', email: '' };
    const child = (parents: string, more: object = {}) => ({ ...CHILD, parentNirs: parents, ...more });
    const [mother = good, father = good] = persons(2);
    const of = async (world: IdentityWorld, order = 9) => {
      const id = (await findPerson(world.deps, testNir(order))) ?? '';
      const { delegations, espace } = (await world.deps.records.load(id)).state;
      const asked = delegations.live.filter(({ relation }) => relation === 'PARENT').map(({ delegate }) => delegate);
      return { id, asked, awaits: espace.awaitsInvitation };
    };

    it('waits for the parent to be known, and is asked about then: nobody’s silence opens it', async () => {
      const world = createIdentityWorld();
      await run(world, csv(child(testNir(1))));
      expect(await of(world)).toMatchObject({ asked: [], awaits: true });
      world.wait(100 * 86_400_000);
      await run(world, csv(mother));
      const { id: parent } = await of(world, 1);
      expect(await of(world)).toMatchObject({ asked: [parent], awaits: false });
      expect((await receivedInvitations(world.deps, parent)).map(({ relation }) => relation)).toEqual(['PARENT']);
      const events = (await world.log()).length;
      await run(world, csv(mother, child(testNir(1))));
      expect((await world.log()).length).toBe(events);
    });

    it('is asked about, whichever of two lines that are read at once comes first', async () => {
      for (const lines of [
        [child(testNir(1)), mother],
        [mother, child(testNir(1))],
      ]) {
        const world = createIdentityWorld();
        await run(world, csv(...lines));
        expect(await of(world)).toMatchObject({ asked: [(await of(world, 1)).id], awaits: false });
      }
    });

    it('is asked of the first parent who is alive', async () => {
      const world = createIdentityWorld();
      await run(world, csv(mother, father));
      const { id: dead } = await of(world, 1);
      const by = { kind: 'fund', id: 'agent-7', name: 'Agent' } as const;
      await world.deps.records.change(dead, aRequest(), at => ({
        module: 'espace',
        command: { type: 'report-death', at, by, diedOn: at.slice(0, 10) },
      }));
      await run(world, csv(child(`${testNir(1)} ${testNir(2)}`)));
      expect((await of(world)).asked).toEqual([(await of(world, 2)).id]);
    });

    it('is asked of another parent once the first one’s authority has ended', async () => {
      const world = createIdentityWorld();
      const line = csv(child(`${testNir(1)} ${testNir(2)}`));
      await run(world, csv(mother, father));
      await run(world, line);
      const { id, asked } = await of(world);
      const by = { kind: 'fund', id: 'agent-7', name: 'Agent' } as const;
      const [declared] = (await world.deps.records.load(id)).state.delegations.live;
      await world.deps.records.change(id, aRequest(), at => ({
        module: 'delegation',
        command: { type: 'end-guardianship', at, by, delegationId: declared?.id ?? '' },
      }));
      await run(world, line);
      const { id: other } = await of(world, 2);
      expect([asked, (await of(world)).asked]).toEqual([[(await of(world, 1)).id], [other]]);
      await world.deps.records.change(other, aRequest(), at => ({
        module: 'espace',
        command: { type: 'report-death', at, by, diedOn: at.slice(0, 10) },
      }));
      await run(world, line);
      // Nobody is left to ask; nor is who lost their authority asked again.
      expect((await of(world)).asked).toEqual([other]);
    });

    it('is asked of the other parent where the one who was asked has died', async () => {
      const world = createIdentityWorld();
      const line = csv(child(`${testNir(1)} ${testNir(2)}`));
      await run(world, csv(mother, father));
      await run(world, line);
      const { id: dead } = await of(world, 1);
      const by = { kind: 'fund', id: 'agent-7', name: 'Agent' } as const;
      await world.deps.records.change(dead, aRequest(), at => ({
        module: 'espace',
        command: { type: 'report-death', at, by, diedOn: at.slice(0, 10) },
      }));
      await run(world, line);
      expect((await of(world)).asked).toEqual([(await of(world, 2)).id]);
    });

    it('is not asked of who was erased, but of who came back and is somebody again', async () => {
      const world = createIdentityWorld();
      await run(world, csv(mother));
      const { id: erased } = await of(world, 1);
      await world.deps.streams.ins.handle(insSubject(world.deps.hash, testNir(1)), aRequest(), (state, at) =>
        decided(decideInsClaim(state, { type: 'release', at, owner: erased })),
      );
      await run(world, csv(child(testNir(1))));
      expect(await of(world)).toMatchObject({ asked: [], awaits: true });
      await run(world, csv(mother));
      const { id: back } = await of(world, 1);
      const identity = identityOf(testPerson());
      await world.deps.espaces.create(back, identity, aRequest());
      const accepted = { termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE', reopens: false } as const;
      await world.deps.espaces.activate(back, accepted, aRequest());
      await run(world, csv(child(testNir(1))));
      expect(back).not.toBe(erased);
      expect(await of(world)).toMatchObject({ asked: [back], awaits: false });
    });

    it('that has come of age gets its card all the same, from a line without parents', async () => {
      const world = createIdentityWorld();
      await run(world, csv(mother, child(testNir(1))));
      const { id } = await of(world);
      world.wait(19 * 366 * 86_400_000);
      const { report } = await run(world, csv(child('', { vitaleSerial: good.vitaleSerial, email: 'lou@exemple.fr' })));
      expect(report).toMatchObject({ imported: 1, invited: 1 });
      const { person, codes } = (await world.deps.streams.enrolments.load(id)).state;
      expect([person?.vitaleSerials, codes.INVITATION === null]).toEqual([['12345678901'], false]);
    });

    it('gets a card, and with it a way in at majority', async () => {
      const world = createIdentityWorld();
      await run(world, csv(mother, child(testNir(1))));
      const { id } = await of(world);
      const grown = child(testNir(1), { vitaleSerial: good.vitaleSerial, email: 'lou@exemple.fr' });
      const serials = async () => (await world.deps.streams.enrolments.load(id)).state.person?.vitaleSerials;
      expect(await serials()).toEqual([]);
      expect((await run(world, csv(grown))).report).toMatchObject({ imported: 1, invited: 1 });
      expect(await serials()).toEqual(['12345678901']);
      const events = (await world.log()).length;
      expect((await run(world, csv(grown))).report).toMatchObject({ alreadyImported: 1 });
      expect((await world.log()).length).toBe(events);
    });
  });

  it('has sixteen lines under way at once, and no more', async () => {
    const memory = createMemoryEventStore();
    let under = 0;
    let most = 0;
    const slow: EventStore = {
      ...memory,
      async appendToStream(...appended) {
        most = Math.max(most, ++under);
        await new Promise(resolve => setTimeout(resolve, 1));
        under -= 1;
        return memory.appendToStream(...appended);
      },
    };
    const { report } = await run(createIdentityWorld({ store: slow }), csv(...persons(50)));
    expect(report.imported).toBe(50);
    expect(most).toBe(16);
  });

  it.each([1, 2, 3, 4, 5, 6])('cut off before write number %i is finished by running it again', async cut => {
    const memory = createMemoryEventStore();
    let left = cut - 1;
    const failing: EventStore = {
      ...memory,
      appendToStream: (...appended) =>
        --left < 0 ? Promise.reject(new Error('crashed')) : memory.appendToStream(...appended),
    };
    const text = csv(...persons(2));
    await expect(run(createIdentityWorld({ store: failing }), text)).rejects.toThrow('crashed');
    const world = createIdentityWorld({ store: memory });
    expect((await run(world, text)).report.read).toBe(2);
    expect((await world.types()).sort()).toStrictEqual(
      ['Created', 'InsClaimed', 'InvitationIssued', 'PersonImported'].flatMap(type => [type, type]),
    );
  });

  it('waits for what is under way when the file fails', async () => {
    const world = createIdentityWorld();
    const lines = async function* () {
      yield { line: 2, cells: good };
      throw new Error('disk');
    };
    const options = { production: false, invite: true, onRefused: () => {} };
    await expect(importInsured(world.deps, lines(), options)).rejects.toThrow('disk');
    expect(await world.types()).toStrictEqual(['InsClaimed', 'PersonImported', 'InvitationIssued', 'Created']);
  });
});

describe('the importer’s words', () => {
  it('are line numbers and reasons, and repeat nothing of the file', async () => {
    const folder = await temporaryFolder();
    const path = join(folder.path, 'insured.csv');
    await writeFile(path, csv(good, { ...good, nir: '253072B07300471', email: 'pas une adresse' }));
    const world = createIdentityWorld();
    const told: string[] = [];
    const output = { write: (text: string) => told.push(text) };
    const options = { production: false, invite: true };
    const report: ImportReport = await importInsuredFile(world.deps, path, { ...options, output });
    expect(report).toStrictEqual({ read: 2, imported: 1, alreadyImported: 0, invited: 1, refused: 1 });
    expect(told).toStrictEqual([
      'line 3: nir-invalid, email-invalid\n',
      '2 lines: 1 imported (1 invited), 0 already there, 1 refused\n',
    ]);
    told.length = 0;
    await importInsuredFile(world.deps, path, { ...options, output: { ...output, isTTY: true } });
    expect(told.at(-1)).toBe('\r\u001b[K2 lines: 0 imported (0 invited), 1 already there, 1 refused\n');
    await folder.remove();
  });
});
