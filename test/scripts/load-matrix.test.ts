import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changesBetween,
  csvOf,
  dataFileOf,
  type Problem,
  parseTable,
  reportOf,
  run,
} from '../../scripts/load-matrix.ts';
import { MATRIX_2023_10_26 } from '../../src/domain/access/matrix/2023-10-26.ts';
import { CURRENT_MATRIX } from '../../src/domain/access/matrix/matrices.ts';
import { COLUMNS, type Column, type MatrixData, matrixFrom } from '../../src/domain/access/matrix/matrix.ts';
import { DOCUMENT_TYPES } from '../../src/domain/document/document-types.ts';

/*
 * Mutants that these tests kill: line numbers off by one; the first problem alone; a repetition let through, or called a
 * contradiction; a missing cell filled with a denial; `oui` read as a default; `constructor` taken for an answer or a column;
 * opens and closes exchanged; a change of basis overlooked; a file written over, or written in spite of problems.
 */

const columns = Object.keys(COLUMNS) as Column[];
const current = csvOf(CURRENT_MATRIX);
const lines = current.trimEnd().split('\n');
const lineOf = (column: string, type: string): number => lines.findIndex(l => l.startsWith(`${column};${type};`)) + 1;
const withLine = (number: number, ...text: readonly string[]): string =>
  lines.toSpliced(number - 1, 1, ...text).join('\n');

const USAGE = 'usage: load-matrix.ts <table.csv> [--write YYYY-MM-DD] | --export';

const dataOf = (csv: string): MatrixData => {
  const table = parseTable(csv, '2030-01-01');
  return table.ok ? table.data : expect.unreachable(JSON.stringify(table.problems));
};
const problemsOf = (csv: string): readonly Problem[] => {
  const table = parseTable(csv, '2030-01-01');
  return table.ok ? expect.unreachable('no problem was found') : table.problems;
};

