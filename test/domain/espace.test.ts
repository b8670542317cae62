import { describe, expect, it } from 'vitest';
import {
  decideEspace,
  ESPACE_STATUSES,
  type EspaceCommand,
  type EspaceEvent,
  type EspaceRefusal,
  type EspaceState,
  type EspaceStatus,
  erasedEspace,
  evolveEspace,
  initialEspace,
  isOpen,
} from '../../src/domain/espace/espace.ts';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { fold, given } from '../support/decider-spec.ts';

/*
 * Mutants that these tests kill: activation of an activated or a closed espace; opposition after activation; closing what
 * was never activated; reopening what was opposed; an opposition forgotten by the activation after it; a second creation
 * that writes an event; `since` kept from before; `created` taken for closed by `isOpen`; an erased espace that acts; an
 * opening of what was opposed; a suspension that forgets what it interrupts; an objection after the closure; a death that
 * can be reopened, or that keeps for longer what was closed before; an erasure a millisecond early, of an open espace, or
 * of one that was reopened; the date of an erasure kept after it was cancelled.
 */

const decider: Decider<EspaceState, EspaceCommand, EspaceEvent, EspaceRefusal> = {
  initial: initialEspace,
  evolve: evolveEspace,
  decide: decideEspace,
};

const MONDAY = '2026-11-16T08:00:00.000Z';
const TUESDAY = '2026-11-17T08:00:00.000Z';
const at = '2026-11-20T08:30:00.000Z';
/** Six weeks, and ten years, after that Tuesday. */
const OBJECTED_NO_MORE = '2026-12-29T08:00:00.000Z';
const TEN_YEARS_LATER = '2036-11-17T08:00:00.000Z';

const identity = {
  ins: { value: '253072B07300470', oid: '1.2.250.1.213.1.4.10' },
  birthName: 'Pat-Trois',
  firstNames: 'Dominique',
  birthDate: '1953-07-14',
  sex: 'F',
} as const;
const terms = { termsVersion: '2026-01', privacyVersion: '2025-06', accompaniment: 'ALONE' } as const;

const created: EspaceEvent = { type: 'Created', at: MONDAY, data: { identity } };
const activated: EspaceEvent = { type: 'Activated', at: TUESDAY, data: terms };
const opposed: EspaceEvent = { type: 'Opposed', at: TUESDAY, data: { reference: 'first' } };
const closed: EspaceEvent = { type: 'Closed', at: TUESDAY, data: {} };
const opened: EspaceEvent = { type: 'OpenedAutomatically', at: TUESDAY, data: {} };
const by = { kind: 'fund', id: 'agent-51', name: 'Agent des Essais' } as const;
const suspended: EspaceEvent = { type: 'Suspended', at: TUESDAY, data: { by, reason: 'FRAUD' } };
const deceased: EspaceEvent = { type: 'ClosedAfterDeath', at: TUESDAY, data: { by, diedOn: '2026-11-16' } };
const reopened: EspaceEvent = { type: 'Reopened', at: TUESDAY, data: {} };

/** A history that leads to each status; nothing written leads to `erased`, which is a destroyed key. */
const LIVES: Record<Exclude<EspaceStatus, 'erased'>, readonly EspaceEvent[]> = {
  unknown: [],
  created: [created],
  opened: [created, opened],
  activated: [created, activated],
  opposed: [created, opposed],
  suspended: [created, activated, suspended],
  closed: [created, activated, closed],
  deceased: [created, activated, deceased],
};

const COMMANDS = {
  register: { type: 'register', at, identity },
  create: { type: 'create', at, identity },
  activate: { type: 'activate', at, ...terms },
  oppose: { type: 'oppose', at, reference: 'second' },
  close: { type: 'close', at },
  reopen: { type: 'reopen', at },
  open: { type: 'open', at },
  'report-death': { type: 'report-death', at, by, diedOn: '2026-11-19' },
  suspend: { type: 'suspend', at, by, reason: 'MALFUNCTION' },
  'object-to-suspension': { type: 'object-to-suspension', at, by },
  'lift-suspension': { type: 'lift-suspension', at, by },
  'close-suspended': { type: 'close-suspended', at: OBJECTED_NO_MORE },
  erase: { type: 'erase', at: TEN_YEARS_LATER, reason: 'ARCHIVE_ENDED' },
} as const satisfies Record<EspaceCommand['type'], EspaceCommand>;

