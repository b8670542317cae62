import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DirectoryEntry, MAX_ACTIVITIES } from '../../src/domain/directory/directory.ts';
import { departmentOf } from '../../src/domain/directory/place.ts';
import type { ProfessionalSearch } from '../../src/domain/directory/search.ts';
import type { Directory, DirectoryWriter } from '../../src/ports/directory.ts';
import {
  ANY_STRUCTURE,
  ANYBODY,
  activity,
  anyEntry,
  anyPlace,
  anySearch,
  entry,
  everybodyFound,
  FIRST_PAGE,
  publish,
} from '../support/directory-entries.ts';

export type OpenedDirectory = {
  readonly directory: Directory;
  readonly writer: DirectoryWriter;
  readonly dispose: () => Promise<void>;
};

/**
 * What every directory does, whatever it is made of: called word for word, without options.
 *
 * Mutants that it caught: a page that begins with the last item of the one before, or leaves one out; the activity of one
 * place taken with the specialty of another; the later of two names kept; words compared whole, or anywhere in a word; the
 * sign of a structure not searched; a structure without a name kept from getting one; a draft that shows before it is
 * published; a discarded draft published; activities beyond the most kept; the same activity shown twice; a code found by
 * its beginning.
 */
export const directoryContract = (name: string, open: () => Promise<OpenedDirectory>): void => {
  describe(`${name}: the directory contract`, () => {
    let opened: OpenedDirectory;
    let directory: Directory;
    let writer: DirectoryWriter;

    beforeEach(async () => {
      opened = await open();
      ({ directory, writer } = opened);
    });
    afterEach(async () => {
      await directory.close();
      await opened.dispose();
    });

    const found = async (search: Partial<ProfessionalSearch>): Promise<readonly string[]> =>
      everybodyFound(directory, { ...ANYBODY, ...search });

    it('has no edition, and finds nothing, before one is published', async () => {
      const nothing = { edition: null, found: { items: [], next: null } };
      expect(await directory.findProfessionals(ANYBODY, FIRST_PAGE)).toEqual(nothing);
      expect(await directory.findStructures(ANY_STRUCTURE, FIRST_PAGE)).toEqual(nothing);
      expect(await directory.professional('99700024450')).toEqual({ edition: null, found: null });
      expect(await directory.structure('990000010')).toEqual({ edition: null, found: null });
      expect(await writer.current()).toBeNull();
    });

    it('tells whoever writes which edition is in use, and of no draft', async () => {
      const edition = await publish(writer, [entry('99700024450', 'LEGRAND', 'Bruno')]);
      expect(await writer.current()).toEqual(edition);
      const draft = await writer.draft('2026-11-21');
      expect(await writer.current()).toEqual(edition);
      await draft.discard();
    });

    it('gives a professional whole: first name of the file, each activity once, in its order', async () => {
      const [here, there] = [{ finess: '990000010', name: 'Hôpital' }, { commune: 'Brest' }];
      await publish(writer, [
        entry('99700024450', 'LEGRAND', 'Bruno', here),
        entry('99700218896', 'MARTINEAU', 'Alice'),
        entry('99700024450', 'LEGRAND-PETIT', 'B.', there),
        entry('99700024450', 'LEGRAND', 'Bruno', here),
      ]);
      expect(await directory.professional('99700024450')).toStrictEqual({
        edition: { date: '2026-11-20', professionals: 2, structures: 1 },
        found: {
          rpps: '99700024450',
          familyName: 'LEGRAND',
          givenName: 'Bruno',
          activities: [activity(here), activity(there)],
        },
      });
      expect((await directory.professional('99700300017')).found).toBeNull();
    });

    it('gives a structure as the first line that names it', async () => {
      await publish(writer, [
        entry('99700024450', 'LEGRAND', 'Bruno', { finess: '990000010', commune: 'Brest' }),
        entry('99700024450', 'LEGRAND', 'Bruno', {
          finess: '990000010',
          name: 'Hôpital',
          sign: 'Au Port',
          sector: null,
        }),
        entry('99700024450', 'LEGRAND', 'Bruno', { finess: '990000010', name: 'Autre nom' }),
        entry('99700024450', 'LEGRAND', 'Bruno', { name: 'Cabinet sans FINESS' }),
      ]);
      const { edition, found: structure } = await directory.structure('990000010');
      expect(edition).toEqual({ date: '2026-11-20', professionals: 1, structures: 1 });
      expect(structure).toStrictEqual({
        finess: '990000010',
        name: 'Hôpital',
        sign: 'Au Port',
        sector: null,
        sectorLabel: 'Cabinet individuel',
        street: '3 Rue des Essais',
        postalCode: '51100',
        communeCode: '51454',
        commune: 'Reims',
        phone: '0199000000',
      });
      expect((await directory.findStructures({ name: ['port'], place: null }, FIRST_PAGE)).found.items).toEqual([
        structure,
      ]);
      expect((await directory.structure('990000028')).found).toBeNull();
    });

    it('lists by family name, then given name, then number, without case and accents', async () => {
      await publish(writer, [
        entry('99700000006', 'Martin Dupont', 'Anne'),
        entry('99700000005', 'martin', 'Zoé'),
        entry('99700000004', 'MARTIN', 'Éric'),
        entry('99700000003', 'Évrard', 'Zoé'),
        entry('99700000002', 'Martín', 'ERIC'),
        entry('99700000001', 'Zoubir', 'Anne'),
      ]);
      const sorted = ['99700000003', '99700000002', '99700000004', '99700000005', '99700000006', '99700000001'];
      expect(await found({})).toEqual(sorted);
      for (const limit of [1, 2, 3, 5, 6]) expect(await everybodyFound(directory, ANYBODY, limit)).toEqual(sorted);
    });

    it('finds beginnings of words in any order, without case and accents', async () => {
      await publish(writer, [
        entry('99700000001', 'LE GOFF-ÉVRARD', 'Anne-Lise'),
        entry('99700000002', "D'ŒUVRAY", 'Noël'),
      ]);
      for (const name of [['le'], ['evr', 'anne'], ['lis', 'gof', 'le', 'an', 'e'], ['anne', 'anne']])
        expect(await found({ name }), name.join(' ')).toEqual(['99700000001']);
      for (const name of [['oeuv'], ['noel', 'd']]) expect(await found({ name })).toEqual(['99700000002']);
      for (const name of [['vrard'], ['goffe'], ['le', 'noel'], ['g15'], ['reims']])
        expect(await found({ name })).toEqual([]);
    });

    it('finds who is all of it in one place: not a cardiologist who is one elsewhere', async () => {
      await publish(writer, [
        entry('99700000001', 'A', 'A', {
          specialty: 'SM04',
          postalCode: '29200',
          communeCode: '29019',
          commune: 'Brest',
        }),
        entry('99700000001', 'A', 'A', { specialty: 'SM54' }),
        entry('99700000002', 'B', 'B', { specialty: 'SM04' }),
        entry('99700000003', 'C', 'C', { profession: 'G15_60', specialty: null }),
      ]);
      const reims = { kind: 'commune', words: ['reims'] } as const;
      expect(await found({ specialty: 'SM04', place: reims })).toEqual(['99700000002']);
      expect(await found({ specialty: 'SM04' })).toEqual(['99700000001', '99700000002']);
      expect(await found({ specialty: 'SM0' })).toEqual([]);
      expect(await found({ profession: 'G15_60', place: { kind: 'department', code: '51' } })).toEqual(['99700000003']);
      expect(await found({ place: { kind: 'postal-code', code: '29200' } })).toEqual(['99700000001']);
      expect(await found({ place: { kind: 'postal-code', code: '2920' } })).toEqual([]);
    });

    it('keeps so many activities of one professional, and no more', async () => {
      const many = Array.from({ length: MAX_ACTIVITIES + 2 }, (_, at) =>
        entry('99700000001', 'A', 'A', { postalCode: String(51_000 + at) }),
      );
      await publish(writer, [...many, entry('99700000002', 'B', 'B', { postalCode: '51000' })]);
      const { found: one } = await directory.professional('99700000001');
      expect(one?.activities.map(({ postalCode }) => postalCode)).toEqual(
        many.slice(0, MAX_ACTIVITIES).map(each => each.activity.postalCode),
      );
      const last = { kind: 'postal-code', code: String(51_000 + MAX_ACTIVITIES) } as const;
      expect(await found({ place: last })).toEqual([]);
      expect(await found({ place: { kind: 'postal-code', code: '51000' } })).toEqual(['99700000001', '99700000002']);
    });

    it('goes on behind somebody who is gone from the next edition', async () => {
      const three = ['1', '2', '3'].map(at => entry(`9970000000${at}`, `Nom${at}`, ''));
      await publish(writer, three);
      const { found: first } = await directory.findProfessionals(ANYBODY, { limit: 2, after: null });
      await publish(writer, [entry('99700000009', 'Aaa', ''), ...three.toSpliced(1, 1)], '2026-11-21');
      const { edition, found: next } = await directory.findProfessionals(ANYBODY, { limit: 2, after: first.next });
      expect(edition?.date).toBe('2026-11-21');
      expect(next).toMatchObject({ items: [{ rpps: '99700000003' }], next: null });
      const past = await directory.findProfessionals(ANYBODY, { limit: 2, after: { key: 'zz', id: '' } });
      expect(past.found).toEqual({ items: [], next: null });
    });

    it('shows nothing of a draft, and nothing at all of one that was discarded', async () => {
      await publish(writer, [entry('99700000001', 'A', 'A')]);
      const draft = await writer.draft('2026-11-21');
      await draft.add([entry('99700000002', 'B', 'B')]);
      expect(await found({})).toEqual(['99700000001']);
      await draft.discard();
      await draft.discard();
      await expect(draft.publish()).rejects.toThrow('published or discarded');
      await expect(draft.add([])).rejects.toThrow('published or discarded');
      expect(await found({})).toEqual(['99700000001']);
      const next = await writer.draft('2026-11-22');
      await next.add([entry('99700000003', 'C', 'C')]);
      await next.publish();
      await next.discard();
      expect(await found({})).toEqual(['99700000003']);
    });

    it('takes several drafts at once, each of them whole', async () => {
      const [one, other] = [await writer.draft('2026-11-21'), await writer.draft('2026-11-22')];
      await one.add([entry('99700000001', 'A', 'A')]);
      await other.add([entry('99700000002', 'B', 'B')]);
      await other.publish();
      expect(await found({})).toEqual(['99700000002']);
      await one.publish();
      expect(await found({})).toEqual(['99700000001']);
    });

    it('takes nothing that is said for an operator of a search language', async () => {
      await publish(writer, [
        entry('99700000001', 'OR', 'AND NOT', { specialty: 'SM54 nfoo', postalCode: '1" OR "2' }),
      ]);
      expect(await found({ name: ['or', 'not', 'and'] })).toEqual(['99700000001']);
      expect(await found({ name: ['foo'] })).toEqual([]);
      expect(await found({ specialty: 'SM54 nfoo' })).toEqual(['99700000001']);
      expect(await found({ place: { kind: 'postal-code', code: '1" OR "2' } })).toEqual(['99700000001']);
    });

    it('answers nobody once it is closed', async () => {
      await publish(writer, [entry('99700000001', 'A', 'A')]);
      await directory.close();
      await directory.close();
      await expect(directory.professional('99700000001')).rejects.toThrow('closed');
      await expect(directory.findStructures(ANY_STRUCTURE, FIRST_PAGE)).rejects.toThrow('closed');
    });

    it('finds what a plain look through all of it finds', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyEntry, { minLength: 1, maxLength: 25 }),
          fc.array(fc.tuple(anySearch, anyPlace), { minLength: 1, maxLength: 8 }),
          fc.integer({ min: 1, max: 4 }),
          async (entries, searches, limit) => {
            await publish(writer, entries);
            for (const [search, place] of searches) {
              const expected = expectedOf(entries, search);
              expect((await everybodyFound(directory, search, limit)).toSorted()).toEqual(expected);
              const { found: page } = await directory.findStructures({ name: search.name, place }, FIRST_PAGE);
              expect(page.items.map(({ finess }) => finess).toSorted()).toEqual(
                expectedStructuresOf(entries, search.name, place),
              );
            }
            const everybody = await everybodyFound(directory, ANYBODY, limit);
            expect(new Set(everybody)).toEqual(new Set(entries.map(({ rpps }) => rpps)));
            expect(everybody).toHaveLength(new Set(everybody).size);
          },
        ),
        { numRuns: 40 },
      );
    });
  });
};

