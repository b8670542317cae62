import { createHash } from 'node:crypto';
import { ProblemError } from './problems.ts';

/**
 * A strong ETag is the digest of what this very reader is shown. So it says nothing of what they are not shown, and a
 * change that they cannot see does not stand in the way of theirs.
 */
export const etagOf = (body: object): string =>
  `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 27)}"`;

/** The `If-Match` of a change; throws `precondition-required` where there is none. `*` is no version and is refused. */
export const requiredIfMatch = (ifMatch: string | null): string => {
  if (ifMatch === null) throw new ProblemError('precondition-required');
  return ifMatch.trim();
};

/** Whether `If-None-Match` names this version, alone or among others; compared weakly, as RFC 9110 wants it there. */
export const isAmong = (etag: string, ifNoneMatch: string | null): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map(one => one.trim().replace(/^W\//, ''))
    .some(one => one === '*' || one === etag);

export const versionMismatch = (current: string): ProblemError =>
  new ProblemError('version-mismatch', { headers: { ETag: current } });
