import { readableDocuments } from '../../../application/document-list.ts';
import type { Records } from '../../../application/records.ts';
import type { ContentStore } from '../../../ports/content-store.ts';
import type { EventStore } from '../../../ports/event-store.ts';
import { askerOf, idIn, permitted, questionOf } from '../asking.ts';
import { portabilityPackage } from '../portability-package.ts';
import { ProblemError } from '../problems.ts';
import { Empty } from '../requests/espaces.ts';
import { type Route, route } from '../route.ts';
import { presentEspace } from './espaces.ts';

/** Archives that one process writes at a time: each has a file of a few megabytes in memory. */
const MAX_EXPORTS = 16;

/** Everything an espace holds, to take away. */
export const portabilityRoutes = (deps: {
  readonly records: Records;
  readonly contents: ContentStore;
  readonly store: EventStore;
}): readonly Route[] => {
  let underWay = 0;

  /** Counted from the first byte that is asked for, until the last is given or nobody wants more. */
  async function* counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    underWay += 1;
    try {
      yield* bytes;
    } finally {
      underWay -= 1;
    }
  }

  return [
    route({
      method: 'POST',
      path: '/v1/espaces/:espace/export',
      operation: 'exportEspace',
      tag: 'Espace',
      summary: 'All documents, what is known of them, who may read, and the journal, as one ZIP archive',
      audience: 'reader',
      body: Empty,
      answers: { 200: 'application/zip' },
      problems: ['access-refused', 'busy'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        if (underWay >= MAX_EXPORTS) throw new ProblemError('busy', { headers: { 'Retry-After': '30' } });
        const permit = await permitted(deps.records, espace, call.request(), asker, { action: 'export-espace' });
        const known = { ...permit, reader: asker.actor.kind };
        const { at, state } = known;
        const bytes = portabilityPackage(deps, {
          espace,
          at,
          known,
          documents: readableDocuments(state, questionOf(asker, 'list-documents', at)),
          about: presentEspace(espace, state, asker, at),
          language: call.language,
        });
        return {
          status: 200,
          headers: { 'Content-Disposition': 'attachment; filename="mon-espace-sante.zip"' },
          content: { mediaType: 'application/zip', bytes: counted(bytes) },
        };
      },
    }),
  ];
};