const EVENTS = {
  register: { type: 'Registered', at, data: { identity } },
  create: { type: 'Created', at, data: { identity } },
  activate: { type: 'Activated', at, data: terms },
  oppose: { type: 'Opposed', at, data: { reference: 'second' } },
  close: { type: 'Closed', at, data: {} },
  reopen: { type: 'Reopened', at, data: {} },
  open: { type: 'OpenedAutomatically', at, data: {} },
  'report-death': { type: 'ClosedAfterDeath', at, data: { by, diedOn: '2026-11-19' } },
  suspend: { type: 'Suspended', at, data: { by, reason: 'MALFUNCTION' } },
  'object-to-suspension': { type: 'SuspensionObjected', at, data: { by } },
  'lift-suspension': { type: 'SuspensionLifted', at, data: { by } },
  'close-suspended': { type: 'ClosedAfterSuspension', at: OBJECTED_NO_MORE, data: {} },
  erase: { type: 'Erased', at: TEN_YEARS_LATER, data: { reason: 'ARCHIVE_ENDED' } },
} as const satisfies Record<EspaceCommand['type'], EspaceEvent>;

/** What each command does in each status: an event, nothing because it is so already, or a refusal. */
const OUTCOMES: Record<keyof typeof LIVES, Record<EspaceCommand['type'], 'event' | 'already' | EspaceRefusal>> = {
  unknown: {
    register: 'event',
    create: 'event',
    activate: 'espace-unknown',
    oppose: 'espace-unknown',
    close: 'espace-unknown',
    reopen: 'espace-unknown',
    open: 'espace-unknown',
    'report-death': 'espace-unknown',
    suspend: 'espace-unknown',
    'object-to-suspension': 'espace-unknown',
    'lift-suspension': 'espace-unknown',
    'close-suspended': 'espace-unknown',
    erase: 'espace-unknown',
  },
  created: {
    register: 'already',
    create: 'already',
    activate: 'event',
    oppose: 'event',
    close: 'espace-not-activated',
    reopen: 'espace-not-closed',
    open: 'event',
    'report-death': 'event',
    suspend: 'event',
    'object-to-suspension': 'espace-not-suspended',
    'lift-suspension': 'espace-not-suspended',
    'close-suspended': 'espace-not-suspended',
    erase: 'espace-not-closed',
  },
  opened: {
    register: 'already',
    create: 'already',
    activate: 'event',
    oppose: 'event',
    close: 'espace-not-activated',
    reopen: 'espace-not-closed',
    open: 'already',
    'report-death': 'event',
    suspend: 'event',
    'object-to-suspension': 'espace-not-suspended',
    'lift-suspension': 'espace-not-suspended',
    'close-suspended': 'espace-not-suspended',
    erase: 'espace-not-closed',
  },
  activated: {
    register: 'already',
    create: 'already',
    activate: 'espace-already-activated',
    oppose: 'espace-already-activated',
    close: 'event',
    reopen: 'already',
    open: 'already',
    'report-death': 'event',
    suspend: 'event',
    'object-to-suspension': 'espace-not-suspended',
    'lift-suspension': 'espace-not-suspended',
    'close-suspended': 'espace-not-suspended',
    erase: 'espace-not-closed',
  },
  opposed: {
    register: 'already',
    create: 'already',
    activate: 'event',
    oppose: 'already',
    close: 'espace-not-activated',
    reopen: 'espace-not-closed',
    open: 'already',
    'report-death': 'event',
    suspend: 'espace-closed',
    'object-to-suspension': 'espace-not-suspended',
    'lift-suspension': 'espace-not-suspended',
    'close-suspended': 'espace-not-suspended',
    erase: 'event',
  },
  suspended: {
    register: 'already',
    create: 'already',
    activate: 'espace-suspended',
    oppose: 'espace-already-activated',
    close: 'espace-suspended',
    reopen: 'espace-suspended',
    open: 'already',
    'report-death': 'event',
    suspend: 'already',
    'object-to-suspension': 'event',
    'lift-suspension': 'event',
    'close-suspended': 'event',
    erase: 'espace-not-closed',
  },
  closed: {
    register: 'already',
    create: 'already',
    activate: 'espace-closed',
    oppose: 'espace-closed',
    close: 'already',
    reopen: 'event',
    open: 'already',
    'report-death': 'event',
    suspend: 'espace-closed',
    'object-to-suspension': 'espace-not-suspended',
    'lift-suspension': 'espace-not-suspended',
    'close-suspended': 'espace-not-suspended',
    erase: 'event',
  },
  deceased: {
    register: 'already',
    create: 'already',
    activate: 'holder-deceased',
    oppose: 'holder-deceased',
    close: 'holder-deceased',
    reopen: 'holder-deceased',
    open: 'already',
    'report-death': 'already',
    suspend: 'holder-deceased',
    'object-to-suspension': 'espace-not-suspended',
    'lift-suspension': 'espace-not-suspended',
    'close-suspended': 'espace-not-suspended',
    erase: 'event',
  },
};

