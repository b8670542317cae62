import type { JWTPayload } from 'jose';
import { isSiret, rppsOfPsIdNat } from '../../domain/shared/identifiers.ts';
import { professionOf } from '../../domain/shared/professions.ts';
import type {
  ProfessionalActivity,
  ProfessionalExercise,
  ProfessionalIdentity,
} from '../../ports/professional-verifier.ts';
import { readableLine } from '../shared/readable.ts';

/** Some claim is missing or of another shape than Pro Santé Connect's. */
class MalformedClaimsError extends Error {
  constructor(claim: string) {
    super(`malformed claim: ${claim}`);
    this.name = 'MalformedClaimsError';
  }
}

/**
 * Who the claims of Pro Santé Connect speak of; null where they are not of the published shape: `SubjectNameID` (PSIdNat,
 * 8 + RPPS), `given_name`, `family_name`, `SubjectRefPro.exercices[].activities[]`, `Acces_Regulation_Medicale`, `azp`.
 * An exercise or an activity of another shape is left out, so that it does not keep them from all others (decided); where
 * none is left they are null.
 */
export const identityOfClaims = (claims: JWTPayload): ProfessionalIdentity | null => {
  try {
    const rpps = rppsOfPsIdNat(text(claims, 'SubjectNameID') ?? '');
    if (rpps === null) throw new MalformedClaimsError('SubjectNameID');
    return {
      rpps,
      name: [text(claims, 'given_name'), required(claims, 'family_name')].filter(Boolean).join(' '),
      exercises: wellFormed(record(claims, 'SubjectRefPro'), 'exercices', exerciseOf),
      regulation: [true, 'true'].includes(claims.Acces_Regulation_Medicale as boolean | string),
      software: text(claims, 'azp'),
    };
  } catch (error) {
    if (error instanceof MalformedClaimsError) return null;
    throw error;
  }
};

type Claims = Readonly<Record<string, unknown>>;

const exerciseOf = (exercise: Claims): ProfessionalExercise => ({
  profession: professionOf(requiredCode(exercise, 'codeProfession'), code(exercise, 'codeCategorieProfessionnelle')),
  specialty: code(exercise, 'codeSavoirFaire'),
  // Places that cannot be read are not the same as no place: without its sector nothing would bar an insurer's doctor.
  activities: isEmpty(exercise.activities) ? [] : wellFormed(exercise, 'activities', activityOf),
});

const activityOf = (activity: Claims): ProfessionalActivity => ({
  place: finess(activity) ?? siret(activity) ?? ownId(activity),
  organisation: finess(activity),
  organisationName: text(activity, 'raisonSocialeSite'),
  sector: code(activity, 'codeSecteurDactivite'),
});

/** The format only: a real professional is not turned away for a check digit that no official text prescribes. */
const finess = (activity: Claims): string | null => {
  const value = text(activity, 'numeroFinessSite');
  if (value !== null && !/^[0-9A-Z]{9}$/.test(value)) throw new MalformedClaimsError('numeroFinessSite');
  return value;
};

/** Nothing is decided by it, so one that is none is as good as absent. */
const siret = (activity: Claims): string | null => {
  const value = text(activity, 'numeroSiretSite');
  return value !== null && isSiret(value) ? value : null;
};

/** The structure's number in the directory, e.g. `R10100000123456`: it goes into a header, so it is one word. */
const ownId = (activity: Claims): string | null => {
  const value = text(activity, 'identifiantTechniqueDeLaStructure');
  return value !== null && /^[\w.-]{1,64}$/.test(value) ? value : null;
};

const MAX_TEXT_LENGTH = 200;

/** Without what is unseen, since it goes into the journal and its export; null where it is absent or empty. */
const text = (claims: Claims, name: string): string | null => {
  const value = claims[name] ?? '';
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) throw new MalformedClaimsError(name);
  return readableLine(value) || null;
};

/** `SA07^1.2.250.1.71.4.2.4` without the code system; null where it is absent or empty. */
const code = (claims: Claims, name: string): string | null => text(claims, name)?.split('^')[0]?.trim() || null;

const requiredCode = (claims: Claims, name: string): string => {
  const value = code(claims, name);
  if (value === null) throw new MalformedClaimsError(name);
  return value;
};

const required = (claims: Claims, name: string): string => {
  const value = text(claims, name);
  if (value === null) throw new MalformedClaimsError(name);
  return value;
};

const isRecord = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const record = (claims: Claims, name: string): Claims => {
  const value = claims[name];
  if (!isRecord(value)) throw new MalformedClaimsError(name);
  return value;
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** Those of the list that are of the published shape: at least one. */
const wellFormed = <T>(claims: Claims, name: string, read: (item: Claims) => T): readonly T[] => {
  const value = claims[name];
  const items = (Array.isArray(value) ? value : []).filter(isRecord).flatMap(item => {
    try {
      return [read(item)];
    } catch (error) {
      if (error instanceof MalformedClaimsError) return [];
      throw error;
    }
  });
  if (items.length === 0) throw new MalformedClaimsError(name);
  return items;
};
