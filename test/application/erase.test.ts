import { describe, expect, it, vi } from 'vitest';
import { auditReplay } from '../../src/adapters/cli/audit.ts';
import { createMemoryContentStore } from '../../src/adapters/memory/memory-content-store.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { sealing } from '../../src/adapters/sealing/sealing.ts';
import { openProjections } from '../../src/adapters/sqlite/projections.ts';
import { createAttachments } from '../../src/application/delegation/attachments.ts';
import { activate } from '../../src/application/enrolment/activate.ts';
import { authenticateEnrolment } from '../../src/application/enrolment/contacts.ts';
import { verifyIdentity } from '../../src/application/enrolment/identify.ts';
import { decided } from '../../src/application/enrolment/outcome.ts';
import { insSubject, loginSubject } from '../../src/application/enrolment/persons.ts';
import { createErasure, type EraseDeps } from '../../src/application/erase.ts';
import { lifeDeadlines } from '../../src/application/reactors/deadline-rules/life.ts';
import { createDeadlineKeeper } from '../../src/application/reactors/deadlines.ts';
import { createRecords } from '../../src/application/records.ts';
import { authenticate } from '../../src/application/sign-in/sessions.ts';
import { completeSignIn, startSignIn } from '../../src/application/sign-in/sign-in.ts';
import { applyCorrection } from '../../src/application/support/account-help.ts';
import { createTicketQueueKeeper } from '../../src/application/tickets/ticket-queue.ts';
import { changeTicket, createTickets, type Said, type Tickets } from '../../src/application/tickets/tickets.ts';
import { decideAccount } from '../../src/domain/account/account.ts';
import type { PersonId } from '../../src/domain/shared/actor.ts';
import { forgottenTickets } from '../../src/domain/ticket/ticket.ts';
import { type Message, MessageRefusedError } from '../../src/ports/messenger.ts';
import { requestNamed } from '../support/history.ts';
import { FUND, HOLDER } from '../support/history-cast.ts';
import { testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, LOGIN, PASSWORD } from '../support/identity-world.ts';
import { contentOf, description, documentIdOf } from '../support/questions.ts';

/*
 * The erasure of one person, cut off before and after each of its steps and then done again, on a process that knows
 * nothing of the first try. In between, another node has everything in memory.
 *
 * Mutants that these tests kill: the key destroyed before the contents are removed, or the account closed before its login
 * is released; a step left out; a step that does not bear repetition; a second `Erased`; the deadline let go before the
 * key is destroyed; a state served from memory afterwards; somebody else’s espace that still names them, or a place that stays taken; a message to somebody who died, or under another id each time;
 * a login or an INS released that is somebody else's by now; the erasure of what was reopened; a state kept in memory that
 * nobody can write to any more; a ticket that comes after the tickets were forgotten, or what another node has of them in memory.
 */

const DAY_MS = 86_400_000;
const FILE = 'Adénome tubuleux en dysplasie de bas grade';
const { contentId } = contentOf(1);

