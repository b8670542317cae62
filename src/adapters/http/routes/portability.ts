import { readableDocuments } from '../../../application/document-list.ts';
import type { Asker, Records } from '../../../application/records.ts';
import { actorKey, type PersonId } from '../../../domain/shared/actor.ts';
import type { ContentStore } from '../../../ports/content-store.ts';
import type { EventStore } from '../../../ports/event-store.ts';
import { askerOf, idIn, permitted, questionOf } from '../asking.ts';
import { createPlaces } from '../places.ts';
import { portabilityPackage } from '../portability-package.ts';
import { Empty } from '../requests/espaces.ts';
import { type Call, type Route, route } from '../route.ts';
import { takenBytes } from '../taken-bytes.ts';
import { presentEspace } from './espaces.ts';

/** Archives that one process writes at a time: each has a file of a few megabytes in memory. */
const MAX_EXPORTS = 16;
/** Of them, those of one person (decided). */
const MAX_EXPORTS_OF_ONE = 1;
/** An archive of which the client takes nothing for this long ends, with its connection (decided). */
const IDLE_MS = 60_000;

/** Everything an espace holds, to take away. */
export const portabilityRoutes = (deps: {
  readonly records: Records;
  readonly contents: ContentStore;
  readonly store: EventStore;
  readonly idleMs?: number;
}): readonly Route[] => {
  const { idleMs = IDLE_MS } = deps;
  const places = createPlaces({ inAll: MAX_EXPORTS, each: MAX_EXPORTS_OF_ONE, retryAfterSeconds: 30 });

  const archiveOf = async (
    call: Call,
    espace: PersonId,
    asker: Asker,
    giveBack: () => void,
  ): Promise<AsyncIterable<Uint8Array>> => {
    const permit = await permitted(deps.records, espace, call.request(), asker, { action: 'export-espace' });
    const { at, state } = permit;
    const known = { ...permit, reader: { kind: asker.actor.kind, at } };
    const bytes = portabilityPackage(deps, {
      espace,
      at,
      known,
      documents: readableDocuments(state, questionOf(asker, 'list-documents', at)),
      about: presentEspace(espace, state, asker, at),
      language: call.language,
    });
    const { socket } = call.raw;
    return takenBytes(bytes, { idleMs, idle: () => socket.destroy(), done: giveBack });
  };

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
      problems: ['access-refused', 'too-many-requests', 'busy'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const giveBack = places.take(actorKey(asker.actor));
        try {
          return {
            status: 200,
            headers: { 'Content-Disposition': 'attachment; filename="mon-espace-sante.zip"' },
            content: { mediaType: 'application/zip', bytes: await archiveOf(call, espace, asker, giveBack) },
          };
        } catch (error) {
          giveBack();
          throw error;
        }
      },
    }),
  ];
};
