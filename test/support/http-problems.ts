import { expect } from 'vitest';
import type { Reply } from './http-client.ts';
import { NO_EFFECT, type TestServer } from './server.ts';

/** A problem as RFC 9457 and our contract want it: whole, of the request it answers, and naming exactly these fields. */
export const expectProblem = (reply: Reply, status: number, code: string, fields?: readonly string[]): void => {
  const { body, headers } = reply;
  expect({
    status: reply.status,
    code: body?.code,
    fields: body?.errors?.map((error: { field: string }) => error.field),
  })
    // The whole body stands in the message of a failure.
    .toEqual({ status, code, fields });
  expect(headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
  expect(headers.get('Cache-Control')).toBe('no-store');
  expect(body).toMatchObject({
    type: `urn:problem:${code}`,
    status,
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
    instance: `urn:uuid:${headers.get('Request-Id')}`,
  });
  const known = ['type', 'title', 'status', 'code', 'detail', 'instance', 'errors', 'rule', 'legalBasis'];
  expect(Object.keys(body).filter(key => !known.includes(key))).toEqual([]);
};

/** What `refusedBy` expects besides the status and the code. */
export type Refused = {
  readonly fields?: readonly string[];
  /** The rule that is shown. */
  readonly rule?: string;
  /** Events it adds all the same: the trace of the attempt. Default: none. */
  readonly events?: readonly string[];
};

/** The request is refused in this way, and leaves nothing behind but what `expected` says. */
export const refusedBy = async (
  server: Pick<TestServer, 'effectOf'>,
  request: () => Promise<Reply>,
  status: number,
  code: string,
  { fields, rule, events = [] }: Refused = {},
): Promise<Reply> => {
  const { result, ...effect } = await server.effectOf(request);
  expectProblem(result, status, code, fields);
  expect(result.body.rule).toBe(rule);
  expect(effect).toEqual({ ...NO_EFFECT, events });
  return result;
};