const createWorld = async () => {
  const keys = createMemoryKeyVault();
  const store = sealing(createMemoryEventStore(), keys, (stream, { owner }) =>
    /^(?:ins|login|challenge)-/.test(stream) ? String(owner) : stream.slice(stream.indexOf('-') + 1),
  );
  const world = createIdentityWorld({ store });
  const { clock, deps } = world;
  const contents = createMemoryContentStore({ keys, now: clock.now });
  const projections = openProjections(':memory:');
  const sent: Message[] = [];
  const forgotten: string[] = [];
  const records = createRecords({ store, clock });

  const person = testPerson();
  await world.import(deps, person);
  const verified = await verifyIdentity(
    deps,
    {
      nir: person.ins.value,
      code: await world.codeSent('InvitationIssued'),
      vitaleSerial: String(person.vitaleSerials[0]),
      birthDate: null,
    },
    aRequest(),
  );
  if (!verified.ok) throw new Error(verified.refusal);
  const enrolling = await authenticateEnrolment(deps, verified.enrolmentToken);
  if (!enrolling.ok) throw new Error(enrolling.refusal);
  const asked = {
    login: LOGIN,
    password: PASSWORD,
    termsVersion: '1',
    privacyVersion: '1',
    accompaniment: 'ALONE',
  } as const;
  const activated = await activate(deps, enrolling, asked, aRequest());
  if (!activated.ok) throw new Error(activated.refusal);
  const { personId } = activated;

  const signIn = async () => {
    const started = await startSignIn(
      deps,
      { login: LOGIN, password: PASSWORD, channel: 'SMS', device: null },
      aRequest(),
    );
    if (!started.ok) return started;
    const code = await world.codeSent('SignInChallenged');
    return completeSignIn(deps, { challengeId: started.challengeId, code }, aRequest());
  };

  const bytes = (async function* () {
    yield Buffer.from(FILE);
  })();
  await contents.put(contentId, personId, bytes, 1_000);
  const change = (command: object) =>
    records.change(personId, requestNamed(JSON.stringify([command, clock.now()])), at => ({
      module: 'espace',
      command: { at, ...command } as never,
    }));
  await records.change(personId, requestNamed('deposit'), at => ({
    module: 'document',
    command: {
      type: 'deposit',
      at,
      by: HOLDER.actor,
      documentId: documentIdOf(1),
      description: description(),
      content: contentOf(1),
      visibility: {},
    },
  }));

  // They help somebody, and are asked to help somebody else.
  const { attachments } = deps;
  const by = { kind: 'carer', id: personId, name: 'Dominique' } as const;
  const helping = async (espace: PersonId, delegationId: string, accepts: boolean) => {
    const write = (name: string, command: object, module = 'delegation') =>
      records.change(
        espace,
        requestNamed(`${name} ${espace}`),
        at => ({ module, command: { at, by, delegationId, ...command } }) as never,
      );
    const ins = { value: '253072B07300470', oid: '1.2.250.1.213.1.4.10' };
    const identity = { ins, birthName: 'AIDEE', firstNames: 'Anne', birthDate: '1940-01-01', sex: 'F' };
    await write('create', { type: 'create', identity }, 'espace');
    const accepted = { termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE' };
    await write('activate', { type: 'activate', ...accepted }, 'espace');
    const invited = { relation: 'CARER', delegate: personId, ins: 'hash', isHolder: false, name: 'Dominique' };
    await write('invite', { type: 'invite', ...invited });
    const attaching = { delegationId, espace, relation: 'CARER' } as const;
    await attachments[accepts ? 'reserve' : 'offer'](personId, attaching, requestNamed(`attach ${espace}`));
    if (accepts) await write('accept', { type: 'accept', name: 'Dominique' });
  };
  await helping(HELPED[0], 'de1e0000-0000-4000-8000-000000000001', true);
  await helping(HELPED[1], 'de1e0000-0000-4000-8000-000000000002', false);

  /** A process of its own over the same stores; `around` is where a test cuts it off. */
  const node = (around: <T>(name: string, work: () => Promise<T>) => Promise<T> = (_, work) => work()) => {
    const streams = world.restart().streams;
    const own = createRecords({ store, clock });
    const cut = <S extends { handle: (...args: never[]) => unknown }>(name: string, stream: S): S => ({
      ...stream,
      handle: (...args: never[]) => around(name, async () => stream.handle(...args)),
    });
    const acting = createAttachments({ store, clock, records: own });
    const erasing: EraseDeps = {
      records: own,
      attachments: {
        of: acting.of,
        release: (...args) => around('others left', () => acting.release(...args)),
      },
      store,
      streams: {
        enrolments: cut('person forgotten', streams.enrolments),
        accounts: cut('account closed', streams.accounts),
        ins: cut('INS released', streams.ins),
        logins: cut('login released', streams.logins),
      },
      hash: deps.hash,
      tickets: cut('tickets forgotten', createTickets({ store, clock })),
      contents: { ...contents, remove: id => around('content removed', () => contents.remove(id)) },
      keys: { ...keys, destroy: id => around('key destroyed', () => keys.destroy(id)) },
      deadlines: { forget: id => around('deadlines forgotten', () => projections.deadlines.forget(id)) },
      messenger: { send: message => around('told', async () => void sent.push(message)) },
      forgetMessages: addresses => forgotten.push(...addresses),
    };
    const failures: string[] = [];
    const keeper = createDeadlineKeeper({
      store,
      deadlines: {
        ...projections.deadlines,
        finish: deadline => around('finished', () => projections.deadlines.finish(deadline)),
      },
      rules: [lifeDeadlines({ records: own, erase: createErasure(erasing) })],
      clock,
      onFailure: (_, error) => failures.push((error as Error).message),
    });
    return { keeper, failures, records: own, streams };
  };

  /** Reads the deadlines from the log. */
  const settle = async () => {
    const { keeper } = node();
    const stop = new AbortController();
    const running = keeper.reactor.run(stop.signal);
    await keeper.reactor.settled();
    stop.abort();
    await running;
  };

  return {
    ...world,
    store,
    keys,
    contents,
    projections,
    records,
    person,
    personId,
    sent,
    forgotten,
    signIn,
    change,
    node,
    settle,
  };
};
/** Two people whom the person helps, or is asked to help. */
const HELPED = ['ba1d0000-0000-4000-8000-000000000001', 'ba1d0000-0000-4000-8000-000000000002'] as const;

type World = Awaited<ReturnType<typeof createWorld>>;

const closedToErase = async (): Promise<World> => {
  const world = await createWorld();
  await world.change({ type: 'close', erase: true });
  await world.settle();
  world.wait(85 * DAY_MS);
  return world;
};

/** Everything that could tell of the person, on every node. */
const tracesOf = async (world: World, personId: PersonId = world.personId) => {
  const { store, keys, contents, projections, deps, person } = world;
  const streams = [`espace-${personId}`, `account-${personId}`, `enrolment-${personId}`] as const;
  const events = (await Promise.all(streams.map(stream => store.readStream(stream)))).flat();
  const known = async ({ streams: own, records }: Pick<ReturnType<World['node']>, 'streams' | 'records'>) => ({
    status: (await records.load(personId)).state.espace.status,
    login: (await own.logins.load(loginSubject(deps.hash, LOGIN))).state.owner,
    ins: (await own.ins.load(insSubject(deps.hash, person.ins.value))).state.owner,
    account: (await own.accounts.load(personId)).state.credentials?.login ?? null,
    person: (await own.enrolments.load(personId)).state.person?.birthName ?? null,
  });
  const listed: string[] = [];
  for await (const { id } of contents.list()) listed.push(id);
  return {
    readable: events.filter(({ erased }) => !erased).length,
    erasures: events.filter(({ type }) => type === 'Erased').length,
    key: (await keys.openingKey(personId)) !== null,
    contents: listed,
    helps: (await deps.attachments.of(personId)).length,
    helpedBy: await Promise.all(
      HELPED.map(async espace =>
        (await world.node().records.load(espace)).state.delegations.live.map(({ delegate }) => delegate),
      ),
    ),
    deadlines: (await projections.deadlines.due('2999-01-01T00:00:00.000Z', 10)).length,
    /** With everything in memory from before, and with nothing. */
    warm: await known({ streams: deps.streams, records: world.records }),
    cold: await known(world.node()),
  };
};
const NOBODY = { status: 'erased', login: null, ins: null, account: null, person: null };
const GONE = {
  readable: 0,
  erasures: 1,
  key: false,
  contents: [],
  helps: 0,
  helpedBy: [[], []],
  deadlines: 0,
  warm: NOBODY,
  cold: NOBODY,
};

const STEPS = [
  'content removed',
  'told',
  'tickets forgotten',
  'others left',
  'login released',
  'account closed',
  'INS released',
  'person forgotten',
  'key destroyed',
  'deadlines forgotten',
  'finished',
];

describe('an erasure', () => {
  it('leaves nothing of a person, and takes its steps in this order', async () => {
    const world = await closedToErase();
    const before = await tracesOf(world);
    expect(before).toMatchObject({ erasures: 0, key: true, contents: [contentId], warm: { login: world.personId } });
    expect(before).toMatchObject({ helps: 2, helpedBy: [[world.personId], [world.personId]] });
    expect(before.readable).toBeGreaterThan(5);
    const taken: string[] = [];
    const { keeper } = world.node((name, work) => {
      taken.push(name);
      return work();
    });
    expect(await keeper.carryOut()).toBe(1);
    expect([...new Set(taken)]).toEqual(STEPS);
    expect(await tracesOf(world)).toEqual(GONE);
    expect(world.sent.map(({ kind, to }) => [kind, to])).toEqual([['erasure', world.person.contacts.email]]);
    expect(new Set(world.forgotten)).toEqual(new Set(Object.values(world.person.contacts).filter(Boolean)));
  });

  it('lets go of what was written to an address that they no longer had, or never got', async () => {
    const world = await createWorld();
    const { deps, personId, person } = world;
    const corrected = { codeId: 'correction', channel: 'EMAIL', value: 'neuf@exemple.fr' } as const;
    expect((await applyCorrection(deps, personId, corrected, requestNamed('correct'))).ok).toBe(true);
    const changes = { SMS: { value: '+33699000999', codeId: 'asked' } };
    await deps.streams.accounts.handle(personId, requestNamed('ask'), (state, at) =>
      decided(decideAccount(state, { type: 'change-contacts', at, changes })),
    );
    await world.change({ type: 'close', erase: true });
    await world.settle();
    world.wait(85 * DAY_MS);
    await world.node().keeper.carryOut();
    const all = [...Object.values(person.contacts), corrected.value, changes.SMS.value];
    expect(new Set(world.forgotten)).toEqual(new Set(all.filter(Boolean)));
    expect(world.sent.map(({ to }) => to)).toEqual([corrected.value]);
  });

  describe.each(STEPS)('cut off as it comes to: %s', name => {
    it.each(['before', 'after'] as const)('%s it was done, is finished by the next run', async when => {
      const world = await closedToErase();
      const dying = world.node(async (step, work) => {
        if (step !== name) return work();
        if (when === 'after') await work();
        throw new Error('died');
      });
      expect(await dying.keeper.carryOut()).toBe(0);
      expect(dying.failures).toEqual(['died']);
      const { keeper, failures } = world.node();
      await keeper.carryOut();
      expect(failures).toEqual([]);
      expect(await tracesOf(world)).toEqual(GONE);
      expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1);
    });
  });

  it('takes tickets with their attachments from the memory of every node, and no ticket that comes late', async () => {
    const world = await closedToErase();
    const { store, clock, personId, contents } = world;
    const open = (ticketId: string): Said => ({
      type: 'open',
      kind: 'QUESTION',
      subject: 'Une question',
      messageId: `message ${ticketId}`,
      message: 'Un secret',
      about: { entry: null, document: null, service: null },
      attachmentsShared: false,
    });
    const attach: Said = { type: 'attach', attachmentId: 'attachment', content: contentOf(2) };
    const records = { note: async () => {} };
    const by = { kind: 'holder', id: personId } as const;
    const ask = (tickets: Tickets, name: string, ticketId: string, said: Said) =>
      changeTicket({ tickets, records }, { person: personId, by }, ticketId, requestNamed(name), said, 'TICKET_OPENED');
    const [one, other] = [createTickets({ store, clock }), createTickets({ store, clock })];
    expect((await ask(one, 'open', 'in time', open('in time'))).ok).toBe(true);
    const bytes = (async function* () {
      yield Buffer.from(FILE);
    })();
    await contents.put(contentOf(2).contentId, personId, bytes, 1_000);
    await ask(one, 'attach', 'in time', attach);
    expect((await other.load(personId)).state.byId.size).toBe(1);
    const queue = world.projections.tickets;
    const following = createTicketQueueKeeper({ store, tickets: other, queue, onFailure: () => {} });
    const stop = new AbortController();
    const running = following.run(stop.signal);
    await following.settled();
    expect(await queue.find('in time')).toMatchObject({ person: personId });

    const late: unknown[] = [];
    const erasing = world.node(async (step, work) => {
      if (step === 'account closed') late.push(await ask(one, `late ${late.length}`, 'late', open('late')));
      return work();
    });
    await erasing.keeper.carryOut();
    await following.settled();
    stop.abort();
    await running;
    expect(late).toEqual([{ ok: false, refusal: 'ticket-unknown' }]);
    expect(await tracesOf(world)).toEqual(GONE);
    expect([await queue.find('in time'), await queue.find('late')]).toEqual([null, null]);
    // Of what is in memory only: nothing of the stream is read.
    vi.spyOn(store, 'readStream').mockResolvedValue([]);
    for (const tickets of [one, other]) expect((await tickets.load(personId)).state).toEqual(forgottenTickets);
  });

  it('is done once by two nodes at once', async () => {
    const world = await closedToErase();
    const [one, other] = [world.node(), world.node()];
    await Promise.all([one.keeper.carryOut(), other.keeper.carryOut()]);
    await world.node().keeper.carryOut();
    expect(await tracesOf(world)).toEqual(GONE);
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1);
  });

  it('ends every session at once, and the login is nobody’s', async () => {
    const world = await closedToErase();
    const tokens = await world.signIn();
    if (!tokens.ok) throw new Error(tokens.refusal);
    expect(await authenticate(world.deps, tokens.accessToken)).toMatchObject({ ok: true });
    await world.node().keeper.carryOut();
    expect(await authenticate(world.deps, tokens.accessToken)).toEqual({ ok: false, refusal: 'session-closed' });
    world.worked.length = 0;
    expect(await world.signIn()).toEqual({ ok: false, refusal: 'credentials-wrong' });
    // The same work as for a login that nobody ever had.
    expect(world.worked).toEqual(['verify for nobody']);
  });

  it('lets the person be enrolled anew, as somebody else and uninvited', async () => {
    const world = await closedToErase();
    await world.node().keeper.carryOut();
    const report = await world.import(world.deps, world.person);
    expect(report).toMatchObject({ imported: 1, invited: 0, refused: 0 });
    const { owner } = (await world.deps.streams.ins.load(insSubject(world.deps.hash, world.person.ins.value))).state;
    expect(owner).not.toBeNull();
    expect(owner).not.toBe(world.personId);
    // A run that comes late takes nothing from them.
    await createErasureAgain(world);
    const { state } = await world.node().streams.ins.load(insSubject(world.deps.hash, world.person.ins.value));
    expect(state.owner).toBe(owner);
  });

  it('of somebody who died is told to nobody', async () => {
    const world = await createWorld();
    await world.change({ type: 'report-death', by: FUND, diedOn: '2026-11-19' });
    await world.settle();
    world.wait(3_700 * DAY_MS);
    await world.node().keeper.carryOut();
    expect(await tracesOf(world)).toEqual(GONE);
    expect(world.sent).toEqual([]);
  });

  it('does not wait for a message that will never be taken, and waits for one that may', async () => {
    const world = await closedToErase();
    const failing = (error: Error) =>
      world.node(async (step, work) => (step === 'told' ? Promise.reject(error) : work()));
    expect(await failing(new Error('out of reach')).keeper.carryOut()).toBe(0);
    expect((await tracesOf(world)).key).toBe(true);
    expect(await failing(new MessageRefusedError()).keeper.carryOut()).toBe(1);
    expect(await tracesOf(world)).toEqual(GONE);
  });

  it('does nothing to a person who is not to be erased', async () => {
    const world = await createWorld();
    await world.change({ type: 'close', erase: true });
    await world.settle();
    await world.change({ type: 'reopen' });
    world.wait(85 * DAY_MS);
    const remove = vi.spyOn(world.contents, 'remove');
    await world.node().keeper.carryOut();
    expect(remove).not.toHaveBeenCalled();
    expect(await tracesOf(world)).toMatchObject({ erasures: 0, key: true, contents: [contentId] });
  });

  it('leaves a history that replays, and says what cannot be taken again', async () => {
    const world = await closedToErase();
    await world.records.ask(
      world.personId,
      requestNamed('look'),
      { actor: FUND, purpose: 'TREAT', reason: null, software: 'tests', onBehalfOf: null },
      { action: 'list-documents' },
    );
    await world.node().keeper.carryOut();
    const deps = { store: world.store, records: world.records, random: world.deps.random };
    const audited = await auditReplay(deps, world.personId, 'essai', null);
    expect(audited).toMatchObject({ checked: 0, differing: 0 });
    expect(audited?.text).toContain(
      'Decisions that cannot be taken again, since the key that opened them is destroyed: 1.',
    );
    expect(audited?.text.match(/\(erased\)/g)).toHaveLength(
      (await world.store.readStream(`espace-${world.personId}`)).length,
    );
    expect(audited?.text).not.toContain('fund');
  });

  it('of which nothing was written, a key destroyed elsewhere, is noticed by who would write', async () => {
    const world = await createWorld();
    await world.keys.destroy(world.personId);
    const asker = { actor: FUND, purpose: 'TREAT', reason: null, software: 'tests', onBehalfOf: null } as const;
    const ask = () => world.records.ask(world.personId, requestNamed('look'), asker, { action: 'list-documents' });
    expect(await ask()).toEqual({ outcome: 'espace-unknown' });
    expect((await world.records.load(world.personId)).state.espace.status).toBe('erased');
  });

  it('of an espace whose key is not yet destroyed shows an auditor no more than afterwards', async () => {
    const world = await closedToErase();
    await world
      .node(async (step, work) => (step === 'told' ? Promise.reject(new Error('died')) : work()))
      .keeper.carryOut();
    const deps = { store: world.store, records: world.records, random: world.deps.random };
    const audited = await auditReplay(deps, world.personId, 'essai', null);
    expect(audited?.text).not.toContain('holder');
  });
});

const createErasureAgain = async (world: World): Promise<void> => {
  await world.projections.deadlines.apply(
    { set: [{ kind: 'erase-espace', espace: world.personId, subject: '', dueAt: world.clock.now() }], cancel: [] },
    '',
  );
  expect(await world.node().keeper.carryOut()).toBe(1);
};
