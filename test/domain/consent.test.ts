import { describe, expect, it } from 'vitest';
import {
  type ConsentCommand,
  type ConsentEvent,
  type ConsentRefusal,
  type ConsentState,
  decideConsent,
  evolveConsent,
  initialConsent,
  isAuthorised,
  MAX_CONSENT_ENTRIES,
  withoutRights,
} from '../../src/domain/consent/consent.ts';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { fold, given } from '../support/decider-spec.ts';
import { GP, GP_SURGERY, HOLDER_ACTOR, NURSE } from '../support/history-cast.ts';

/*
 * Mutants that these tests kill: an authorisation that ends now accepted; an end included in the validity; the same
 * authorisation given twice written twice; another end or evidence taken for the same; a right given to somebody blocked;
 * a block that leaves the authorisation, the administrator or the attending doctor; an unblocking that brings them back;
 * blocking by default that leaves authorisations, takes them each time, or takes named roles; closing that takes
 * restrictions or leaves a role; `masked` accepted alone; a switch stored in another's place; one entry too many; one
 * entry too few; a block refused because the espace is full of the very target's rights.
 */

const decider: Decider<ConsentState, ConsentCommand, ConsentEvent, ConsentRefusal> = {
  initial: initialConsent,
  evolve: evolveConsent,
  decide: decideConsent,
};

const before = '2026-11-01T08:00:00.000Z';
const at = '2026-11-20T08:30:00.000Z';
const NEXT_MS = '2026-11-20T08:30:00.001Z';
const later = '2026-12-20T08:30:00.000Z';
const by = HOLDER_ACTOR;
const doctor = GP.rpps;
const target = doctor;

const authorised = (who: string = doctor, until: string | null = null): ConsentEvent => ({
  type: 'ProfessionalAuthorised',
  at: before,
  data: { by, target: who, until, evidence: 'HOLDER' },
});
const withdrawn: ConsentEvent = { type: 'AuthorisationWithdrawn', at: before, data: { by, target } };
const blocked = (who: string = doctor): ConsentEvent => ({
  type: 'ProfessionalBlocked',
  at: before,
  data: { by, target: who },
});
const unblocked: ConsentEvent = { type: 'ProfessionalUnblocked', at: before, data: { by, target } };
const named = (professional: string = doctor): ConsentEvent => ({
  type: 'AdministratorNamed',
  at: before,
  data: { by, professional },
});
const declared = (professional: string = doctor): ConsentEvent => ({
  type: 'AttendingDoctorDeclared',
  at: before,
  data: { by, professional },
});
const defaults = (professionalsBlocked: boolean, documentsMasked = false): ConsentEvent => ({
  type: 'AccessDefaultsSet',
  at: before,
  data: { by, professionalsBlocked, documentsMasked },
});

const when = (history: readonly ConsentEvent[], command: ConsentCommand) => given(decider, history).when(command);

/** Rights as plain values: a map would be compared by what it hides. */
const plain = ({ authorised, blocked, administrators, ...rest }: ConsentState) => ({
  authorised: Object.fromEntries(authorised.entries()),
  blocked: Object.fromEntries(blocked.entries()),
  administrators: Object.fromEntries(administrators.entries()),
  ...rest,
});
const shown = (history: readonly ConsentEvent[]) => plain(fold(decider, history));
const NOTHING = shown([]);

