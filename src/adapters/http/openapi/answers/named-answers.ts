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
  device: '7c1e40b9-52fa-5d38-9b06-e4a83d17c5f2',
  reset: '1d94b7f3-5a2e-5c80-b6d1-7e03f9a8c245',
  delegation: '4b7f02d8-91ac-5e63-b0d4-7c58a1e96f32',
  reference: 'c60e8a19-7d3f-5b42-9f05-a2d8e4b7163c',
  ticket: '1f4b6d83-92ac-5e07-8d31-c5e0a7f4296b',
  message: '7a0d3e95-4c1b-5f68-b2e9-06d8c1f5a374',
  attachment: 'e3c8f152-60b7-5a9d-94f0-2b7d1e6c80a5',
  check: '42d9b7e0-8f15-5c36-a07b-93e1c4d6f28a',
  correction: '90b5e2f7-3d6c-5148-8ea2-f7c0d9a1b564',
} as const;

/** Of nobody: by what an agent of the help desk would name somebody they look after. */
export const EXAMPLE_CASE = 'q1Z0b3Jva2VuLWhhbmRsZS1vZi1ub2JvZHktYXQtYWxs';
