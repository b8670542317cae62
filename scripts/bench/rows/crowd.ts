import { randomUUID } from 'node:crypto';
import { listDocuments } from '../../../src/application/document-list.ts';
import { journalPage } from '../../../src/application/journal.ts';
import { TOKENS } from '../../../src/composition-root.ts';
import { judge } from '../../../src/domain/access/judge.ts';
import type { Action, Question } from '../../../src/domain/access/question.ts';
import type { PersonId } from '../../../src/domain/shared/actor.ts';
import { alternate, oftener, type Speed } from '../alternating.ts';
import { storeCrowd } from '../histories.ts';
import { PRACTITIONER } from '../life.ts';
import { comparison, grouped, type Result } from '../results.ts';
import type { Measure } from '../row.ts';
import { freshFolder, openFresh } from '../workspace.ts';

/** A visit in the crowd takes at most 1.2 times as long. */
const FLOOR = 1 / 1.2;
const PAGE = 50;
const LATER_VISITS = 10;
/** After the last event, so that every right is in force. */
const AT = '2026-06-01T08:00:00.000Z';

/**
 * One espace in a store of many, against one in a store of few. Each side visits as many espaces as the small store has,
 * spread evenly over the large one. First visits: the process opens the store anew for each round, so that nothing of an
 * espace is in its memory (no state, no key, no page of the database); it is read, opened and folded. Later visits: ten
 * more of each, when state and key are in memory, and the log is asked for what is new. Both files are in the memory of
 * the operating system.
 */
export const crowd: Measure = async ({ size, folder, onProgress }) => {
  const few = await fill(freshFolder(folder), size.fewEspaces, onProgress);
  const many = await fill(freshFolder(folder), size.manyEspaces, onProgress);
  const every = Math.floor(size.manyEspaces / size.fewEspaces);
  const spread = many.espaces.filter((_, index) => index % every === 0).slice(0, size.fewEspaces);
  const rounds = oftener(size, 2);
  const results: Result[] = [];
  for (const [what, visit] of VISITS) {
    const manySide = createSide(many.data, spread, visit);
    const fewSide = createSide(few.data, few.espaces, visit);
    const progress = (text: string): void => onProgress(`${what}, ${text}`);
    const [first = [], fewFirst = []] = await alternate(rounds, [manySide.measure, fewSide.measure], progress);
    const compare = (visits: string, ours: readonly Speed[], speeds: readonly Speed[]): Result => {
      const against = { what: `${grouped(size.fewEspaces)} espaces`, speeds };
      return comparison(`${what}, ${grouped(size.manyEspaces)} espaces, ${visits}`, 'visits/s', ours, against, FLOOR);
    };
    results.push(
      compare('first visit', first, fewFirst),
      compare('later visits', manySide.later.slice(-rounds.rounds), fewSide.later.slice(-rounds.rounds)),
    );
  }
  return { results, notes: [{ title: 'Filling the stores', lines: [few.line, many.line] }] };
};

type Parts = ReturnType<typeof openFresh>['parts'];
type Visit = (parts: Parts, espace: PersonId) => Promise<void>;

const fill = async (data: string, count: number, onProgress: (text: string) => void) => {
  const espaces = Array.from({ length: count }, () => randomUUID());
  const startedMs = performance.now();
  const { parts, close } = openFresh(data);
  await storeCrowd(parts.get(TOKENS.store), espaces, onProgress);
  await close();
  const seconds = (performance.now() - startedMs) / 1_000;
  return { data, espaces, line: `${grouped(count)} espaces of 12 events in ${seconds.toFixed(1)} s` };
};

/** `measure` gives the first visits, and keeps the `later` ones of the same round. */
const createSide = (data: string, espaces: readonly PersonId[], visit: Visit) => {
  const later: Speed[] = [];
  const visitAll = async (parts: Parts, times: number): Promise<Speed> => {
    const startedMs = performance.now();
    for (let time = 0; time < times; time += 1) for (const espace of espaces) await visit(parts, espace);
    return (times * espaces.length * 1_000) / (performance.now() - startedMs);
  };
  return {
    later,
    async measure(): Promise<Speed> {
      const { parts, close } = openFresh(data);
      const first = await visitAll(parts, 1);
      later.push(await visitAll(parts, LATER_VISITS));
      await close();
      return first;
    },
  };
};

const questionAbout = (action: Action, documentId: string | null): Question => ({
  actor: PRACTITIONER,
  action,
  purpose: 'TREAT',
  reason: null,
  documentId,
  evidence: null,
  patientInformed: false,
  target: null,
  at: AT,
});

const VISITS: readonly (readonly [string, Visit])[] = [
  [
    'decision',
    async (parts, espace) => {
      const { state } = await parts.get(TOKENS.records).load(espace);
      const [document] = state.documents.values();
      if (!judge(questionAbout('read-content', document?.id ?? null), state).permit) throw new Error('not permitted');
    },
  ],
  [
    'document page',
    async (parts, espace) => {
      const { state } = await parts.get(TOKENS.records).load(espace);
      const page = { sort: '-date', after: null, limit: PAGE } as const;
      const { items } = listDocuments(state, questionAbout('list-documents', null), {}, page);
      if (items.length !== 3) throw new Error('not the documents that were stored');
    },
  ],
  [
    'journal page',
    async (parts, espace) => {
      const known = await parts.get(TOKENS.records).load(espace);
      const { entries } = await journalPage(parts.get(TOKENS.store), espace, known, {}, { limit: PAGE });
      if (entries.length !== known.version) throw new Error('not the events that were stored');
    },
  ],
];