describe('an authorisation', () => {
  const authorise = { type: 'authorise', at, by, target, until: null, evidence: 'HOLDER' } as const;
  const event = (data: object = {}) =>
    ({
      type: 'ProfessionalAuthorised',
      at,
      data: { by, target, until: null, evidence: 'HOLDER', ...data },
    }) as ConsentEvent;

  it('is given without or with an end', () => {
    when([], authorise).gives(event());
    when([], { ...authorise, until: NEXT_MS }).gives(event({ until: NEXT_MS }));
    when([], { ...authorise, target: GP_SURGERY }).gives(event({ target: GP_SURGERY }));
  });

  it('is not given with an end that has come', () => {
    when([], { ...authorise, until: at }).refuses('authorisation-end-in-the-past');
    when([blocked()], { ...authorise, until: before }).refuses('authorisation-end-in-the-past');
  });

  it('is not given to somebody blocked, until unblocked', () => {
    when([blocked()], authorise).refuses('professional-blocked');
    when([blocked(GP_SURGERY)], authorise).gives(event());
    when([blocked(), unblocked], authorise).gives(event());
  });

  it('is given once, and again where its end or its evidence differs', () => {
    when([authorised()], authorise).gives();
    when([authorised(doctor, later)], authorise).gives(event());
    when([authorised(doctor, later)], { ...authorise, until: later }).gives();
    when([authorised()], { ...authorise, until: later }).gives(event({ until: later }));
    when([authorised(), withdrawn], authorise).gives(event());
  });

  it('by the holder is not changed by what somebody records, while it holds', () => {
    const recorded = { ...authorise, evidence: 'CARTE_VITALE' } as const;
    when([authorised()], recorded).gives();
    when([authorised(doctor, at)], recorded).gives(event({ evidence: 'CARTE_VITALE' }));
    when([event({ evidence: 'CARTE_VITALE' })], authorise).gives(event());
  });

  it('holds from when it is given until its end, the end excluded', () => {
    const state = fold(decider, [authorised(doctor, at), authorised(GP_SURGERY)]);
    expect(isAuthorised(state, doctor, before)).toBe(true);
    expect(isAuthorised(state, doctor, '2026-11-20T08:29:59.999Z')).toBe(true);
    expect(isAuthorised(state, doctor, at)).toBe(false);
    expect(isAuthorised(state, GP_SURGERY, later)).toBe(true);
    expect(isAuthorised(state, NURSE.rpps, before)).toBe(false);
    expect(isAuthorised(state, null, before)).toBe(false);
  });

  it('is kept with who gave it on what evidence', () => {
    expect(shown([authorised(doctor, later)])).toEqual({
      ...NOTHING,
      authorised: { [doctor]: { since: before, until: later, evidence: 'HOLDER', by } },
    });
  });

  it('is withdrawn once', () => {
    const withdraw = { type: 'withdraw', at, by, target } as const;
    when([authorised()], withdraw).gives({ type: 'AuthorisationWithdrawn', at, data: { by, target } });
    when([authorised(doctor, before)], withdraw).gives({ type: 'AuthorisationWithdrawn', at, data: { by, target } });
    when([authorised(GP_SURGERY)], withdraw).gives();
    when([authorised(), withdrawn], withdraw).gives();
    expect(shown([authorised(), authorised(GP_SURGERY), withdrawn])).toEqual(shown([authorised(GP_SURGERY)]));
  });
});

describe('a block', () => {
  const block = { type: 'block', at, by, target } as const;
  const event: ConsentEvent = { type: 'ProfessionalBlocked', at, data: { by, target } };

  it('is set once, and lifted once', () => {
    when([], block).gives(event);
    when([blocked()], block).gives();
    when([blocked(GP_SURGERY)], block).gives(event);
    when([blocked()], { ...block, type: 'unblock' }).gives({ type: 'ProfessionalUnblocked', at, data: { by, target } });
    when([], { ...block, type: 'unblock' }).gives();
    when([blocked(GP_SURGERY)], { ...block, type: 'unblock' }).gives();
  });

  it('ends every right of its target and of nobody else, for good', () => {
    const others = [authorised(GP_SURGERY), named(NURSE.rpps)];
    const rights = [...others, authorised(), named(), declared()];
    expect(shown([...rights, blocked()])).toEqual({
      ...shown(others),
      blocked: { [doctor]: { since: before, by } },
    });
    expect(shown([...rights, blocked(), unblocked])).toEqual(shown(others));
    expect(shown([declared(NURSE.rpps), blocked()]).attendingDoctor?.professional).toBe(NURSE.rpps);
  });
});

describe('defaults', () => {
  const set = (professionalsBlocked: boolean, documentsMasked: boolean) =>
    ({ type: 'set-defaults', at, by, professionalsBlocked, documentsMasked }) as const;

  it.each([
    [true, false],
    [false, true],
    [true, true],
  ])('are set (%s, %s), once', (professionalsBlocked, documentsMasked) => {
    const data = { by, professionalsBlocked, documentsMasked };
    when([], set(professionalsBlocked, documentsMasked)).gives({ type: 'AccessDefaultsSet', at, data });
    when([defaults(professionalsBlocked, documentsMasked)], set(professionalsBlocked, documentsMasked)).gives();
    when([defaults(professionalsBlocked, documentsMasked)], set(false, false)).gives({
      type: 'AccessDefaultsSet',
      at,
      data: { by, professionalsBlocked: false, documentsMasked: false },
    });
  });

  it('are as they were, so nothing happens', () => when([], set(false, false)).gives());

  it('that block professionals end the authorisations given before, not the named roles', () => {
    const roles = [named(), declared(), blocked(NURSE.rpps)];
    const now = shown([...roles, authorised(), authorised(GP_SURGERY), defaults(true)]);
    expect(now).toEqual({
      ...shown(roles),
      defaults: { professionalsBlocked: true, documentsMasked: false },
    });
  });

  it('that block already leave what was authorised since', () => {
    const since = shown([defaults(true), authorised(), defaults(true, true)]);
    expect(Object.keys(since.authorised)).toEqual([doctor]);
    expect(since.defaults).toEqual({ professionalsBlocked: true, documentsMasked: true });
  });

  it('that open again bring nothing back', () => {
    expect(shown([authorised(), defaults(true), defaults(false)])).toEqual(NOTHING);
  });
});

