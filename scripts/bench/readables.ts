import { createHash, randomUUID } from 'node:crypto';
import { TOKENS } from '../../src/composition-root.ts';
import type { PersonId } from '../../src/domain/shared/actor.ts';
import { storeHistory } from './histories.ts';
import { createLife, PRACTITIONER } from './life.ts';
import { openFresh } from './workspace.ts';

/** What is read: a short text, 1 kB. */
export const BODY = Buffer.from('Compte rendu de consultation. '.repeat(40).slice(0, 1_024));

/** A document that the practitioner may read. */
export type Readable = { readonly espace: PersonId; readonly documentId: string; readonly contentId: string };

export const pathOf = ({ espace, documentId }: Readable): string =>
  `/v1/espaces/${espace}/documents/${documentId}/content`;

/** `espaces` of one document each, and one espace of as many documents, each of 1 kB, in a new data folder. */
export const storeReadables = async (
  data: string,
  espaces: number,
): Promise<{ readonly many: readonly Readable[]; readonly single: readonly Readable[] }> => {
  const { parts, close } = openFresh(data);
  const store = parts.get(TOKENS.store);
  const contents = parts.get(TOKENS.contents);
  const sha256 = createHash('sha256').update(BODY).digest('hex');

  const storeOne = async (documents: number): Promise<readonly Readable[]> => {
    const espace = randomUUID();
    const life = createLife(espace);
    const events = [...life.create(), ...life.authorise(PRACTITIONER.rpps)];
    const readables = Array.from({ length: documents }, () => ({
      espace,
      documentId: randomUUID(),
      contentId: randomUUID(),
    }));
    for (const { documentId, contentId } of readables) {
      await contents.put(contentId, espace, inOnePiece(BODY), BODY.length);
      events.push(
        ...life.deposit({ kind: 'holder', id: espace }, documentId, contentId, { size: BODY.length, sha256 }),
      );
    }
    await storeHistory(store, espace, events);
    return readables;
  };

  const many: Readable[] = [];
  for (let count = 0; count < espaces; count += 1) many.push(...(await storeOne(1)));
  const single = await storeOne(espaces);
  await close();
  return { many, single };
};

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
