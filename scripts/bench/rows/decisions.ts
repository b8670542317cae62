import { randomUUID } from 'node:crypto';
import { judge } from '../../../src/domain/access/judge.ts';
import type { Question } from '../../../src/domain/access/question.ts';
import { evolveRecord } from '../../../src/domain/record/record.ts';
import { initialRecord, type RecordState } from '../../../src/domain/record/state.ts';
import { alternate, oftener, type Speed } from '../alternating.ts';
import { longHistory } from '../histories.ts';
import { createLife, NURSE, PRACTITIONER, SPECIALIST } from '../life.ts';
import { ceiling, comparison, grouped, type Result } from '../results.ts';
import type { Measure } from '../row.ts';

const AT_MOST_MICROSECONDS = 3;
/** Flat: with a thousand times as much behind it, a decision takes at most 1.2 times as long. */
const FLAT = 1 / 1.2;
const FEW_DOCUMENTS = 10;
const FEW_EVENTS = 100;
/** Documents that questions are about: as many in each espace, so that what is compared is the way to one of them. */
const ASKED_DOCUMENTS = 10;
const AT = '2030-01-01T08:00:00.000Z';

/** One decision in a state that is in memory: who may read this document? Permits and denials of three professionals. */
export const decisions: Measure = async ({ size, onProgress }) => {
  const [small, large, young, old] = [
    subject(`${FEW_DOCUMENTS} documents`, withDocuments(FEW_DOCUMENTS)),
    subject(`${grouped(size.manyDocuments)} documents`, withDocuments(size.manyDocuments)),
    subject(`after ${FEW_EVENTS} events`, withEvents(FEW_EVENTS)),
    subject(`after ${grouped(size.manyEvents)} events`, withEvents(size.manyEvents)),
  ] as const;
  const subjects = [small, large, young, old];
  const sides = subjects.map(
    ({ state, questions }) =>
      async () =>
        decide(state, questions, size.decisions),
  );
  const speeds = await alternate(oftener(size, 3), sides, onProgress);
  const speedsOf = (one: Subject): readonly Speed[] => speeds[subjects.indexOf(one)] ?? [];
  const microseconds = (one: Subject): Result => {
    const figures = speedsOf(one).map(speed => 1e6 / speed);
    return ceiling(`one decision, ${one.what}`, 'µs', figures, AT_MOST_MICROSECONDS);
  };
  const flat = (what: string, more: Subject, less: Subject): Result => {
    const against = { what: less.what, speeds: speedsOf(less) };
    return comparison(`flat in ${what}: ${more.what}`, 'decisions/s', speedsOf(more), against, FLAT);
  };
  return {
    results: [...subjects.map(microseconds), flat('documents', large, small), flat('events', old, young)],
    notes: [],
  };
};

type Subject = { readonly what: string; readonly state: RecordState; readonly questions: readonly Question[] };

const subject = (what: string, state: RecordState): Subject => {
  const documents = [...state.documents.values()];
  const every = Math.max(1, Math.floor(documents.length / ASKED_DOCUMENTS));
  const asked = documents.filter((_, index) => index % every === 0).slice(0, ASKED_DOCUMENTS);
  const questions = asked.flatMap(({ id }) =>
    [PRACTITIONER, NURSE, SPECIALIST].map(
      (actor): Question => ({
        actor,
        action: 'read-content',
        purpose: 'TREAT',
        reason: null,
        documentId: id,
        evidence: null,
        patientInformed: false,
        target: null,
        at: AT,
      }),
    ),
  );
  return { what, state, questions };
};

const withDocuments = (count: number): RecordState => {
  const espace = randomUUID();
  const life = createLife(espace);
  life.create();
  life.authorise(PRACTITIONER.rpps);
  for (let deposited = 0; deposited < count; deposited += 1)
    life.deposit({ kind: 'holder', id: espace }, randomUUID(), randomUUID());
  return life.state();
};

/** Folded from what happened, as a reader of the stream has it. */
const withEvents = (count: number): RecordState => longHistory(randomUUID(), count).reduce(evolveRecord, initialRecord);

const decide = (state: RecordState, questions: readonly Question[], count: number): Speed => {
  let permits = 0;
  const startedMs = performance.now();
  for (let done = 0; done < count; done += 1)
    if (judge(questions[done % questions.length] as Question, state).permit) permits += 1;
  const elapsedMs = performance.now() - startedMs;
  if (permits === 0 || permits === count) throw new Error('every decision went the same way');
  return (count * 1_000) / elapsedMs;
};
