import type { Schema } from '../json-schema.ts';

/** What routes call an answer by: its schema, an example that fits it, and the headers that come with it. */
export type NamedAnswer = {
  readonly schema: Schema;
  readonly example: unknown;
  /** Name → whether it always comes. */
  readonly headers?: Readonly<Record<string, boolean>>;
};

export type NamedAnswers = Readonly<Record<string, NamedAnswer>>;

/** Ids of one small story, so that the examples of several operations speak of the same things. */
export const EXAMPLE_IDS = {
  espace: '6f1c2a4e-8b0d-4c57-9a39-2f60b3d1e7a5',
  document: 'd2b9e0c4-1a6f-5e38-b7c2-90f4a8135e6d',
  otherDocument: '07c5b3f1-42de-4b9a-8c10-e6a97d52f384',
  entry: '9e4d7b60-53fa-5c21-a8b7-1d06c2e9f473',
  challenge: 'b81f6c05-e94a-5d72-93c6-4ea0d7f2158b',
  session: '35a7d9e2-0c8b-5f16-8e4d-b6f19c20a37e',
  delegation: '4b7f02d8-91ac-5e63-b0d4-7c58a1e96f32',
  reference: 'c60e8a19-7d3f-5b42-9f05-a2d8e4b7163c',
} as const;
