import { createHmac, type KeyObject, randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { uuidOf } from '../../application/ids.ts';
import type { Request } from '../../application/stream-handler.ts';
import { ProblemError } from './problems.ts';

/** Longest `Idempotency-Key`, characters. */
const MAX_KEY = 255;

/** Headers that say in what capacity it is asked: another capacity is another request. */
const CAPACITY = ['Organization', 'Profession', 'Purpose-Of-Use', 'Purpose-Reason'];

/**
 * Names requests for repeat safety: the same key from the same person is the same request, if it asks for the same. Where
 * nobody is identified, a key is named together with what it asks for, so that another body is another request, which
 * every limit counts: only streams that exist remember a key, and to hear that one was used would tell who exists.
 */
export interface RequestNames {
  /**
   * `principal`: null where nobody is identified. `content`: what the body does not say, such as the digest of a file.
   * Throws `invalid-request`.
   */
  nameOf(ctx: Context, principal: string | null, body: Uint8Array, content?: string): Request;
}

/** Keyed digests: neither a key nor a short body can be guessed from an id at rest. */
export const createRequestNames = (key: KeyObject): RequestNames => ({
  nameOf(ctx, principal, body, content = '') {
    const idempotencyKey = ctx.get('Idempotency-Key');
    if (idempotencyKey === '') return { id: randomUUID(), fingerprint: '' };
    if (idempotencyKey.length > MAX_KEY)
      throw new ProblemError('invalid-request', {
        errors: [{ field: 'Idempotency-Key', message: `must be ${MAX_KEY} characters at most` }],
      });
    const fingerprint = createHmac('sha256', key)
      .update(`content\0${ctx.method}\0${ctx.path}\0${CAPACITY.map(name => ctx.get(name)).join('\0')}\0${content}\0`)
      .update(body)
      .digest('base64url');
    const asker = principal ?? `anonymous\0${fingerprint}`;
    const id = uuidOf(createHmac('sha256', key).update(`id\0${asker}\0${idempotencyKey}`).digest());
    return { id, fingerprint };
  },
});
