import type { RecordState } from '../../domain/record/state.ts';
import type { ProofWriter } from '../../ports/proof-writer.ts';
import { ProblemError } from './problems.ts';
import type { Answer } from './route.ts';

/** The proof that an espace is opposed, as a file to keep; throws `not-found` where it is not. */
export const oppositionProof = async (
  proofs: ProofWriter,
  { espace: { identity, opposition, status } }: RecordState,
): Promise<Answer> => {
  if (identity === null || opposition === null || status !== 'opposed') throw new ProblemError('not-found');
  const bytes = await proofs.oppositionProof({
    name: `${identity.firstNames} ${identity.birthName}`,
    birthDate: identity.birthDate,
    ins: identity.ins.value,
    opposedAt: opposition.at,
    reference: opposition.reference,
  });
  return {
    status: 200,
    headers: { 'Content-Disposition': 'attachment; filename="attestation-opposition.pdf"' },
    content: { mediaType: 'application/pdf', bytes },
  };
};
