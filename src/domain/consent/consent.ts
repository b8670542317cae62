import type { Actor, Finess, Rpps } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { PersistentMap } from '../shared/persistent-map.ts';
import type { Instant } from '../shared/time.ts';

/**
 * Whom the holder lets read, whom not, and what happens in an emergency. Whether the person who asks may change it is
 * the rule book's business; this module keeps what was said consistent.
 */

/** A professional (RPPS, 11 digits) or an organisation with its care team (FINESS, 9 characters). */
export type Target = Rpps | Finess;

/** What shows that the holder agreed, when a professional records it (L.1111-17, R.1111-46). */
export type Evidence = 'HOLDER' | 'CARTE_VITALE' | 'CARTE_VITALE_SERIAL' | 'ORAL_AGREEMENT' | 'WRITTEN_AGREEMENT';

/** Whom a person counts on besides the attending doctor. The name gives no right to read: an authorisation does (decided). */
export const REFERRING_ROLES = ['MIDWIFE', 'PHARMACIST'] as const;
export type ReferringRole = (typeof REFERRING_ROLES)[number];

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };
type By = { readonly by: Actor };
type On = By & { readonly target: Target };

export type EmergencySwitches = {
  /** ETREAT, a regulating physician of the emergency call centre. */
  readonly callCentre: boolean;
  /** BTG, breaking the glass. */
  readonly breakGlass: boolean;
  /** Masked documents too, in either of the two. */
  readonly masked: boolean;
};

export type ConsentEvent =
  /** `until`: end of validity, excluded; null: none. */
  | Event<'ProfessionalAuthorised', On & { readonly until: Instant | null; readonly evidence: Evidence }>
  | Event<'AuthorisationWithdrawn', On>
  | Event<'ProfessionalBlocked', On>
  | Event<'ProfessionalUnblocked', On>
  | Event<'AccessDefaultsSet', By & { readonly professionalsBlocked: boolean; readonly documentsMasked: boolean }>
  | Event<'EmergencyAccessSet', By & EmergencySwitches>
  | Event<'AdministratorNamed', By & { readonly professional: Rpps }>
  | Event<'AdministratorRemoved', By & { readonly professional: Rpps }>
  | Event<'AttendingDoctorDeclared', By & { readonly professional: Rpps }>
  | Event<'AttendingDoctorRemoved', By & { readonly professional: Rpps }>
  | Event<'ReferringProfessionalDeclared', By & { readonly role: ReferringRole; readonly professional: Rpps }>
  | Event<'ReferringProfessionalRemoved', By & { readonly role: ReferringRole; readonly professional: Rpps }>;

// Commands

type Command<T extends string, D> = By & D & { readonly type: T; readonly at: Instant };

export type ConsentCommand =
  | Command<'authorise', { readonly target: Target; readonly until: Instant | null; readonly evidence: Evidence }>
  | Command<'withdraw', { readonly target: Target }>
  | Command<'block', { readonly target: Target }>
  | Command<'unblock', { readonly target: Target }>
  | Command<'set-defaults', { readonly professionalsBlocked: boolean; readonly documentsMasked: boolean }>
  | Command<'set-emergency', EmergencySwitches>
  | Command<'name-administrator', { readonly professional: Rpps }>
  | Command<'remove-administrator', { readonly professional: Rpps }>
  | Command<'declare-attending-doctor', { readonly professional: Rpps }>
  | Command<'remove-attending-doctor', Record<never, never>>
  | Command<'declare-referring', { readonly role: ReferringRole; readonly professional: Rpps }>
  | Command<'remove-referring', { readonly role: ReferringRole }>;

// Refusals

export type ConsentRefusal =
  /** Unblock first: a right given to somebody blocked would be a right nobody can use. */
  | 'professional-blocked'
  | 'authorisation-end-in-the-past'
  /** The third switch widens the other two; alone it would say something about nothing. */
  | 'emergency-masked-alone'
  | 'too-many-entries';

/** Authorised and administrators together, and as many blocked, in one espace (decided; the sources give no figure). */
export const MAX_CONSENT_ENTRIES = 1_000;

// State

export type Authorisation = {
  readonly since: Instant;
  readonly until: Instant | null;
  readonly evidence: Evidence;
  readonly by: Actor;
};