describe('a table that is whole', () => {
  it('comes back as it was exported', () => {
    expect(dataOf(current)).toEqual({ ...MATRIX_2023_10_26, version: '2030-01-01' });
    expect(changesBetween(CURRENT_MATRIX, matrixFrom(dataOf(current)))).toEqual([]);
  });

  it('comes back whatever its letters, the order of its lines and its delimiter', () => {
    const row = fc.stringMatching(new RegExp(`^[YNyn]{${columns.length}}$`));
    const anyData = fc.array(row, { minLength: DOCUMENT_TYPES.length, maxLength: DOCUMENT_TYPES.length }).map(rows => ({
      version: '2030-01-01',
      columns,
      rows: rows.map((letters, at) => [letters, DOCUMENT_TYPES[at]?.code ?? ''] as const),
    }));
    const form = fc.record({
      backwards: fc.boolean(),
      comma: fc.boolean(),
      quoted: fc.boolean(),
      crlf: fc.boolean(),
      bom: fc.boolean(),
    });
    fc.assert(
      fc.property(anyData, form, (data, { backwards, comma, quoted, crlf, bom }) => {
        const csv = csvOf(matrixFrom(data)).trimEnd();
        const [header = '', ...body] = (
          quoted ? csv.replaceAll(/^(.*?);(.*?);(.*?);/gm, '"$1";"$2";"$3";') : csv
        ).split('\n');
        const ordered = [header, ...(backwards ? body.reverse() : body)];
        const text = ordered.join(crlf ? '\r\n' : '\n');
        expect(dataOf((bom ? '\uFEFF' : '') + (comma ? text.replaceAll(';', ',') : text))).toEqual(data);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ...[['oui', 'Y'] as const, ['OUI', 'Y'] as const, ['true', 'Y'] as const, ['1', 'Y'] as const, ['Y', 'Y'] as const],
    ...[['non', 'N'] as const, ['False', 'N'] as const, ['0', 'N'] as const, ['N', 'N'] as const],
    ...[['y', 'y'] as const, ['n', 'n'] as const, [' oui ', 'Y'] as const],
  ])('takes "%s" for %s', (word, letter) => {
    const data = dataOf(withLine(lineOf('opticien', 'SYNTH'), `opticien;SYNTH;${word};`));
    const [letters] = data.rows.find(([, type]) => type === 'SYNTH') ?? expect.unreachable();
    expect(letters[columns.indexOf('opticien')]).toBe(letter);
  });

  it('needs no label and no last line end', () => {
    const bare = lines.map(line => line.split(';').slice(0, 3).join(',')).join('\n');
    expect(changesBetween(CURRENT_MATRIX, matrixFrom(dataOf(bare)))).toEqual([]);
  });
});

describe('problems', () => {
  it('are all reported, each with its line', () => {
    const at = lineOf('opticien', 'SYNTH');
    const csv = withLine(
      at,
      'opticien;SYNTH;peut-être;x',
      'constructor;SYNTH;oui;x',
      'opticien;99999-9;constructor;x',
      lines[1] ?? '',
      'medecin;ATTEST-RESID;oui;x',
      '',
      'medecin',
    );
    const medecinResid = lineOf('medecin', 'ATTEST-RESID');
    expect(problemsOf(csv)).toEqual([
      { line: at, message: '"peut-être" is not an answer: oui, non, true, false, 1, 0, Y, N, y or n' },
      { line: at + 1, message: 'unknown profession "constructor"' },
      { line: at + 2, message: 'unknown document type "99999-9"' },
      { line: at + 2, message: '"constructor" is not an answer: oui, non, true, false, 1, 0, Y, N, y or n' },
      { line: at + 3, message: 'repeats line 2: medecin, ATTEST-ASS-COMPL' },
      { line: at + 4, message: `contradicts line ${medecinResid}: medecin, ATTEST-RESID` },
      { line: at + 6, message: 'unknown document type ""' },
      { line: at + 6, message: '"" is not an answer: oui, non, true, false, 1, 0, Y, N, y or n' },
      { line: null, message: 'no answer for opticien and SYNTH' },
    ]);
  });

  it('count an official answer against a default as a contradiction', () => {
    expect(problemsOf(`${current}sage-femme;SYNTH;Y;\n`)).toEqual([
      { line: 2624, message: `contradicts line ${lineOf('sage-femme', 'SYNTH')}: sage-femme, SYNTH` },
    ]);
  });

  it('name what is missing, by column', () => {
    const csv = lines.filter(line => !line.startsWith('opticien;') && !/^medecin;(SYNTH|REMB);/.test(line)).join('\n');
    expect(problemsOf(csv)).toEqual([
      { line: null, message: 'no answer for medecin and REMB, SYNTH' },
      { line: null, message: 'no answer for opticien and any type' },
    ]);
    expect(problemsOf('profession;type;read\n').length).toBe(23);
  });

  it.each(['', 'profession;type;reads\n', 'profession;read\n', 'a,b\n1,2\n'])(
    'name what the header lacks: "%s"',
    csv => {
      const lacking = problemsOf(csv);
      expect(lacking.length).toBeGreaterThan(0);
      for (const { line, message } of lacking) {
        expect(line).toBe(1);
        expect(message).toMatch(/^the header has no "(profession|type|read)"$/);
      }
    },
  );

  it('tell where the quotes are broken', () => {
    const [broken, ...others] = problemsOf(withLine(5, 'medecin;SYNTH;"oui'));
    expect(others).toEqual([]);
    expect(broken?.line).toBeGreaterThanOrEqual(5);
    expect(broken?.message).toMatch(/quote/i);
  });

  it('never throw, whatever the table', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => !parseTable(text, '2030-01-01').ok));
    const junk = fc.array(fc.constantFrom('medecin', 'SYNTH', 'oui', ';', ',', '"', '\n', '\r', ' '));
    fc.assert(fc.property(junk, parts => !parseTable(`profession;type;read\n${parts.join('')}`, '2030-01-01').ok));
  });
});

describe('changes', () => {
  const changed = matrixFrom(
    dataOf(
      lines
        .join('\n')
        .replace(/^opticien;SYNTH;y/m, 'opticien;SYNTH;non')
        .replace(/^role-direction;SYNTH;n/m, 'role-direction;SYNTH;y')
        .replace(/^opticien;REMB;y/m, 'opticien;REMB;oui')
        .replace(/^medecin;REMB;Y/m, 'medecin;REMB;y'),
    ),
  );

  it('are found cell by cell', () => {
    expect(changesBetween(CURRENT_MATRIX, changed)).toEqual([
      { kind: 'now a default', column: 'medecin', type: 'REMB' },
      { kind: 'now official', column: 'opticien', type: 'REMB' },
      { kind: 'permit -> deny', column: 'opticien', type: 'SYNTH' },
      { kind: 'deny -> permit', column: 'role-direction', type: 'SYNTH' },
    ]);
  });

  it('are summed up for the maintainer', () => {
    expect(reportOf(changesBetween(CURRENT_MATRIX, changed)).split('\n')).toEqual([
      'permit -> deny  opticien                  SYNTH             Synthèse',
      'deny -> permit  role-direction            SYNTH             Synthèse',
      '                          deny -> permit  permit -> deny    now official   now a default',
      'medecin                                0               0               0               1',
      'opticien                               0               1               1               0',
      'role-direction                         1               0               0               0',
      'all                                    1               1               1               1',
    ]);
    expect(reportOf([])).toBe('No change.');
  });
});