describe('the emergency switches', () => {
  const set = (callCentre: boolean, breakGlass: boolean, masked: boolean) =>
    ({ type: 'set-emergency', at, by, callCentre, breakGlass, masked }) as const;
  const event = (callCentre: boolean, breakGlass: boolean, masked: boolean): ConsentEvent => ({
    type: 'EmergencyAccessSet',
    at,
    data: { by, callCentre, breakGlass, masked },
  });

  it('begin as published: both emergencies, masked documents kept out', () => {
    expect(initialConsent.emergency).toEqual({ callCentre: true, breakGlass: true, masked: false });
    when([], set(true, true, false)).gives();
  });

  it.each([
    [false, true, false],
    [true, false, false],
    [false, false, false],
    [true, true, true],
    [true, false, true],
    [false, true, true],
  ])('are set to %s, %s, %s, once', (callCentre, breakGlass, masked) => {
    when([], set(callCentre, breakGlass, masked)).gives(event(callCentre, breakGlass, masked));
    when([event(callCentre, breakGlass, masked)], set(callCentre, breakGlass, masked)).gives();
    expect(shown([event(callCentre, breakGlass, masked)])).toEqual({
      ...NOTHING,
      emergency: { callCentre, breakGlass, masked },
    });
  });

  it('cannot open masked documents to no emergency', () => {
    when([], set(false, false, true)).refuses('emergency-masked-alone');
  });
});

describe('an administrator', () => {
  const name = { type: 'name-administrator', at, by, professional: doctor } as const;

  it('is named once, and removed once', () => {
    const data = { by, professional: doctor };
    when([], name).gives({ type: 'AdministratorNamed', at, data });
    when([named()], name).gives();
    when([named()], { ...name, type: 'remove-administrator' }).gives({ type: 'AdministratorRemoved', at, data });
    when([named(NURSE.rpps)], { ...name, type: 'remove-administrator' }).gives();
    const removed: ConsentEvent = { type: 'AdministratorRemoved', at: before, data };
    expect(shown([named(), named(NURSE.rpps), removed])).toEqual(shown([named(NURSE.rpps)]));
    expect(shown([named()]).administrators).toEqual({ [doctor]: { since: before } });
  });

  it('is nobody blocked', () => when([blocked()], name).refuses('professional-blocked'));
});

describe('the attending doctor', () => {
  const declare = { type: 'declare-attending-doctor', at, by, professional: doctor } as const;
  const remove = { type: 'remove-attending-doctor', at, by } as const;

  it('is declared once, another in their place, and removed once', () => {
    const data = { by, professional: doctor };
    when([], declare).gives({ type: 'AttendingDoctorDeclared', at, data });
    when([declared()], declare).gives();
    when([declared(NURSE.rpps)], declare).gives({ type: 'AttendingDoctorDeclared', at, data });
    when([declared()], remove).gives({ type: 'AttendingDoctorRemoved', at, data });
    when([], remove).gives();
    const removed: ConsentEvent = { type: 'AttendingDoctorRemoved', at: before, data };
    expect(shown([declared(), removed])).toEqual(NOTHING);
    expect(shown([declared()]).attendingDoctor).toEqual({ professional: doctor, since: before });
  });

  it('is nobody blocked', () => when([blocked()], declare).refuses('professional-blocked'));
});