type Named = { readonly professional: Rpps; readonly since: Instant };

export type ConsentState = {
  readonly authorised: PersistentMap<Authorisation>;
  readonly blocked: PersistentMap<{ readonly since: Instant; readonly by: Actor }>;
  readonly administrators: PersistentMap<{ readonly since: Instant }>;
  readonly attendingDoctor: Named | null;
  readonly referring: Readonly<Record<ReferringRole, Named | null>>;
  readonly emergency: EmergencySwitches;
  readonly defaults: { readonly professionalsBlocked: boolean; readonly documentsMasked: boolean };
};

export const initialConsent: ConsentState = {
  authorised: PersistentMap.empty(),
  blocked: PersistentMap.empty(),
  administrators: PersistentMap.empty(),
  attendingDoctor: null,
  referring: { MIDWIFE: null, PHARMACIST: null },
  // The published demonstration values; the production ones are not published (decided).
  emergency: { callCentre: true, breakGlass: true, masked: false },
  defaults: { professionalsBlocked: false, documentsMasked: false },
};

/** A valid authorisation of this very target at `at`. */
export const isAuthorised = (state: ConsentState, target: Target | null, at: Instant): boolean => {
  const given = target === null ? undefined : state.authorised.get(target);
  return given !== undefined && (given.until === null || at < given.until);
};

/** What closing takes away for good: reopening brings back restrictions, not rights (rule book, law 10). */
export const withoutRights = (state: ConsentState): ConsentState => ({
  ...state,
  authorised: PersistentMap.empty(),
  administrators: PersistentMap.empty(),
  attendingDoctor: null,
  referring: initialConsent.referring,
});

// Evolve

export const evolveConsent = (state: ConsentState, event: ConsentEvent): ConsentState => {
  switch (event.type) {
    case 'ProfessionalAuthorised': {
      const { target, until, evidence, by } = event.data;
      return { ...state, authorised: state.authorised.set(target, { since: event.at, until, evidence, by }) };
    }
    case 'AuthorisationWithdrawn':
      return { ...state, authorised: state.authorised.delete(event.data.target) };
    case 'ProfessionalBlocked': {
      // Blocking ends every right of the target, so that unblocking brings none back.
      const { target, by } = event.data;
      return {
        ...state,
        blocked: state.blocked.set(target, { since: event.at, by }),
        authorised: state.authorised.delete(target),
        administrators: state.administrators.delete(target),
        attendingDoctor: unless(target, state.attendingDoctor),
        referring: {
          MIDWIFE: unless(target, state.referring.MIDWIFE),
          PHARMACIST: unless(target, state.referring.PHARMACIST),
        },
      };
    }
    case 'ProfessionalUnblocked':
      return { ...state, blocked: state.blocked.delete(event.data.target) };
    case 'AccessDefaultsSet': {
      const { professionalsBlocked, documentsMasked } = event.data;
      const blocks = professionalsBlocked && !state.defaults.professionalsBlocked;
      // Named roles stay: the law gives the attending doctor what no authorisation gives (L.1111-16).
      const authorised = blocks ? PersistentMap.empty<Authorisation>() : state.authorised;
      return { ...state, authorised, defaults: { professionalsBlocked, documentsMasked } };
    }
    case 'EmergencyAccessSet': {
      const { callCentre, breakGlass, masked } = event.data;
      return { ...state, emergency: { callCentre, breakGlass, masked } };
    }
    case 'AdministratorNamed':
      return { ...state, administrators: state.administrators.set(event.data.professional, { since: event.at }) };
    case 'AdministratorRemoved':
      return { ...state, administrators: state.administrators.delete(event.data.professional) };
    case 'AttendingDoctorDeclared':
      return { ...state, attendingDoctor: { professional: event.data.professional, since: event.at } };
    case 'AttendingDoctorRemoved':
      return { ...state, attendingDoctor: null };
    case 'ReferringProfessionalDeclared': {
      const { role, professional } = event.data;
      return { ...state, referring: { ...state.referring, [role]: { professional, since: event.at } } };
    }
    case 'ReferringProfessionalRemoved':
      return { ...state, referring: { ...state.referring, [event.data.role]: null } };
  }
};

