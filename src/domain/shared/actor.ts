/** UUID. The person, their espace, their account and their key share it. */
export type PersonId = string;

/** 11 digits, Répertoire partagé des professionnels intervenant dans le système de santé. */
export type Rpps = string;

/** 9 characters, Fichier national des établissements sanitaires et sociaux. */
export type Finess = string;

/** Somebody identified by Pro Santé Connect, acting for one of their organisations. */
export type Professional = {
  readonly kind: 'professional';
  readonly rpps: Rpps;
  readonly name: string;
  /** Author role code: `G15_10` (médecin) … (JDV_J01), or a plain role code such as `301`. */
  readonly profession: string;
  /** Specialty or pharmacist's section, e.g. `SM26`, `G`. */
  readonly specialty: string | null;
  readonly organisation: Finess | null;
  readonly organisationName: string | null;
  /** Activity sector (JDV_J02), e.g. `SA07`. */
  readonly sector: string | null;
  /** Regulates emergency calls (Pro Santé Connect: Acces_Regulation_Medicale). */
  readonly regulation: boolean;
};

/** The person whose espace it is. */
export type Holder = { readonly kind: 'holder'; readonly id: PersonId };

/** Somebody to whom the law or the holder gave rights on the espace. */
export type Delegate = { readonly kind: 'representative' | 'carer'; readonly id: PersonId; readonly name: string };

/** Somebody outside care: none of them ever reads. */
export type ThirdParty = {
  readonly kind: 'third-party';
  readonly business: 'INSURER' | 'COMPLEMENTARY_INSURER' | 'BANK' | 'EMPLOYER' | 'OTHER';
  readonly name: string;
};

/**
 * Somebody of the service who is no professional of care: `support` answers the telephone (3422), `fund` acts for the
 * health insurance that keeps the register of insured persons. `id`: as the issuer of their tokens knows them.
 */
export type Staff = { readonly kind: 'support' | 'fund'; readonly id: string; readonly name: string };

/** The product itself, when a deadline is due, or somebody who runs it. */
export type System = { readonly kind: 'system'; readonly name: string };

export type Actor = Holder | Delegate | Professional | ThirdParty | Staff | System;

/** Who an action, a document or a right is laid to, in one line of text that compares: `professional:99700218896`. */
export const actorKey = (actor: Actor): string => {
  switch (actor.kind) {
    case 'professional':
      return `professional:${actor.rpps}`;
    case 'holder':
    case 'representative':
    case 'carer':
      return `person:${actor.id}`;
    case 'support':
    case 'fund':
      return `${actor.kind}:${actor.id}`;
    case 'third-party':
    case 'system':
      return `${actor.kind}:${actor.name}`;
  }
};
