import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RECORD_EVENT_TYPES } from '../../src/domain/record/record.ts';
import type { DomainEvent } from '../../src/domain/shared/decider.ts';
import { deepFreeze } from '../support/decider-spec.ts';
import { ACCOUNT_STORY, CLAIM_STORIES, ENROLMENT_STORY, HELPER_STORY } from './identity-stories.ts';
import { RECORD_STORY } from './record-story.ts';
import type { Story } from './story.ts';
import { TICKET_STORY } from './ticket-story.ts';

/*
 * One event of every type ever written, as it stands in the log: it must be folded for ever, and what is written today
 * must have the same shape. A field more, less or renamed is another type, with an upcaster from the old one; a field that
 * may be missing for ever has a file of the shape without it, `<type>.without-<field>.json`.
 *
 * Mutants that these tests kill: a type without a file, or a file without a type; a field of an event renamed, left out or
 * added; a number written as text; an event that `evolve` drops or throws at; an event that JSON does not keep.
 */

/** Every stream whose events are kept: a new one is added here. */
const STORIES: readonly Story[] = [
  RECORD_STORY,
  ENROLMENT_STORY,
  ACCOUNT_STORY,
  TICKET_STORY,
  HELPER_STORY,
  ...CLAIM_STORIES,
];

const FOLDER = new URL('./', import.meta.url);
const ALL_FILES = readdirSync(FOLDER).filter(name => name.endsWith('.json'));
const FILES = ALL_FILES.filter(name => !name.includes('.without-'));
/** Files of events written before they had a field. */
const OLDER = ALL_FILES.filter(name => !FILES.includes(name));
const typesOf = ({ effects }: Story): readonly string[] => Object.keys(effects);

const golden = (type: string): DomainEvent => JSON.parse(readFileSync(new URL(`${type}.json`, FOLDER), 'utf8'));

/** Where each value stands, and what kind it is; a text that may be missing is as good as one that is there. */
const shapeOf = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return [`${path}[]`, ...new Set(value.flatMap(one => shapeOf(one, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [`${path}: ${value === null ? 'string' : typeof value}`];
  return Object.entries(value)
    .flatMap(([key, one]) => shapeOf(one, `${path}.${key}`))
    .sort();
};

describe('the golden events', () => {
  it('are one of each type', () => {
    const types = STORIES.flatMap(typesOf);
    expect(new Set(types).size).toBe(types.length);
    expect([...FILES].sort()).toEqual(types.map(type => `${type}.json`).sort());
    expect([...typesOf(RECORD_STORY)].sort()).toEqual([...RECORD_EVENT_TYPES].sort());
  });

  it.each(OLDER)('of an older shape lack one field, and are folded: %s', file => {
    const [type = '', field] = file.split(/\.without-|\.json/);
    const older = deepFreeze(golden(file.slice(0, -'.json'.length)));
    const missing = shapeOf(golden(type)).filter(one => !shapeOf(older).includes(one));
    expect([older.type, missing.map(one => one.split(':')[0])]).toEqual([type, [`.data.${field}`]]);
    const story = STORIES.find(one => typesOf(one).includes(type)) as Story;
    const fold = story.evolve as (state: unknown, event: DomainEvent) => unknown;
    const before = deepFreeze(story.initial);
    expect(fold(before, older)).toEqual(fold(before, golden(type)));
  });

  describe.each(STORIES)('of $stream', story => {
    it('are all written by the deciders of today, in the same shape', () => {
      const produced = JSON.parse(JSON.stringify(story.produced)) as readonly DomainEvent[];
      expect(produced).toStrictEqual(story.produced);
      expect(new Set(produced.map(({ type }) => type))).toEqual(new Set(typesOf(story)));
      for (const type of typesOf(story)) {
        const today = produced.find(event => event.type === type);
        // The whole event, so that a new type's file can be made of what is printed.
        expect(FILES.includes(`${type}.json`) ? type : today).toBe(type);
        expect([type, ...shapeOf(today)]).toEqual([type, ...shapeOf(golden(type))]);
      }
    });

    it('are folded, each to what it says', () => {
      const evolve = story.evolve as (state: unknown, event: DomainEvent) => unknown;
      let state = deepFreeze(story.initial);
      for (const [type, [look, seen]] of Object.entries(story.effects)) {
        state = deepFreeze(evolve(state, deepFreeze(golden(type))));
        expect([type, look(state as never)]).toEqual([type, seen]);
      }
    });
  });
});
