import { ACTORS, type Who } from './history-cast.ts';
import type { Step, Wish } from './history-steps.ts';

/**
 * What a record is and lets whom do, told once more and in another shape on purpose: mutable maps, no events, no fold, no
 * list of rules. It knows the histories of the model test, and no more.
 */
export type Model = {
  status: 'activated' | 'closed';
  /** Milliseconds since the history began. */
  now: number;
  /** `until`: first millisecond at which it is over. */
  authorised: Map<string, { until: number; byHolder: boolean }>;
  blocked: Set<string>;
  administrators: Set<string>;
  attendingDoctor: string | null;
  switches: { callCentre: boolean; breakGlass: boolean; masked: boolean };
  blockedByDefault: boolean;
  maskedByDefault: boolean;
  documents: Map<number, { author: Who; type: string; masked: boolean; pending: boolean }>;
  /** What stands in the trail, oldest first: who, and whether they were let. */
  trail: string[];
};

export const newModel = (): Model => ({
  status: 'activated',
  now: 0,
  authorised: new Map(),
  blocked: new Set(),
  administrators: new Set(),
  attendingDoctor: null,
  switches: { callCentre: true, breakGlass: true, masked: false },
  blockedByDefault: false,
  maskedByDefault: false,
  documents: new Map(),
  trail: [],
});

export type Purpose = 'TREAT' | 'BTG' | 'ETREAT';
/** What became of a step; null: nothing was asked. */
export type Expected = 'permitted' | 'denied' | 'refused' | null;

/** Types of the histories, and who of the cast the matrix lets read them. */
const READABLE: Readonly<Record<string, readonly Who[]>> = {
  '11502-2': ['gp', 'nurse', 'specialist', 'regulator', 'hospitalDoctor', 'pharmacist', 'occupational'],
  '68599-0': ['gp', 'specialist', 'regulator', 'hospitalDoctor', 'occupational'],
  'FICHE-CONTACTS': ['gp', 'nurse', 'specialist', 'regulator', 'hospitalDoctor', 'pharmacist', 'occupational'],
};

const idsOf = (who: Who): readonly string[] => {
  const actor = ACTORS[who];
  return actor.kind === 'professional'
    ? [actor.rpps, ...(actor.organisation === null ? [] : [actor.organisation])]
    : [];
};

const isExcluded = (who: Who): boolean => who === 'bank' || who === 'insurerDoctor';
const isBlocked = (model: Model, who: Who): boolean => idsOf(who).some(id => model.blocked.has(id));
const holds = (model: Model, id: string): boolean => model.now < (model.authorised.get(id)?.until ?? -1);
const hasRole = (model: Model, who: Who): boolean => {
  const [rpps = ''] = idsOf(who);
  return model.attendingDoctor === rpps || model.administrators.has(rpps);
};
/** Occupational medicine needs the holder's own word for this very person. */
const isKeptOut = (model: Model, who: Who): boolean => {
  if (isExcluded(who) || isBlocked(model, who)) return true;
  const [rpps = ''] = idsOf(who);
  return who === 'occupational' && !(holds(model, rpps) && model.authorised.get(rpps)?.byHolder);
};
const isEmergency = (model: Model, who: Who, purpose: Purpose): boolean =>
  purpose === 'BTG'
    ? model.switches.breakGlass
    : purpose === 'ETREAT' && who === 'regulator' && model.switches.callCentre;

export const mayRead = (model: Model, who: Who, number: number, purpose: Purpose): boolean => {
  const document = model.documents.get(number);
  if (document === undefined || model.status !== 'activated') return false;
  if (who === 'holder') return !document.pending;
  if (ACTORS[who].kind !== 'professional' || isKeptOut(model, who)) return false;
  if (document.author === who) return true;
  if (purpose === 'BTG' && !model.switches.breakGlass) return false;
  if (purpose === 'ETREAT' && !model.switches.callCentre) return false;
  const emergency = isEmergency(model, who, purpose);
  if (document.masked && !hasRole(model, who) && !(emergency && model.switches.masked)) return false;
  if (!READABLE[document.type]?.includes(who)) return false;
  return emergency || hasRole(model, who) || idsOf(who).some(id => holds(model, id));
};

const mayMask = (model: Model, who: Who, number: number): boolean => {
  const document = model.documents.get(number);
  if (document === undefined) return false;
  if (who === 'holder') return !document.pending;
  if (ACTORS[who].kind !== 'professional' || isKeptOut(model, who)) return false;
  if (document.author === who) return true;
  return hasRole(model, who) && (READABLE[document.type]?.includes(who) ?? false);
};

const mayDelete = (model: Model, who: Who, number: number): boolean => {
  const document = model.documents.get(number);
  if (document === undefined || document.author !== who) return false;
  return who === 'holder' || (ACTORS[who].kind === 'professional' && !isKeptOut(model, who));
};

