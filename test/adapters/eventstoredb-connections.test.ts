/**
 * How the EventStoreDB adapter connects: what it takes and refuses of a connection string, TLS and passwords, clusters.
 *
 * Mutants that these tests caught: credentials taken without TLS; a wish not to verify certificates ignored; unknown options
 * ignored; names and passwords not decoded; the authority's file ignored; an append, a read or a subscription that any
 * node answers; no time-out of our own around the search for a cluster; the client's error handler left to itself.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConnectionStringError, parseConnectionString } from '../../src/adapters/eventstoredb/connection-string.ts';
import { createEventStoreDbStore } from '../../src/adapters/eventstoredb/eventstoredb-event-store.ts';
import { EventStoreRefusedError, EventStoreUnreachableError } from '../../src/adapters/eventstoredb/failures.ts';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, idsOf, samples } from '../contracts/event-store/samples.ts';
import { type Double, startDouble } from '../support/eventstoredb/double.ts';
import { inTurn, type ReadFault } from '../support/eventstoredb/faults.ts';
import { doubleForTest, IMPATIENT } from '../support/eventstoredb/impatient.ts';
import { selfSigned } from '../support/eventstoredb/self-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASSWORD = 'cháng%40eit';

describe('a connection string', () => {
  it.each([
    ['esdb://localhost', { hosts: [{ address: 'localhost', port: 2113 }], isCluster: false, tls: true }],
    ['esdb://db.example:2114/?tls=false', { hosts: [{ address: 'db.example', port: 2114 }], tls: false }],
    ['esdb://a,b:2114,c:2115', { isCluster: true, isDnsName: false }],
    ['esdb+discover://cluster.example', { isCluster: true, isDnsName: true }],
    ['esdb://me:p%40ss%3Aword@a', { credentials: { username: 'me', password: 'p@ss:word' } }],
    ['esdb://a?tls=true&tlsCAFile=%2Fetc%2Fca.pem', { tls: true, tlsCaFile: '/etc/ca.pem' }],
    ['esdb://a?userCertFile=c.pem&user-key-file=k.pem', { userCertFile: 'c.pem', userKeyFile: 'k.pem' }],
    ['esdb://a?tls=false&tlsVerifyCert=false', { tls: false }],
    ['esdb://a?nodePreference=follower&defaultDeadline=1&throwOnAppendFailure=false', { options: {} }],
    [
      'esdb://a,b?maxDiscoverAttempts=3&discoveryInterval=50&gossipTimeout=2&connectionName=api',
      { options: { maxDiscoverAttempts: 3, discoveryInterval: 50, gossipTimeout: 2, connectionName: 'api' } },
    ],
    [
      'esdb://a?keepAliveInterval=-1&keepAliveTimeout=20000',
      { options: { keepAliveInterval: -1, keepAliveTimeout: 20000 } },
    ],
  ])('is understood: %s', (text, meaning) => {
    expect(parseConnectionString(text)).toMatchObject(meaning);
  });

  it.each([
    ['esdb://me:secret@a?tls=false', 'without TLS'],
    ['esdb://me:secret@a?tlsVerifyCert=false', 'tlsCAFile'],
    ['esdb://me:secret@a?tlsInsecure=true', 'an option that the client does not know'],
    ['esdb://me:secret@a?userCertFile=c.pem', 'belong together'],
    ['esdb://me:secret:part@a', 'percent-encoded'],
    ['esdb://me@a', 'name:password'],
    ['esdb://me:secret%@a', 'percent sign'],
    ['esdb+discover://me:secret@a,b', 'one name'],
    ['kurrentdb://me:secret@a', 'esdb://host:port'],
    ['http://me:secret@a', 'esdb://host:port'],
    ['esdb://', 'esdb://host:port'],
    ['', 'esdb://host:port'],
    ['esdb://a:port', 'name:port'],
    ['esdb://a:0', 'name:port'],
    ['esdb://a:1:2', 'name:port'],
    ['esdb://a?tls', 'name=value'],
    ['esdb://a?tls=no', 'true or false'],
    ['esdb://a?gossipTimeout=soon', 'whole number'],
  ])('is refused, without a word of it: %s', (text, reason) => {
    const print = vi.spyOn(console, 'warn');
    onTestFinished(() => print.mockRestore());
    const error = (() => {
      try {
        createEventStoreDbStore({ connectionString: text });
        return null;
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error).toBeInstanceOf(ConnectionStringError);
    expect(error?.message).toContain(reason);
    expect(error?.message).not.toContain('secret');
    expect(print).not.toHaveBeenCalled();
  });
});

describe('TLS', () => {
  const secured = async () => {
    const folder = await temporaryFolder();
    onTestFinished(folder.remove);
    const certificate = selfSigned();
    const caFile = join(folder.path, 'ca.pem');
    await writeFile(caFile, certificate.certificate);
    const { double, open } = await doubleForTest({ certificate, users: { admin: decodeURIComponent(PASSWORD) } });
    const { port } = double.endpoint;
    // By name: a certificate's server name cannot be an address.
    const at = (user: string, options: string) =>
      open({ readPatienceMs: 300 }, { connectionString: `esdb://${user}localhost:${port}?${options}` });
    return { double, at, tlsCaFile: `tlsCAFile=${encodeURIComponent(caFile)}` };
  };

  it('carries name and password, for appends, reads and subscriptions', async () => {
    const { at, tlsCaFile } = await secured();
    const store = at(`admin:${encodeURIComponent(decodeURIComponent(PASSWORD))}@`, tlsCaFile);
    const stream = freshStream();
    const events = samples(2);
    expect(await store.appendToStream(stream, 0, events)).toEqual({ ok: true, version: 2 });
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
    expect(idsOf(await follow(store).history())).toEqual(idsOf(events));
  });

  it.each(['', 'admin:wrong@'])('lets nobody in with %j', async user => {
    const { at, tlsCaFile } = await secured();
    const store = at(user, tlsCaFile);
    await expect(store.appendToStream(freshStream(), 0, samples(1))).rejects.toThrow(EventStoreRefusedError);
    await expect(store.readStream(freshStream())).rejects.toThrow(EventStoreRefusedError);
  });

  it('is not made with a server that nobody vouches for', async () => {
    const { at } = await secured();
    await expect(at('', 'tls=true').readStream(freshStream())).rejects.toThrow(EventStoreUnreachableError);
  });
});

describe('a cluster', () => {
  /** Nodes over one log; the first of them leads. */
  const cluster = async (count: number) => {
    const first = await startDouble();
    const nodes = [first];
    while (nodes.length < count) nodes.push(await startDouble({ log: first.log }));
    const alive = new Set(nodes);
    let leader: Double = first;
    const lead = (next: Double) => {
      leader = next;
      for (const node of nodes) node.node.leader = node === next ? null : next.endpoint;
    };
    const members = () =>
      nodes.map(node => ({ endpoint: node.endpoint, isLeader: node === leader, isAlive: alive.has(node) }));
    for (const node of nodes) node.setMembers(members);
    lead(first);
    const hosts = nodes.map(({ endpoint }) => `${endpoint.address}:${endpoint.port}`);
    const connectionString = `esdb://${hosts.join(',')}?tls=false&maxDiscoverAttempts=2&discoveryInterval=20`;
    const stores: { close(): Promise<void> }[] = [];
    onTestFinished(async () => {
      await Promise.all(stores.map(store => store.close()));
      await Promise.all(nodes.map(node => node.stop()));
    });
    const open = (text = connectionString) => {
      const store = createEventStoreDbStore({ connectionString: text, limits: IMPATIENT });
      stores.push(store);
      return store;
    };
    return {
      nodes,
      hosts,
      lead,
      open,
      async kill(node: Double) {
        alive.delete(node);
        await node.halt();
      },
      async revive(node: Double) {
        alive.add(node);
        await node.resume();
      },
    };
  };

  it('is asked through its leader, whichever node that is', async () => {
    const { nodes, lead, open } = await cluster(3);
    const store = open();
    const stream = freshStream();
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    for (const [version, node] of [...nodes, ...nodes].entries()) {
      lead(node);
      const [event] = samples(1);
      expect(await store.appendToStream(stream, version, event ? [event] : [])).toEqual({
        ok: true,
        version: version + 1,
      });
      expect(await store.readStream(stream)).toHaveLength(version + 1);
      expect((await following.nextEvent()).id).toBe(event?.id);
    }
    for (const node of nodes) expect(node.calls('append')).toBeGreaterThanOrEqual(2);
  });

  it('is read from its leader, and followed there, by whatever node one came', async () => {
    const { nodes, hosts, open } = await cluster(2);
    const [leader, other] = nodes as [Double, Double];
    const stream = freshStream();
    await open().appendToStream(stream, 0, samples(2));
    const before = { read: leader.calls('read'), subscribe: leader.calls('subscribe') };
    const strayed = () => open(`esdb://${hosts[1]}?tls=false`);
    expect(await strayed().readStream(stream)).toHaveLength(2);
    expect(await strayed().readStreamBackwards(stream, { limit: 1 })).toHaveLength(1);
    const following = follow(strayed(), { types: ['Noted'] });
    expect(await following.history()).toHaveLength(2);
    expect(leader.calls('read') - before.read).toBeGreaterThanOrEqual(2);
    expect(leader.calls('subscribe') - before.subscribe).toBe(1);
    expect([other.calls('read'), other.calls('subscribe')]).toEqual([2, 1]);
  });

  it('is not waited for longer than the limits say, where it lets nobody know anything', async () => {
    const { nodes, hosts } = await cluster(1);
    const [node] = nodes as [Double];
    node.wire.freeze();
    const store = createEventStoreDbStore({
      connectionString: `esdb://${hosts[0]},${hosts[0]}?tls=false&gossipTimeout=1&maxDiscoverAttempts=1`,
      limits: { ...IMPATIENT, appendPatienceMs: 300, readPatienceMs: 300 },
    });
    const following = follow(store);
    const startedMs = performance.now();
    await Promise.all([
      expect(store.appendToStream(freshStream(), 0, samples(1))).rejects.toThrow(EventStoreUnreachableError),
      expect(store.readStream(freshStream())).rejects.toThrow(EventStoreUnreachableError),
    ]);
    await following.stop();
    expect(performance.now() - startedMs).toBeLessThan(1_800);
    // The search itself ends later, and nobody is there to hear of it.
    await new Promise(resolve => setTimeout(resolve, 2_500));
    node.wire.thaw();
    expect(node.calls('append')).toBe(0);
    await store.close();
  });

  it('survives that a call fails while the next connection cannot be made', async () => {
    const { nodes, hosts, open } = await cluster(1);
    const [node] = nodes as [Double];
    const text = `esdb://${hosts[0]},${hosts[0]}?tls=false&maxDiscoverAttempts=4&discoveryInterval=50`;
    const [store, other] = [open(text), open(text)];
    node.faults.subscribe = inTurn<ReadFault>({ shows: 'too-busy', afterEvents: 1 });
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    await other.readStream(freshStream());
    node.setMembers(() => []);
    node.faults.append = inTurn({ shows: 'too-busy' });
    // It loses its connection and looks for the cluster in vain; the subscription is on the old one still.
    const appending = store.appendToStream(freshStream(), 0, samples(1, 'Other'));
    await new Promise(resolve => setTimeout(resolve, 100));
    const [first, second] = samples(2);
    for (const [version, event] of [first, second].entries())
      await other.appendToStream('espace-busy', version, event ? [event] : []);
    await new Promise(resolve => setTimeout(resolve, 300));
    node.setMembers(() => [{ endpoint: node.endpoint, isLeader: true, isAlive: true }]);
    expect(await appending).toEqual({ ok: true, version: 1 });
    expect(idsOf(await following.nextEvents(2))).toEqual([first?.id, second?.id]);
  });

  it('is found by one name, too', async () => {
    const { hosts, nodes, lead, open } = await cluster(2);
    lead(nodes[1] as Double);
    const store = open(`esdb+discover://${hosts[0]}?tls=false`);
    expect(await store.appendToStream(freshStream(), 0, samples(1))).toEqual({ ok: true, version: 1 });
    expect(nodes[0]?.calls('append')).toBe(0);
  });

  it('goes on when the leader dies, with every append once', async () => {
    const { nodes, lead, kill, open } = await cluster(3);
    const store = open();
    const stream = freshStream();
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    const [first, second] = nodes as [Double, Double];
    const events = samples(60);
    for (const [version, event] of events.entries()) {
      if (version === 20) {
        first.faults.append = () => {
          void kill(first).then(() => lead(second));
          return { shows: 'drop', write: 'written' };
        };
      }
      expect(await store.appendToStream(stream, version, [event])).toEqual({ ok: true, version: version + 1 });
    }
    expect(idsOf(await following.nextEvents(60))).toEqual(idsOf(events));
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
  });

  it('is found again after all of its nodes were away, by every caller and the subscriptions', async () => {
    const { nodes, kill, revive, open } = await cluster(2);
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(1));
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    await Promise.all(nodes.map(kill));
    const calls = Array.from({ length: 20 }, () => [
      store.appendToStream(freshStream(), 0, samples(1, 'Other')),
      store.readStream(stream),
    ]).flat();
    await new Promise(resolve => setTimeout(resolve, 1_000));
    await Promise.all(nodes.map(revive));
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter(outcome => 'ok' in outcome)).toEqual(Array(20).fill({ ok: true, version: 1 }));
    const live = samples(1);
    expect(await store.appendToStream(stream, 1, live)).toEqual({ ok: true, version: 2 });
    expect((await following.nextEvent()).id).toBe(live[0]?.id);
  });
});