const unless = (target: Target, named: Named | null): Named | null => (named?.professional === target ? null : named);

// Decide

export const decideConsent = (state: ConsentState, command: ConsentCommand): Decision<ConsentEvent, ConsentRefusal> => {
  const { at, by } = command;
  switch (command.type) {
    case 'authorise': {
      const { target, until, evidence } = command;
      if (until !== null && until <= at) return refuse('authorisation-end-in-the-past');
      if (state.blocked.has(target)) return refuse('professional-blocked');
      const given = state.authorised.get(target);
      if (given && given.until === until && given.evidence === evidence) return accept();
      // What the holder said themself is not changed by what somebody records that they said.
      if (given?.evidence === 'HOLDER' && evidence !== 'HOLDER' && isAuthorised(state, target, at)) return accept();
      if (!given && isFull(state)) return refuse('too-many-entries');
      return accept({ type: 'ProfessionalAuthorised', at, data: { by, target, until, evidence } });
    }
    case 'withdraw': {
      const { target } = command;
      if (!state.authorised.has(target)) return accept();
      return accept({ type: 'AuthorisationWithdrawn', at, data: { by, target } });
    }
    case 'block': {
      const { target } = command;
      if (state.blocked.has(target)) return accept();
      // Where the target has a right already, the block takes its place.
      // Counted apart: agreements that others record must never leave the holder without room to block.
      if (state.blocked.size >= MAX_CONSENT_ENTRIES) return refuse('too-many-entries');
      return accept({ type: 'ProfessionalBlocked', at, data: { by, target } });
    }
    case 'unblock': {
      const { target } = command;
      if (!state.blocked.has(target)) return accept();
      return accept({ type: 'ProfessionalUnblocked', at, data: { by, target } });
    }
    case 'set-defaults': {
      const { professionalsBlocked, documentsMasked } = command;
      const same =
        state.defaults.professionalsBlocked === professionalsBlocked &&
        state.defaults.documentsMasked === documentsMasked;
      if (same) return accept();
      return accept({ type: 'AccessDefaultsSet', at, data: { by, professionalsBlocked, documentsMasked } });
    }
    case 'set-emergency': {
      const { callCentre, breakGlass, masked } = command;
      if (masked && !callCentre && !breakGlass) return refuse('emergency-masked-alone');
      const now = state.emergency;
      if (now.callCentre === callCentre && now.breakGlass === breakGlass && now.masked === masked) return accept();
      return accept({ type: 'EmergencyAccessSet', at, data: { by, callCentre, breakGlass, masked } });
    }
    case 'name-administrator': {
      const { professional } = command;
      if (state.blocked.has(professional)) return refuse('professional-blocked');
      if (state.administrators.has(professional)) return accept();
      if (isFull(state)) return refuse('too-many-entries');
      return accept({ type: 'AdministratorNamed', at, data: { by, professional } });
    }
    case 'remove-administrator': {
      const { professional } = command;
      if (!state.administrators.has(professional)) return accept();
      return accept({ type: 'AdministratorRemoved', at, data: { by, professional } });
    }
    case 'declare-attending-doctor': {
      const { professional } = command;
      if (state.blocked.has(professional)) return refuse('professional-blocked');
      if (state.attendingDoctor?.professional === professional) return accept();
      return accept({ type: 'AttendingDoctorDeclared', at, data: { by, professional } });
    }
    case 'remove-attending-doctor': {
      if (state.attendingDoctor === null) return accept();
      const { professional } = state.attendingDoctor;
      return accept({ type: 'AttendingDoctorRemoved', at, data: { by, professional } });
    }
    case 'declare-referring': {
      const { role, professional } = command;
      if (state.blocked.has(professional)) return refuse('professional-blocked');
      if (state.referring[role]?.professional === professional) return accept();
      return accept({ type: 'ReferringProfessionalDeclared', at, data: { by, role, professional } });
    }
    case 'remove-referring': {
      const { role } = command;
      const named = state.referring[role];
      if (named === null) return accept();
      const { professional } = named;
      return accept({ type: 'ReferringProfessionalRemoved', at, data: { by, role, professional } });
    }
  }
};

const isFull = (state: ConsentState): boolean =>
  state.authorised.size + state.administrators.size >= MAX_CONSENT_ENTRIES;