const TABLE = Object.entries(OUTCOMES).flatMap(([status, row]) =>
  Object.entries(row).map(([command, outcome]) => ({ status, command, outcome })),
) as { status: keyof typeof LIVES; command: EspaceCommand['type']; outcome: 'event' | 'already' | EspaceRefusal }[];

describe('an espace', () => {
  it.each(TABLE)('that is $status answers $command by: $outcome', ({ status, command, outcome }) => {
    const decided = given(decider, LIVES[status]).when(COMMANDS[command]);
    if (outcome === 'event') decided.gives(EVENTS[command]);
    else if (outcome === 'already') decided.gives();
    else decided.refuses(outcome);
  });

  it.each(Object.values(COMMANDS))(
    'that is erased refuses to $type, but for the erasure, which is so already',
    command => {
      const answer = command.type === 'erase' ? { ok: true, events: [] } : { ok: false, refusal: 'espace-erased' };
      expect(decideEspace(erasedEspace, command)).toEqual(answer);
    },
  );

  it.each(['GUARDIAN', 'PROFESSIONAL', 'AMBASSADOR'] as const)('remembers that a %s stood beside', accompaniment => {
    const data = { termsVersion: '2026-02', privacyVersion: '2026-03', accompaniment };
    given(decider, LIVES.created)
      .when({ type: 'activate', at, ...data })
      .gives({ type: 'Activated', at, data });
  });

  it('is what its events say', () => {
    const opposition = { reference: 'first', at: TUESDAY };
    const one = { ...initialEspace, identity };
    const state = (...events: readonly EspaceEvent[]): EspaceState => fold(decider, events);
    expect(state()).toEqual(initialEspace);
    expect(state(...LIVES.created)).toEqual({ ...one, status: 'created', since: MONDAY });
    expect(state(...LIVES.opened)).toEqual({ ...one, status: 'opened', since: TUESDAY });
    expect(state(...LIVES.activated)).toEqual({ ...one, status: 'activated', since: TUESDAY });
    const archived = { ...one, since: TUESDAY, archivedSince: TUESDAY };
    expect(state(...LIVES.opposed)).toEqual({ ...archived, status: 'opposed', opposition });
    expect(state(...LIVES.closed)).toEqual({ ...archived, status: 'closed' });
    expect(state(...LIVES.deceased)).toEqual({ ...archived, status: 'deceased' });
    expect(state(...LIVES.activated, { ...closed, at }).since).toBe(at);
    expect(state(...LIVES.opposed, { ...activated, at })).toEqual({
      ...one,
      status: 'activated',
      since: at,
      opposition,
    });
    expect(state(...LIVES.closed, { ...reopened, at })).toEqual({ ...one, status: 'activated', since: at });
    expect(state(...LIVES.closed, { ...deceased, at })).toEqual({ ...archived, status: 'deceased', since: at });
  });

  it('is open from its creation until it is opposed, suspended or closed', () => {
    expect(ESPACE_STATUSES.filter(isOpen)).toEqual(['created', 'opened', 'activated']);
  });
});