const MS_PER_HOUR = 3_600_000;

const wished = (model: Model, wish: Wish): Expected => {
  const { blocked, authorised, administrators } = model;
  switch (wish.type) {
    case 'authorise':
      if (wish.hours === 0 || blocked.has(wish.target)) return 'refused';
      authorised.set(wish.target, {
        until: wish.hours === null ? Number.POSITIVE_INFINITY : model.now + wish.hours * MS_PER_HOUR,
        byHolder: true,
      });
      return 'permitted';
    case 'withdraw':
      authorised.delete(wish.target);
      return 'permitted';
    case 'block':
      blocked.add(wish.target);
      authorised.delete(wish.target);
      administrators.delete(wish.target);
      if (model.attendingDoctor === wish.target) model.attendingDoctor = null;
      return 'permitted';
    case 'unblock':
      blocked.delete(wish.target);
      return 'permitted';
    case 'set-defaults':
      if (wish.professionalsBlocked && !model.blockedByDefault) authorised.clear();
      model.blockedByDefault = wish.professionalsBlocked;
      model.maskedByDefault = wish.documentsMasked;
      return 'permitted';
    case 'set-emergency': {
      const { callCentre, breakGlass, masked } = wish;
      if (masked && !callCentre && !breakGlass) return 'refused';
      model.switches = { callCentre, breakGlass, masked };
      return 'permitted';
    }
    case 'name-administrator':
      if (blocked.has(wish.professional)) return 'refused';
      administrators.add(wish.professional);
      return 'permitted';
    case 'remove-administrator':
      administrators.delete(wish.professional);
      return 'permitted';
    case 'declare-attending-doctor':
      if (blocked.has(wish.professional)) return 'refused';
      model.attendingDoctor = wish.professional;
      return 'permitted';
    case 'remove-attending-doctor':
      model.attendingDoctor = null;
      return 'permitted';
  }
};

const deposit = (model: Model, step: Step & { readonly do: 'deposit' }): Expected => {
  const { who, document, visibility, typeCode } = step;
  if (isExcluded(who) || (who !== 'holder' && !step.informed)) return 'denied';
  if (model.documents.has(document)) return 'refused';
  const pending = visibility.hiddenFromHolderUntilAnnounced ?? false;
  if (pending && who === 'holder') return 'refused';
  const wanted = visibility.maskedFromProfessionals;
  const byDefault = model.maskedByDefault && (who !== 'holder' || wanted === undefined);
  model.documents.set(document, { author: who, type: typeCode, masked: byDefault || (wanted ?? false), pending });
  return 'permitted';
};

/** Takes the step in the model. Steps the histories of the model test do not take throw. */
export const takeInModel = (model: Model, step: Step): Expected => {
  if (step.do === 'wait') {
    model.now += step.hours * MS_PER_HOUR;
    return null;
  }
  if (!('who' in step)) throw new Error(`the model does not know ${step.do}`);
  const expected = decided(model, step);
  const { who } = step;
  const seen = who !== 'holder' || isTracedForHolder(model, step, expected);
  if (seen) model.trail.push(`${who} ${expected === 'denied' ? 'denied' : 'let'}`);
  return expected;
};

const isTracedForHolder = (model: Model, step: Step, expected: Expected): boolean => {
  if (step.do === 'look')
    return expected === 'denied' ? model.status !== 'activated' && isThere(model, step.document) : true;
  return expected === 'denied' && !('document' in step && !isThere(model, step.document) && step.do !== 'deposit');
};
const isThere = (model: Model, number: number): boolean => model.documents.get(number)?.pending === false;

const decided = (model: Model, step: Step & { readonly who: Who }): Expected => {
  const { who } = step;
  if (step.do === 'life') {
    if (who !== 'holder') return 'denied';
    if (step.wish === 'close') {
      if (model.status === 'closed') return 'denied';
      model.status = 'closed';
      model.authorised.clear();
      model.administrators.clear();
      model.attendingDoctor = null;
    } else model.status = 'activated';
    return 'permitted';
  }
  if (model.status !== 'activated') return 'denied';
  switch (step.do) {
    case 'look':
      return mayRead(model, who, step.document, step.purpose) ? 'permitted' : 'denied';
    case 'deposit':
      return deposit(model, step);
    case 'show': {
      const document = model.documents.get(step.document);
      if (document === undefined || !mayMask(model, who, step.document)) return 'denied';
      document.masked = step.visibility.maskedFromProfessionals ?? document.masked;
      return 'permitted';
    }
    case 'delete':
      if (!mayDelete(model, who, step.document)) return 'denied';
      if (who === 'holder' && model.documents.get(step.document)?.pending) return 'denied';
      model.documents.delete(step.document);
      return 'permitted';
    case 'consent':
      return who === 'holder' ? wished(model, step.wish) : 'denied';
    default:
      throw new Error(`the model does not know ${step.do}`);
  }
};