/** Written anew, and from the lines: regular expressions for words, no shared step but the department's. */
const begins = (text: string, start: string): boolean =>
  new RegExp(`(?<![\\p{L}\\p{N}])${start}`, 'u').test(
    text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replaceAll('œ', 'oe'),
  );

const isThere = (site: DirectoryEntry['activity'], place: ProfessionalSearch['place']): boolean => {
  if (place === null) return true;
  if (place.kind === 'commune') return place.words.every(word => begins(site.commune ?? '', word));
  return place.code === (place.kind === 'department' ? departmentOf(site) : site.postalCode);
};

const expectedOf = (entries: readonly DirectoryEntry[], search: ProfessionalSearch): readonly string[] => {
  const firstOf = (rpps: string) => entries.find(each => each.rpps === rpps);
  const matching = entries.filter(({ rpps, activity: at }) => {
    const person = firstOf(rpps);
    return (
      search.name.every(word => begins(`${person?.familyName} ${person?.givenName}`, word)) &&
      [null, at.profession].includes(search.profession) &&
      (search.specialty === null || at.specialty === search.specialty) &&
      isThere(at, search.place)
    );
  });
  return [...new Set(matching.map(({ rpps }) => rpps))].toSorted();
};

const expectedStructuresOf = (
  entries: readonly DirectoryEntry[],
  name: readonly string[],
  place: ProfessionalSearch['place'],
): readonly string[] => {
  const sites = entries.map(each => each.activity).filter(site => site.finess !== null && site.name !== null);
  return [...new Set(sites.map(({ finess }) => finess))]
    .map(finess => sites.find(site => site.finess === finess))
    .filter(site => site !== undefined)
    .filter(site => name.every(word => begins(`${site.name} ${site.sign ?? ''}`, word)) && isThere(site, place))
    .map(({ finess }) => finess ?? '')
    .toSorted();
};
