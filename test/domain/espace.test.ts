import { describe, expect, it } from 'vitest';
import {
  decideEspace,
  type EspaceCommand,
  type EspaceEvent,
  type EspaceRefusal,
  type EspaceState,
  type EspaceStatus,
  evolveEspace,
  initialEspace,
  isOpen,
} from '../../src/domain/espace/espace.ts';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { fold, given } from '../support/decider-spec.ts';

/*
 * Mutants that these tests kill: activation of an activated or a closed espace; opposition after activation; closing what
 * was never activated; reopening what was opposed; an opposition forgotten by the activation after it; a second creation
 * that writes an event; `since` kept from before; `created` taken for closed by `isOpen`; an erased espace that acts.
 */

const decider: Decider<EspaceState, EspaceCommand, EspaceEvent, EspaceRefusal> = {
  initial: initialEspace,
  evolve: evolveEspace,
  decide: decideEspace,
};

const MONDAY = '2026-11-16T08:00:00.000Z';
const TUESDAY = '2026-11-17T08:00:00.000Z';
const at = '2026-11-20T08:30:00.000Z';

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
const reopened: EspaceEvent = { type: 'Reopened', at: TUESDAY, data: {} };

/** A history that leads to each status; nothing written leads to `erased`, which is a destroyed key. */
const LIVES: Record<Exclude<EspaceStatus, 'erased'>, readonly EspaceEvent[]> = {
  unknown: [],
  created: [created],
  activated: [created, activated],
  opposed: [created, opposed],
  closed: [created, activated, closed],
};

const COMMANDS = {
  create: { type: 'create', at, identity },
  activate: { type: 'activate', at, ...terms },
  oppose: { type: 'oppose', at, reference: 'second' },
  close: { type: 'close', at },
  reopen: { type: 'reopen', at },
} as const satisfies Record<EspaceCommand['type'], EspaceCommand>;

const EVENTS = {
  create: { type: 'Created', at, data: { identity } },
  activate: { type: 'Activated', at, data: terms },
  oppose: { type: 'Opposed', at, data: { reference: 'second' } },
  close: { type: 'Closed', at, data: {} },
  reopen: { type: 'Reopened', at, data: {} },
} as const satisfies Record<EspaceCommand['type'], EspaceEvent>;

/** What each command does in each status: an event, nothing because it is so already, or a refusal. */
const OUTCOMES: Record<keyof typeof LIVES, Record<EspaceCommand['type'], 'event' | 'already' | EspaceRefusal>> = {
  unknown: {
    create: 'event',
    activate: 'espace-unknown',
    oppose: 'espace-unknown',
    close: 'espace-unknown',
    reopen: 'espace-unknown',
  },
  created: {
    create: 'already',
    activate: 'event',
    oppose: 'event',
    close: 'espace-unknown',
    reopen: 'espace-not-closed',
  },
  activated: {
    create: 'already',
    activate: 'espace-already-activated',
    oppose: 'espace-already-activated',
    close: 'event',
    reopen: 'already',
  },
  opposed: {
    create: 'already',
    activate: 'event',
    oppose: 'already',
    close: 'espace-unknown',
    reopen: 'espace-not-closed',
  },
  closed: {
    create: 'already',
    activate: 'espace-closed',
    oppose: 'espace-closed',
    close: 'already',
    reopen: 'event',
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

  it.each(Object.values(COMMANDS))('that is erased refuses to $type', command => {
    expect(decideEspace({ ...initialEspace, status: 'erased' }, command)).toEqual({
      ok: false,
      refusal: 'espace-erased',
    });
  });

  it.each(['GUARDIAN', 'PROFESSIONAL', 'AMBASSADOR'] as const)('remembers that a %s stood beside', accompaniment => {
    const data = { termsVersion: '2026-02', privacyVersion: '2026-03', accompaniment };
    given(decider, LIVES.created)
      .when({ type: 'activate', at, ...data })
      .gives({ type: 'Activated', at, data });
  });

  it('is what its events say', () => {
    const opposition = { reference: 'first', at: TUESDAY };
    expect(fold(decider, [])).toEqual({ status: 'unknown', identity: null, since: null, opposition: null });
    expect(fold(decider, LIVES.created)).toEqual({ status: 'created', identity, since: MONDAY, opposition: null });
    expect(fold(decider, LIVES.activated)).toEqual({ status: 'activated', identity, since: TUESDAY, opposition: null });
    expect(fold(decider, LIVES.opposed)).toEqual({ status: 'opposed', identity, since: TUESDAY, opposition });
    expect(fold(decider, LIVES.closed)).toEqual({ status: 'closed', identity, since: TUESDAY, opposition: null });
    expect(fold(decider, [...LIVES.activated, { ...closed, at }]).since).toBe(at);
    expect(fold(decider, [...LIVES.opposed, { ...activated, at }])).toEqual({
      status: 'activated',
      identity,
      since: at,
      opposition,
    });
    expect(fold(decider, [...LIVES.closed, { ...reopened, at }])).toEqual({
      status: 'activated',
      identity,
      since: at,
      opposition: null,
    });
  });

  it('is open from its creation until it is opposed or closed', () => {
    const open = (['unknown', 'created', 'activated', 'opposed', 'closed', 'erased'] as const).filter(isOpen);
    expect(open).toEqual(['created', 'activated']);
  });
});
