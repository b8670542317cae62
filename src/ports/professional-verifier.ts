import type { Finess, Rpps } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';

/** One place of work, as Pro Santé Connect declares it. */
export type ProfessionalActivity = {
  /** What the place is called by: FINESS, else SIRET (14 digits), else the structure's own id; null: none is declared. */
  readonly place: string | null;
  readonly organisation: Finess | null;
  readonly organisationName: string | null;
  /** Activity sector (JDV_J02), e.g. `SA07`. */
  readonly sector: string | null;
};

/** One profession exercised, in any number of places. */
export type ProfessionalExercise = {
  /** Author role code: `G15_10`, `G16_10`, or a plain number such as `301`. */
  readonly profession: string;
  /** Specialty or pharmacist's section, e.g. `SM26`, `G`. */
  readonly specialty: string | null;
  readonly activities: readonly ProfessionalActivity[];
};

export type ProfessionalIdentity = {
  readonly rpps: Rpps;
  /** First and family name. */
  readonly name: string;
  /** At least one. */
  readonly exercises: readonly ProfessionalExercise[];
  /** Regulates emergency calls (Acces_Regulation_Medicale). */
  readonly regulation: boolean;
  /** The client the token was given to; null where it does not say. */
  readonly software: string | null;
};

/** `expiresAt`: first instant at which it is to be verified again: the token's end, or before, where not all could be asked. */
export type VerifiedProfessional =
  | { readonly ok: true; readonly identity: ProfessionalIdentity; readonly expiresAt: Instant }
  | { readonly ok: false; readonly refusal: ProfessionalRefusal };

export type ProfessionalRefusal =
  | 'token-invalid'
  | 'token-expired'
  /** The issuer cannot be asked now, so nothing can be said of the token. */
  | 'keys-unreachable'
  /** Below what Pro Santé Connect calls `eidas1`. */
  | 'authentication-too-weak'
  /** Known by another number than an RPPS: ADELI, an establishment's, a practice's. */
  | 'professional-without-rpps';

/** Who a bearer token of Pro Santé Connect identifies. */
export interface ProfessionalVerifier {
  /** Never rejects, whatever `token` is. */
  verify(token: string, at: Instant): Promise<VerifiedProfessional>;
}
