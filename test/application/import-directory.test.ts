/*
 * Mutants killed: a line number off by one; a bad line that ends the file, or is kept; a reason that repeats the line; a
 * number of another register taken for an RPPS; the section of a pharmacist left out; a header found by place instead of by
 * name; a header in another encoding taken; a line of any length kept; a file without a good line, or cut off, published; a
 * failure in the middle published; the last batch left out; a last separator that may be there or not; a file of another name
 * of the year 20.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotTheExtractError, readAnnuaireExtract } from '../../src/adapters/directory/annuaire-extract.ts';
import { dateOfExtract, importDirectoryFile } from '../../src/adapters/directory/import-directory-file.ts';
import { TEST_PROFESSIONALS } from '../../src/adapters/identity/test-professionals.ts';
import { createMemoryDirectory } from '../../src/adapters/memory/memory-directory.ts';
import { DIRECTORY_COLUMNS, type DirectoryCells, entryOfLine } from '../../src/application/import/directory-line.ts';
import { type DirectoryLine, importDirectory } from '../../src/application/import/import-directory.ts';
import { professionOf } from '../../src/domain/shared/professions.ts';
import { ANYBODY, everybodyFound, FIRST_PAGE } from '../support/directory-entries.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FIXTURE = 'test/fixtures/annuaire-sante.txt';
const EMPTY = Object.fromEntries(Object.keys(DIRECTORY_COLUMNS).map(column => [column, ''])) as DirectoryCells;
const GOOD: DirectoryCells = {
  ...EMPTY,
  identifierType: '8',
  identifier: '99700024450',
  familyName: ' LEGRAND ',
  givenName: 'Bruno',
  profession: '10',
  professionLabel: 'Médecin',
  category: 'C',
  skill: 'SM54',
  skillLabel: 'Médecine générale',
  finess: '990000028',
  name: 'Cabinet médical\tdu Parc',
  sign: 'Le Parc',
  streetNumber: '3',
  streetNumberSuffix: 'B',
  streetType: 'Rue',
  streetName: 'DES ESSAIS',
  office: '51092 REIMS CEDEX',
  postalCode: '51092',
  communeCode: '51454',
  commune: 'Reims',
  phone: '0199000002',
  sector: 'SA07',
  sectorLabel: 'Cabinet individuel',
};
const activityOf = (changes: Partial<DirectoryCells>) => {
  const result = entryOfLine({ ...GOOD, ...changes });
  if (!result.ok) throw new Error(result.flaws.join());
  return result.entry.activity;
};

describe('a line', () => {
  it('holds nothing that is not seen, nor turns the writing round', () => {
    const name = 'Cabi\u00ADnet \u202Eludem\u202C\u2028du\u0000Parc\u2066';
    expect(activityOf({ name }).name).toBe('Cabinet ludem du Parc');
    const result = entryOfLine({ ...GOOD, familyName: '\u202EDNARGEL', givenName: '\u200F' });
    expect(result).toMatchObject({ ok: true, entry: { familyName: 'DNARGEL', givenName: '' } });
  });

  it('is somebody with one of their activities', () => {
    expect(entryOfLine(GOOD)).toStrictEqual({
      ok: true,
      entry: {
        rpps: '99700024450',
        familyName: 'LEGRAND',
        givenName: 'Bruno',
        activity: {
          profession: 'G15_10',
          professionLabel: 'Médecin',
          specialty: 'SM54',
          specialtyLabel: 'Médecine générale',
          finess: '990000028',
          name: 'Cabinet médical du Parc',
          sign: 'Le Parc',
          sector: 'SA07',
          sectorLabel: 'Cabinet individuel',
          street: '3 B Rue DES ESSAIS',
          postalCode: '51092',
          communeCode: '51454',
          commune: 'Reims',
          phone: '0199000002',
        },
      },
    });
  });

  it('of next to nothing has nulls', () => {
    const { identifierType, identifier, familyName, profession } = GOOD;
    const result = entryOfLine({ ...EMPTY, identifierType, identifier, familyName, profession });
    expect(result.ok && Object.values(result.entry.activity).filter(value => value !== null)).toEqual(['G15_10']);
  });

  it.each([
    ['a student', { category: 'E' }, { profession: 'G16_10' }],
    [
      'a pharmacist',
      { skill: '', skillLabel: '', section: 'A', sectionLabel: 'Titulaire' },
      { specialty: 'A', specialtyLabel: 'Titulaire' },
    ],
    ['a sign alone', { name: '' }, { name: 'Le Parc', sign: null }],
    ['a sign like the name', { name: 'Le Parc' }, { name: 'Le Parc', sign: null }],
    ['a commune left to the office', { commune: '' }, { commune: 'REIMS' }],
    ['with its number', { commune: '', office: '75674 PARIS CEDEX 14' }, { commune: 'PARIS' }],
    ['a foreign postal code', { postalCode: 'SW1A 1AA', communeCode: '?' }, { postalCode: null, communeCode: null }],
    ['no street', { streetNumber: '', streetNumberSuffix: '', streetType: '', streetName: '' }, { street: null }],
  ])('of %s', (_, changes, expected) => {
    expect(activityOf(changes)).toMatchObject(expected);
  });

  it.each([
    ['an ADELI number', { identifierType: '0', identifier: '519999991' }, ['not-rpps']],
    ['another check digit', { identifier: '99700024451' }, ['rpps-invalid']],
    ['no name', { familyName: '…' }, ['name-missing']],
    ['no profession', { profession: '' }, ['profession-invalid']],
    ['a sentence for a profession', { profession: 'Médecin' }, ['profession-invalid']],
    ['another FINESS', { finess: '990000029' }, ['finess-invalid']],
    ['what was no UTF-8', { commune: 'N\uFFFDmes' }, ['unreadable']],
    [
      'all at once',
      { identifier: '', familyName: '', profession: '', finess: 'x' },
      ['rpps-invalid', 'name-missing', 'profession-invalid', 'finess-invalid'],
    ],
  ])('is refused with %s', (_, changes, flaws) => {
    expect(entryOfLine({ ...GOOD, ...changes })).toEqual({ ok: false, flaws });
  });
});

const read = async (text: string | Buffer, chunk = 7): Promise<readonly DirectoryLine[]> => {
  const bytes = Buffer.from(text as string);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  );
  const lines: DirectoryLine[] = [];
  for await (const line of readAnnuaireExtract(Readable.from(chunks, { objectMode: false }))) lines.push(line);
  return lines;
};

describe('the extract', () => {
  let fixture: string;
  let header: string;
  let line: string;
  beforeEach(async () => {
    fixture = await readFile(FIXTURE, 'utf8');
    [header = '', line = ''] = fixture.split('\n');
  });

  it('has the columns that are published, and one more separator', () => {
    expect(header.split('|')).toHaveLength(57);
    for (const name of Object.values(DIRECTORY_COLUMNS)) expect(header.split('|')).toContain(name);
  });

  it('is read line by line, whatever ends a line', async () => {
    const [first, ...others] = await read(`\uFEFF${header}\r\n${line}\r\n\r\n${line}`);
    expect(first?.line).toBe(2);
    expect(first?.cells).toMatchObject({ identifier: '99700218896', finess: '990000010', sector: 'SA01', section: '' });
    expect(others).toEqual([{ line: 4, cells: first?.cells }]);
  });

  it('is read by the names of its columns: in another order, with others, in another case', async () => {
    const turned = (text: string) => ['Nouvelle colonne', ...text.split('|').slice(0, 56).toReversed()].join('|');
    const shouted = turned(header).toUpperCase().replace('É', 'E');
    expect(await read(`${shouted}\n${turned(line)}\n`)).toEqual(await read(`${header}\n${line}\n`));
  });

  it('keeps quotes as they are, and takes a line of another width for unreadable', async () => {
    const quoted = line.replace('Centre hospitalier', '"Centre" hospitalier');
    const lines = await read(`${header}\n${quoted}\n${line}x|\n${line.slice(0, 40)}\n${line}`);
    expect(lines.map(each => each.cells?.name ?? null)).toEqual([
      '"Centre" hospitalier des Essais',
      null,
      null,
      'Centre hospitalier des Essais',
    ]);
  });

  it('takes a line that was cut off in its last cell for unreadable', async () => {
    const lines = await read(`${header}\n${line}\n${line.slice(0, -8)}`);
    expect(lines.map(each => each.cells === null)).toEqual([false, true]);
  });

  it('ends no line with a separator where the header ends with none', async () => {
    const unended = (text: string) => text.slice(0, -1);
    const lastEmpty = `${line.split('|').slice(0, 55).join('|')}|`;
    const lines = await read([header, line].map(unended).concat(lastEmpty).join('\n'));
    expect(lines.map(each => each.cells?.identifier)).toEqual(['99700218896', '99700218896']);
  });

  it('skips what is blank, also at its end', async () => {
    expect(await read(`${header}\n \t\n${line}\n  \n\u001A`)).toMatchObject([{ line: 3, cells: { section: '' } }]);
  });

  it('skips a line that is longer than any', async () => {
    const lines = await read(`${header}\n${line.replace('MARTINEAU', 'M'.repeat(20_000))}\n${line}`, 4_096);
    expect(lines.map(each => [each.line, each.cells === null])).toEqual([
      [2, true],
      [3, false],
    ]);
  });

  it.each([
    ['another file', () => 'nir,birthName\n1,2'],
    ['nothing', () => ''],
    ['a column less', () => header.replace('Code profession|', '')],
    ['a column twice', () => header.replace('Code rôle', 'Code profession')],
    ['no header', () => line],
    ['a header without end', () => 'x'.repeat(50_000)],
    ['another encoding', () => Buffer.from(header, 'latin1')],
  ])('is not %s', async (_, text) => {
    await expect(read(text(), 4_096)).rejects.toThrow(NotTheExtractError);
    await expect(read(text(), 4_096)).rejects.not.toThrow(/99700218896|nir|xxx/);
  });
});

describe('an import', () => {
  const options = { date: '2026-11-20', onRefused: () => {} };
  const lines = async function* (...cells: readonly (DirectoryCells | null)[]): AsyncGenerator<DirectoryLine> {
    for (const [at, each] of cells.entries()) yield { line: at + 2, cells: each };
  };
  const somebody = (at: number): DirectoryCells => ({ ...GOOD, familyName: `Nom ${at}`, phone: String(at) });

  it('keeps the good lines and tells the others', async () => {
    const directory = createMemoryDirectory();
    const refused: unknown[] = [];
    const bad = { ...GOOD, identifier: '1' };
    const report = await importDirectory(directory, lines(GOOD, null, bad, { ...GOOD, identifier: '99700218896' }), {
      ...options,
      onRefused: (line, flaws) => refused.push([line, flaws]),
    });
    expect(report).toEqual({ read: 4, refused: 2, edition: { date: '2026-11-20', professionals: 2, structures: 1 } });
    expect(refused).toEqual([
      [3, ['unreadable']],
      [4, ['rpps-invalid']],
    ]);
    expect(await everybodyFound(directory, ANYBODY)).toEqual(['99700024450', '99700218896']);
  });

  it('takes every line of many', async () => {
    const directory = createMemoryDirectory();
    const many = Array.from({ length: 4_001 }, (_, at) => somebody(at));
    const seen: number[] = [];
    await importDirectory(directory, lines(...many, { ...GOOD, identifier: '99700218896' }), {
      ...options,
      onProgress: ({ read: lineCount }) => seen.push(lineCount),
    });
    expect(seen).toEqual([2_000, 4_000, 4_002]);
    expect((await directory.professional('99700218896')).found).not.toBeNull();
  });

  it('of an older file leaves the directory as it was, but where that is wanted', async () => {
    const directory = createMemoryDirectory();
    await importDirectory(directory, lines(GOOD), options);
    const other = { ...GOOD, identifier: '99700218896' };
    const before = { ...options, date: '2026-11-19' };
    await expect(importDirectory(directory, lines(other), before)).rejects.toThrow('newer than the file');
    expect(await everybodyFound(directory, ANYBODY)).toEqual(['99700024450']);
    // The same day again: a file that was mended.
    await importDirectory(directory, lines(GOOD), options);
    const report = await importDirectory(directory, lines(other), { ...before, older: true });
    expect(report.edition.date).toBe('2026-11-19');
    expect(await everybodyFound(directory, ANYBODY)).toEqual(['99700218896']);
  });

  it.each([
    ['no good line', () => lines(null, { ...GOOD, profession: '' }), 'no line of the file could be taken'],
    ['no line', () => lines(), 'no line of the file could be taken'],
    ['a last line that is not whole', () => lines(GOOD, null), 'the last line is not whole'],
    [
      'a file that fails',
      async function* () {
        yield* lines(GOOD);
        throw new Error('disk');
      },
      'disk',
    ],
  ])('of %s leaves the directory as it was', async (_, source, message) => {
    const directory = createMemoryDirectory();
    await importDirectory(directory, lines({ ...GOOD, identifier: '99700218896' }), options);
    await expect(importDirectory(directory, source(), { ...options, date: '2026-11-21' })).rejects.toThrow(message);
    const { edition, found } = await directory.findProfessionals(ANYBODY, FIRST_PAGE);
    expect([edition?.date, found.items.length, found.items[0]?.rpps]).toEqual(['2026-11-20', 1, '99700218896']);
  });
});

describe('a file', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const importing = async (path: string, isTTY = false) => {
    const directory = createMemoryDirectory();
    let said = '';
    const output = { isTTY, write: (text: string) => (said += text) };
    const report = await importDirectoryFile(directory, path, { date: '2026-11-20', output });
    return { directory, report, said };
  };

  it('of the sample has every professional of the test set as their tokens have them', async () => {
    const { directory, said } = await importing(FIXTURE);
    expect(said).toBe(
      'line 23: not-rpps\nmaking the index\n' +
        '22 lines: 1 refused (1 not-rpps); edition of 2026-11-20: 19 professionals, 8 structures\n',
    );
    for (const { rpps, familyName, givenName, profession, specialty, places } of TEST_PROFESSIONALS) {
      const { found } = await directory.professional(rpps);
      expect(found).toMatchObject({ familyName, givenName });
      expect(found?.activities.map(each => [each.profession, each.specialty, each.finess, each.sector])).toEqual(
        places.map(({ finess, sector }) => [professionOf(profession, null), specialty, finess, sector]),
      );
    }
  });

  it('with more bad lines than anyone reads has them counted', async () => {
    const [header, line = ''] = (await readFile(FIXTURE, 'utf8')).split('\n');
    const path = join(folder.path, 'bad.txt');
    await writeFile(path, [header, ...Array(150).fill('x'), line].join('\n'));
    const { said } = await importing(path);
    expect(said.match(/^line \d+: unreadable$/gm)).toHaveLength(100);
    expect(said).toContain('further lines are counted only\n');
    expect(said).toContain('151 lines: 150 refused (150 unreadable)');
    expect(said.match(/further/g)).toHaveLength(1);
  });

  it('says its day in its name, or by when it was written', async () => {
    expect(dateOfExtract('/x/PS_LibreAcces_Personne_activite_202504040839.txt')).toBe('2025-04-04');
    for (const name of ['PS_LibreAcces_Personne_activite_202513040839.txt', 'annuaire-sante.txt']) {
      const path = join(folder.path, name);
      await writeFile(path, '');
      expect(dateOfExtract(path)).toBe(new Date().toISOString().slice(0, 10));
    }
  });
});