describe('a referring professional', () => {
  const declare = { type: 'declare-referring', at, by, role: 'PHARMACIST', professional: doctor } as const;
  const remove = { type: 'remove-referring', at, by, role: 'PHARMACIST' } as const;
  const data = { by, role: 'PHARMACIST', professional: doctor } as const;
  const namedBefore = (professional: string, role: 'PHARMACIST' | 'MIDWIFE' = 'PHARMACIST'): ConsentEvent => ({
    type: 'ReferringProfessionalDeclared',
    at: before,
    data: { by, role, professional },
  });

  it('is declared once for each role, another in their place, and removed once', () => {
    when([], declare).gives({ type: 'ReferringProfessionalDeclared', at, data });
    when([namedBefore(doctor)], declare).gives();
    when([namedBefore(doctor, 'MIDWIFE')], declare).gives({ type: 'ReferringProfessionalDeclared', at, data });
    when([namedBefore(NURSE.rpps)], declare).gives({ type: 'ReferringProfessionalDeclared', at, data });
    when([namedBefore(doctor)], remove).gives({ type: 'ReferringProfessionalRemoved', at, data });
    when([namedBefore(doctor, 'MIDWIFE')], remove).gives();
    when([blocked()], declare).refuses('professional-blocked');
  });

  it('is forgotten with a block of theirs, nobody else’s, and when the espace closes', () => {
    const named = { professional: doctor, since: before };
    const both = [namedBefore(doctor), namedBefore(NURSE.rpps, 'MIDWIFE')];
    expect(shown(both).referring).toEqual({
      MIDWIFE: { professional: NURSE.rpps, since: before },
      PHARMACIST: named,
    });
    expect(shown([...both, blocked(NURSE.rpps)]).referring).toEqual({ MIDWIFE: null, PHARMACIST: named });
    expect(withoutRights(both.reduce(evolveConsent, initialConsent)).referring).toEqual({
      MIDWIFE: null,
      PHARMACIST: null,
    });
    const removed: ConsentEvent = { type: 'ReferringProfessionalRemoved', at: before, data };
    expect(shown([namedBefore(doctor), removed])).toEqual(NOTHING);
  });

  it('may not read by that name alone', () => {
    expect(isAuthorised([namedBefore(doctor)].reduce(evolveConsent, initialConsent), doctor, at)).toBe(false);
  });
});

describe('closing', () => {
  it('takes every right and leaves every restriction', () => {
    const switches: ConsentEvent = {
      type: 'EmergencyAccessSet',
      at: before,
      data: { by, callCentre: false, breakGlass: true, masked: true },
    };
    const restrictions = [blocked(NURSE.rpps), defaults(true, true), switches];
    const rights = [authorised(), authorised(GP_SURGERY), named(), declared()];
    expect(plain(withoutRights(fold(decider, [...restrictions, ...rights])))).toEqual(shown(restrictions));
  });
});

describe('a full espace', () => {
  const numbered = (index: number): string => String(20_000_000_000 + index);
  const many = (count: number): ConsentEvent[] =>
    Array.from({ length: count }, (_, index) => [authorised, named][index % 2]?.(numbered(index)) as ConsentEvent);
  const almost = many(MAX_CONSENT_ENTRIES - 1);
  const full = [...almost, authorised('full')];
  const additions: readonly ConsentCommand[] = [
    { type: 'authorise', at, by, target: 'one more', until: null, evidence: 'HOLDER' },
    { type: 'name-administrator', at, by, professional: 'one more' },
  ];

  it.each(additions)('takes one entry up to the last, and no more: $type', command => {
    const decided = decideConsent(fold(decider, almost), command);
    expect(decided.ok && decided.events.length).toBe(1);
    when(full, command).refuses('too-many-entries');
  });

  it('of rights leaves the holder room to block, up to as many', () => {
    const block: ConsentCommand = { type: 'block', at, by, target: 'one more' };
    when(full, block).gives({ type: 'ProfessionalBlocked', at, data: { by, target: 'one more' } });
    const blocks = Array.from({ length: MAX_CONSENT_ENTRIES }, (_, index) => blocked(numbered(index)));
    when(blocks.slice(1), block).gives({ type: 'ProfessionalBlocked', at, data: { by, target: 'one more' } });
    when(blocks, block).refuses('too-many-entries');
  });

  it('still changes, blocks and ends what is there', () => {
    const changed = { by, target: 'full', until: later, evidence: 'HOLDER' } as const;
    when(full, { type: 'authorise', at, ...changed }).gives({ type: 'ProfessionalAuthorised', at, data: changed });
    when(full, { type: 'block', at, by, target: 'full' }).gives({
      type: 'ProfessionalBlocked',
      at,
      data: { by, target: 'full' },
    });
    when(full, { type: 'block', at, by, target: numbered(1) }).gives({
      type: 'ProfessionalBlocked',
      at,
      data: { by, target: numbered(1) },
    });
    when(full, { type: 'declare-attending-doctor', at, by, professional: 'full' }).gives({
      type: 'AttendingDoctorDeclared',
      at,
      data: { by, professional: 'full' },
    });
  });
});
