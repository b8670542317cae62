import type { Delegation } from '../../domain/delegation/delegation.ts';
import type { PersonId, System } from '../../domain/shared/actor.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import type { ProofWriter } from '../../ports/proof-writer.ts';
import type { Random } from '../../ports/random.ts';
import { stepOf } from '../enrolment/outcome.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';

/** In whose name the service files what it makes out. */
const BY: System = { kind: 'system', name: 'attestation' };
/** The nearest of the 114 types: an administrative document of the patient's. */
const TYPE = { typeCode: 'DOCPAT09', category: 'DOC_ADM' } as const;
const MAX_BYTES = 1_000_000;

/** Makes out what a carer can show, and files it with the documents of the person helped. */
export interface Attestations {
  /**
   * Once for each term of a delegation, however often it is called: a renewal has one of its own beside the former, which
   * stays what it was, for the holder to delete (decided). A full espace goes without: the delegation holds all the same.
   */
  file(espace: PersonId, delegation: Delegation, request: Request): Promise<void>;
}

export const createAttestations = (deps: {
  readonly records: Records;
  readonly contents: ContentStore;
  readonly proofs: ProofWriter;
  readonly random: Random;
}): Attestations => ({
  async file(espace, { id, name, since, until }, request) {
    const { state } = await deps.records.load(espace);
    const { identity } = state.espace;
    if (identity === null || since === null || until === null) return;
    const documentId = derivedId(id, `attestation until ${until}`);
    if (state.documents.has(documentId)) return;
    const bytes = await deps.proofs.carerAttestation({
      carer: name,
      helped: `${identity.firstNames} ${identity.birthName}`,
      birthDate: identity.birthDate,
      ins: identity.ins.value,
      since,
      until,
      reference: id,
    });
    const contentId = deps.random.uuid();
    const kept = await deps.contents.put(contentId, espace, piecesOf(bytes), MAX_BYTES);
    const filed = await deps.records.change(espace, stepOf(request, `attestation ${id} until ${until}`), at => ({
      module: 'document',
      command: {
        type: 'deposit',
        at,
        by: BY,
        documentId,
        description: { ...TYPE, title: 'Attestation de délégation à un aidant', date: at.slice(0, 10), comment: null },
        content: { contentId, fileName: 'attestation-aidant.pdf', mediaType: 'application/pdf', ...kept },
        visibility: { maskedFromProfessionals: true },
      },
    }));
    const isThere = filed.ok && filed.state.documents.get(documentId)?.contentId === contentId;
    if (!isThere) await deps.contents.remove(contentId);
  },
});

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
