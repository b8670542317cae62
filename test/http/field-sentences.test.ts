import { readdirSync, readFileSync } from 'node:fs';
import { getMetadataStorage } from 'class-validator';
import { expect, test } from 'vitest';
import { fieldSentence } from '../../src/adapters/http/field-sentences.ts';
import type { ProblemError } from '../../src/adapters/http/problems.ts';
import { validated } from '../../src/adapters/http/validate.ts';
import { ROUTES } from '../support/route-table.ts';

/*
 * What a field must be is said in French too: of every request class, whatever is sent in it, and of what routes find out
 * by themselves. A constraint that is new fails here until it has its sentence.
 *
 * Mutants seen to fail: a sentence taken out of the table; the field's name left in front of it.
 */

const MANY = Array.from({ length: 20 }, (_, index) => String(index));
const VALUES = [null, [], {}, -1, 1.5, 1e12, 'x'.repeat(6_000), '', '\u0000', 'x', true, ['x', 'x'], MANY];

const said = (): ReadonlySet<string> => {
  const sentences = new Set<string>();
  for (const Class of ROUTES.flatMap(({ body, query, upload }) => [body, query, upload])) {
    if (Class === undefined) continue;
    const metadata = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
    const fields = new Set(metadata.map(({ propertyName }) => propertyName));
    for (const value of VALUES)
      try {
        validated(Class, Object.fromEntries([...fields, 'somethingElse'].map(field => [field, value])));
      } catch (error) {
        for (const { message } of (error as ProblemError).errors) sentences.add(message);
      }
  }
  return sentences;
};

/** Sentences that stand in the code as they are. */
const writtenOut = (): readonly string[] => {
  const folder = new URL('../../src/adapters/http/', import.meta.url);
  const files = readdirSync(folder, { recursive: true }).map(String);
  const texts = files
    .filter(name => name.endsWith('.ts') && !/requests|openapi/.test(name))
    .map(name => readFileSync(new URL(name, folder), 'utf8'));
  return texts.flatMap(text =>
    [...text.matchAll(/(?:message: |invalid\('[\w-]+', )['`]([^'`$]+)['`]/g)].map(([, sentence]) => String(sentence)),
  );
};

test('every sentence about a field is there in French', () => {
  const sentences = [...said(), ...writtenOut()];
  expect(sentences.length).toBeGreaterThan(60);
  const untold = sentences.filter(english => /\b(must|takes|given|unknown|goes)\b/.test(fieldSentence(english, 'fr')));
  expect(untold).toEqual([]);
  for (const english of sentences) expect(fieldSentence(english, 'en')).toBe(english);
  expect(fieldSentence('each value in documents must be a UUID', 'fr')).toBe('doit être un UUID');
  expect(fieldSentence('channel must be one of the following values: EMAIL, SMS', 'fr')).toBe(
    'doit être l’une des valeurs : EMAIL, SMS',
  );
});