describe('an espace that is registered only', () => {
  const registered: EspaceEvent = { type: 'Registered', at: MONDAY, data: { identity } };
  const invited: EspaceEvent = { ...created, at: TUESDAY };

  it('does not open by itself: the six weeks begin with the invitation, once', () => {
    given(decider, [registered]).when(COMMANDS.open).gives();
    given(decider, [registered]).when(COMMANDS.create).gives(EVENTS.create);
    given(decider, [registered, invited]).when(COMMANDS.create).gives();
    given(decider, [registered, invited]).when(COMMANDS.open).gives(EVENTS.open);
    given(decider, [registered, deceased]).when(COMMANDS.create).gives();
  });

  it('is as one that was created, and stays suspended where it is invited meanwhile', () => {
    expect(fold(decider, [registered])).toEqual({ ...fold(decider, LIVES.created), awaitsInvitation: true });
    expect(fold(decider, [registered, invited])).toEqual(fold(decider, LIVES.created));
    given(decider, [registered, suspended]).when(COMMANDS.create).gives(EVENTS.create);
    expect(fold(decider, [registered, suspended, invited])).toEqual(fold(decider, [created, suspended]));
  });
});

describe('a suspension', () => {
  const objected: EspaceEvent = { type: 'SuspensionObjected', at, data: { by } };

  it.each(['created', 'opened', 'activated'] as const)('of what is %s gives it back as it was', status => {
    const state = fold(decider, [...LIVES[status], suspended, objected]);
    expect(state).toEqual({ ...initialEspace, identity, status, since: at });
  });

  it('does not keep the six weeks of the opening from going by', () => {
    given(decider, [created, suspended]).when(COMMANDS.open).gives(EVENTS.open);
    expect(fold(decider, [created, suspended, opened]).status).toBe('suspended');
    expect(fold(decider, [created, suspended, opened, objected]).status).toBe('opened');
    given(decider, [created, suspended, opened]).when(COMMANDS.open).gives();
  });

  it('closes when its own six weeks are over, and not when those of an earlier one are', () => {
    const again: EspaceEvent = { ...suspended, at };
    const early = { type: 'close-suspended', at: '2026-12-29T07:59:59.999Z' } as const;
    given(decider, LIVES.suspended).when(early).refuses('not-due-yet');
    given(decider, [...LIVES.suspended, objected, again])
      .when(COMMANDS['close-suspended'])
      .refuses('not-due-yet');
  });

  it('that closed an espace leaves a way back: reopening, or activation for whoever never did', () => {
    const late: EspaceEvent = { type: 'ClosedAfterSuspension', at: OBJECTED_NO_MORE, data: {} };
    expect(fold(decider, [...LIVES.suspended, late])).toMatchObject({ status: 'closed', archivedSince: late.at });
    given(decider, [...LIVES.suspended, late])
      .when(COMMANDS.activate)
      .refuses('espace-closed');
    given(decider, [...LIVES.suspended, late])
      .when(COMMANDS.reopen)
      .gives(EVENTS.reopen);
    given(decider, [created, opened, suspended, late]).when(COMMANDS.activate).gives(EVENTS.activate);
    expect(fold(decider, [created, opened, suspended, late, reopened]).status).toBe('opened');
  });

  const requested: EspaceEvent = { type: 'ErasureRequested', at, data: { dueAt: '2027-02-13T08:30:00.000Z' } };
  const cancelled: EspaceEvent = { type: 'ErasureCancelled', at, data: {} };

  it.each([
    ['a representative closed', LIVES.closed, []],
    ['a representative had erased', [...LIVES.closed, requested], [cancelled]],
    [
      'a suspension closed',
      [...LIVES.suspended, { type: 'ClosedAfterSuspension', at: OBJECTED_NO_MORE, data: {} }],
      [],
    ],
  ] as const)('what %s comes back to whoever activates without having had an account', (_, history, also) => {
    given(decider, history)
      .when({ ...COMMANDS.activate, reopens: true })
      .gives(EVENTS.reopen, ...also);
    expect(fold(decider, [...history, EVENTS.reopen, ...also])).toMatchObject({
      status: 'activated',
      archivedSince: null,
      erasureDueAt: null,
    });
  });

  it('of what was never activated does not keep anybody from opposing', () => {
    given(decider, [created, suspended]).when(COMMANDS.oppose).gives(EVENTS.oppose);
    expect(fold(decider, [created, suspended, { ...opposed, at }])).toMatchObject({
      status: 'opposed',
      suspension: null,
    });
  });
});

