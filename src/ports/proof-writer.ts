import type { CalendarDate, Instant } from '../domain/shared/time.ts';

export type OppositionProof = {
  /** First and family name. */
  readonly name: string;
  readonly birthDate: CalendarDate;
  /** With or without its key; only the last 3 characters are shown. */
  readonly ins: string;
  readonly opposedAt: Instant;
  /** By which the opposition is found again. */
  readonly reference: string;
};

export type CarerAttestation = {
  /** First and birth name. */
  readonly carer: string;
  readonly helped: string;
  /** Of the person helped. */
  readonly birthDate: CalendarDate;
  /** Of the person helped; only the last 3 characters are shown. */
  readonly ins: string;
  readonly since: Instant;
  /** Excluded. */
  readonly until: Instant;
  readonly reference: string;
};

/** Documents that the service makes out for a person, to be kept by them. */
export interface ProofWriter {
  /** A PDF of one page, in French. The same proof gives the same bytes, so nothing of it needs to be stored. */
  oppositionProof(proof: OppositionProof): Promise<Buffer>;
  /** The same, of a carer's delegation. */
  carerAttestation(attestation: CarerAttestation): Promise<Buffer>;
}