describe('the dated file', () => {
  it('has the form of the file in force, which the linter accepts', async () => {
    const inForce = await readFile('src/domain/access/matrix/2023-10-26.ts', 'utf8');
    const body = (file: string): string => file.slice(file.indexOf('export const'));
    expect(body(dataFileOf(MATRIX_2023_10_26, 'Somewhere.'))).toBe(body(inForce));
  });
});

describe('the command', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matrix-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const command = async (csv: string, ...args: readonly string[]) => {
    const table = join(folder, 'table.csv');
    await writeFile(table, csv);
    const printed: string[] = [];
    const complaints: string[] = [];
    const surroundings = { print: (t: string) => printed.push(t), complain: (t: string) => complaints.push(t), folder };
    const code = await run([table, ...args], surroundings);
    return { code, printed, complaints, files: (await readdir(folder)).filter(name => name !== 'table.csv') };
  };

  it('prints the changes and writes nothing', async () => {
    expect(await command(current)).toEqual({
      code: 0,
      printed: ['Against the version in force, 2023-10-26:', 'No change.'],
      complaints: [],
      files: [],
    });
  });

  it('writes a dated file that says the same', async () => {
    const { code, printed, files } = await command(current, '--write', '2030-02-28');
    expect({ code, files }).toEqual({ code: 0, files: ['2030-02-28.ts'] });
    expect(printed.at(-1)).toContain('2030-02-28.ts. To put it in force');
    const path = join(folder, '2030-02-28.ts');
    expect(await readFile(path, 'utf8')).toMatch(/from table\.csv, SHA-256\n \* [0-9a-f]{64}\.\n/);
    const written = (await import(path)) as Record<string, unknown>;
    expect(written.MATRIX_2030_02_28).toEqual({ ...MATRIX_2023_10_26, version: '2030-02-28' });
  });

  it('does not write over a file', async () => {
    await writeFile(join(folder, '2030-02-28.ts'), 'mine');
    await expect(command(current, '--write', '2030-02-28')).rejects.toThrow('EEXIST');
    expect(await readFile(join(folder, '2030-02-28.ts'), 'utf8')).toBe('mine');
  });

  it('exits 1 with every problem, and writes nothing', async () => {
    const csv = withLine(2).replace('\nmedecin;SYNTH;Y', '\nmedecin;SYNTH;maybe');
    expect(await command(csv, '--write', '2030-02-28')).toEqual({
      code: 1,
      printed: [],
      complaints: [
        `line ${lineOf('medecin', 'SYNTH') - 1}: "maybe" is not an answer: oui, non, true, false, 1, 0, Y, N, y or n`,
        'table: no answer for medecin and ATTEST-ASS-COMPL, SYNTH',
        '2 problems; nothing was written',
      ],
      files: [],
    });
  });

  it.each([
    [['--write', '2030-02-30'], '--write wants a date, YYYY-MM-DD'],
    [['--write', '2023-10-26'], 'version 2023-10-26 exists: traces refer to it, choose another date'],
    [['--write'], '--write wants a date, YYYY-MM-DD'],
    [['other.csv'], USAGE],
    [['--export'], USAGE],
    [['--force'], USAGE],
  ])('exits 2 on %j', async (args, complaint) => {
    expect(await command(current, ...args)).toEqual({ code: 2, printed: [], complaints: [complaint], files: [] });
  });

  it('exits 2 on a file that is no table by its size', async () => {
    const { code, complaints } = await command('x'.repeat(5_000_001));
    expect({ code, complaints }).toEqual({ code: 2, complaints: ['the table is larger than 5000000 bytes'] });
  });

  it('exits 2 where there is no table', async () => {
    const complaints: string[] = [];
    const surroundings = { print: expect.unreachable, complain: (text: string) => complaints.push(text), folder };
    expect(await run([], surroundings)).toBe(2);
    expect(await run([join(folder, 'absent.csv')], surroundings)).toBe(2);
    expect(complaints).toEqual([USAGE, `cannot read ${join(folder, 'absent.csv')}`]);
  });

  it('prints the version in force as a table', async () => {
    const printed: string[] = [];
    const surroundings = { print: (text: string) => printed.push(text), complain: expect.unreachable, folder };
    expect(await run(['--export'], surroundings)).toBe(0);
    expect(`${printed.join('\n')}\n`).toBe(current);
  });
});