describe('a death', () => {
  it.each(['2026-11-22', '1953-07-13', '2027-01-01'])('on %s is impossible', diedOn =>
    given(decider, LIVES.activated).when({ type: 'report-death', at, by, diedOn }).refuses('death-date-impossible'),
  );
  it.each(['2026-11-21', '2026-11-20', '1953-07-14'])('on %s is taken', diedOn =>
    given(decider, LIVES.activated)
      .when({ type: 'report-death', at, by, diedOn })
      .gives({ type: 'ClosedAfterDeath', at, data: { by, diedOn } }),
  );
});

describe('an erasure', () => {
  const dueAt = '2027-02-13T08:30:00.000Z';
  const requested: EspaceEvent = { type: 'ErasureRequested', at, data: { dueAt } };
  const closedToErase = [...LIVES.activated, { ...closed, at }, requested];

  it('is asked for with the closure, for 85 days later', () => {
    given(decider, LIVES.activated).when({ type: 'close', at, erase: true }).gives(EVENTS.close, requested);
    given(decider, LIVES.activated).when({ type: 'close', at, erase: false }).gives(EVENTS.close);
    expect(fold(decider, closedToErase).erasureDueAt).toBe(dueAt);
  });

  it('is cancelled by a reopening, and only where there is one', () => {
    const cancelled: EspaceEvent = { type: 'ErasureCancelled', at, data: {} };
    given(decider, closedToErase).when(COMMANDS.reopen).gives(EVENTS.reopen, cancelled);
    expect(fold(decider, [...closedToErase, EVENTS.reopen, cancelled]).erasureDueAt).toBeNull();
  });

  it('is carried out when it is due, to the millisecond', () => {
    const erase = (instant: string, reason: 'REQUESTED' | 'ARCHIVE_ENDED') =>
      ({ type: 'erase', at: instant, reason }) as const;
    given(decider, closedToErase).when(erase('2027-02-13T08:29:59.999Z', 'REQUESTED')).refuses('not-due-yet');
    given(decider, closedToErase)
      .when(erase(dueAt, 'REQUESTED'))
      .gives({ type: 'Erased', at: dueAt, data: { reason: 'REQUESTED' } });
    given(decider, closedToErase).when(erase(dueAt, 'ARCHIVE_ENDED')).refuses('not-due-yet');
    given(decider, LIVES.closed).when(erase('2036-11-17T07:59:59.999Z', 'ARCHIVE_ENDED')).refuses('not-due-yet');
    given(decider, LIVES.closed).when(erase('2099-01-01T00:00:00.000Z', 'REQUESTED')).refuses('not-due-yet');
    expect(fold(decider, [...LIVES.closed, EVENTS.erase])).toEqual(erasedEspace);
  });

  it('of somebody who died after closing comes when the closure’s own ten years are over', () => {
    const life = [...LIVES.closed, { ...deceased, at }];
    given(decider, life).when(COMMANDS.erase).gives(EVENTS.erase);
    given(decider, [...closedToErase, { ...deceased, at }])
      .when({ type: 'erase', at: dueAt, reason: 'REQUESTED' })
      .gives({ type: 'Erased', at: dueAt, data: { reason: 'REQUESTED' } });
  });
});
