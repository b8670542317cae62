import { describe, expect, it } from 'vitest';
import { espacesOf } from '../../src/application/delegation/attached.ts';
import { standingOf } from '../../src/application/delegation/delegates.ts';
import {
  type DeclaredMeasure,
  declareGuardianship,
  endGuardianship,
} from '../../src/application/delegation/guardianship.ts';
import { findPerson } from '../../src/application/enrolment/persons.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import { plusDays } from '../../src/domain/shared/time.ts';
import { testNir, testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, type IdentityWorld } from '../support/identity-world.ts';

/*
 * Tutelle and curatelle, as the fund declares them.
 *
 * Mutants that these tests kill: a curator let in; a guardian let in before the measure begins, or after it ends without
 * any deadline having been carried out; a guardian known by number alone; a guardian who is a minor,
 * dead or protected; a curatelle of a minor; a measure recorded
 * without the trace of who recorded it; a guardian's place kept when the measure was refused; a measure that the guardian,
 * the person or the help desk can end.
 */

const FUND = { kind: 'fund', id: 'agent-7', name: 'Agent des essais' } as const;
const GUARDIAN = testPerson({ ins: { value: testNir(2), oid: '1.2.250.1.213.1.4.10' }, firstNames: 'Camille Anne' });
const CHILD = testPerson({ ins: { value: testNir(3), oid: '1.2.250.1.213.1.4.10' }, birthDate: '2015-02-03' });

const world = async () => {
  const world = createIdentityWorld();
  await world.import(world.deps, testPerson(), GUARDIAN, CHILD);
  const idOf = async (ins: string): Promise<string> => (await findPerson(world.deps, ins)) ?? '';
  return { world, ward: await idOf(testNir(1)), guardian: await idOf(testNir(2)), child: await idOf(testNir(3)) };
};

const measureAt = (world: IdentityWorld, changes: Partial<DeclaredMeasure> = {}): DeclaredMeasure => ({
  measure: 'TUTELLE',
  ins: testNir(2),
  firstName: 'camille',
  birthName: 'PAT TROIS',
  birthDate: GUARDIAN.birthDate,
  judgment: 'TJ Reims, 2026/0412',
  from: world.clock.now(),
  until: plusDays(world.clock.now(), 10),
  ...changes,
});

const DAY_MS = 86_400_000;

describe('a guardian', () => {
  it('acts for the person from the beginning of the measure to its end, whatever the deadlines', async () => {
    const { world: w, ward, guardian } = await world();
    const measure = measureAt(w, { from: plusDays(w.clock.now(), 2) });
    const declared = await declareGuardianship(w.deps, FUND, ward, measure, aRequest());
    expect(declared.outcome).toBe('declared');
    const standing = () => standingOf(w.deps, guardian, ward);
    expect(await standing()).toBeNull();
    w.wait(2 * DAY_MS);
    expect(await standing()).toEqual({ kind: 'representative', id: guardian, name: 'Camille Pat-Trois' });
    const [, attached] = await espacesOf(w.deps, guardian);
    expect([attached?.relation, attached?.rights.includes('read-journal')]).toEqual(['GUARDIAN', true]);
    w.wait(8 * DAY_MS);
    expect(await standing()).toBeNull();
    expect(await espacesOf(w.deps, guardian)).toHaveLength(1);
  });

  it('is in the journal with who recorded it, why and on what ground', async () => {
    const { world: w, ward } = await world();
    await declareGuardianship(w.deps, FUND, ward, measureAt(w), aRequest());
    const events = (await w.store.readStream(`espace-${ward}`)) as unknown as readonly RecordEvent[];
    const [trace, , declared] = events.slice(-3);
    expect(trace?.type === 'AccessedBy' && [trace.data.actor, trace.data.rule, trace.data.onBehalfOf]).toEqual([
      FUND,
      'fund-declares-guardianship',
      ward,
    ]);
    expect(declared?.type === 'GuardianshipDeclared' && declared.data.judgment).toBe('TJ Reims, 2026/0412');
  });

  it('is the person named, with their number and traits', async () => {
    const { world: w, ward } = await world();
    for (const wrong of [
      { birthDate: '1950-01-01' },
      { birthName: 'AUTRE' },
      { ins: testNir(9) },
      { ins: testNir(1) },
    ]) {
      const declared = await declareGuardianship(w.deps, FUND, ward, measureAt(w, wrong), aRequest());
      expect(declared).toEqual({ outcome: 'not-possible', refusal: 'guardian-unknown' });
    }
  });

  it('is nobody who is a minor, dead or protected themself', async () => {
    const { world: w, ward, guardian, child } = await world();
    const refused = { outcome: 'not-possible', refusal: 'guardian-not-able' };
    const minor = { ins: testNir(3), firstName: 'Dominique', birthDate: CHILD.birthDate };
    expect(await declareGuardianship(w.deps, FUND, ward, measureAt(w, minor), aRequest())).toEqual(refused);
    const wardAsGuardian = { ins: testNir(1), firstName: 'Dominique', birthDate: testPerson().birthDate };
    await declareGuardianship(w.deps, FUND, ward, measureAt(w), aRequest());
    expect(await declareGuardianship(w.deps, FUND, child, measureAt(w, wardAsGuardian), aRequest())).toEqual(refused);
    await w.deps.records.change(guardian, aRequest(), at => ({
      module: 'espace',
      command: { type: 'report-death', at, by: FUND, diedOn: at.slice(0, 10) },
    }));
    expect(await declareGuardianship(w.deps, FUND, child, measureAt(w), aRequest())).toEqual(refused);
  });

  it('was perhaps their carer, and is so no more', async () => {
    const { world: w, ward, guardian } = await world();
    const carer = { delegationId: 'de1e9a7e-0000-4000-8000-000000000001', espace: ward, relation: 'CARER' } as const;
    await w.deps.attachments.reserve(guardian, carer, aRequest());
    await declareGuardianship(w.deps, FUND, ward, measureAt(w), aRequest());
    expect((await w.deps.attachments.of(guardian)).map(({ relation }) => relation)).toEqual(['GUARDIAN']);
  });

  it('has no place kept where the measure is refused', async () => {
    const { world: w, ward, guardian, child } = await world();
    const refusals = [
      await declareGuardianship(w.deps, FUND, child, measureAt(w, { measure: 'CURATELLE' }), aRequest()),
      await declareGuardianship(w.deps, FUND, ward, measureAt(w, { until: w.clock.now() }), aRequest()),
      await declareGuardianship(w.deps, { ...FUND, kind: 'support' }, ward, measureAt(w), aRequest()),
    ];
    expect(refusals.map(one => ('refusal' in one ? one.refusal : one.outcome))).toEqual([
      'person-not-of-age',
      'guardianship-end-in-the-past',
      'denied',
    ]);
    expect(await w.deps.attachments.of(guardian)).toEqual([]);
  });

  it('is ended by the fund alone', async () => {
    const { world: w, ward, guardian } = await world();
    const declared = await declareGuardianship(w.deps, FUND, ward, measureAt(w), aRequest());
    const id = declared.outcome === 'declared' ? declared.delegation.id : '';
    const asSupport = await endGuardianship(w.deps, { ...FUND, kind: 'support' }, ward, id, aRequest());
    expect(asSupport.outcome).toBe('denied');
    expect(await standingOf(w.deps, guardian, ward)).not.toBeNull();
    expect((await endGuardianship(w.deps, FUND, ward, id, aRequest())).outcome).toBe('permitted');
    expect(await standingOf(w.deps, guardian, ward)).toBeNull();
    expect(await w.deps.attachments.of(guardian)).toEqual([]);
  });
});

describe('a curator', () => {
  it('is named, and let do nothing: the person decides', async () => {
    const { world: w, ward, guardian } = await world();
    const declared = await declareGuardianship(w.deps, FUND, ward, measureAt(w, { measure: 'CURATELLE' }), aRequest());
    expect(declared.outcome === 'declared' && declared.delegation).toMatchObject({
      relation: 'CURATOR',
      name: 'Camille Pat-Trois',
      delegate: null,
    });
    expect(await standingOf(w.deps, guardian, ward)).toBeNull();
    expect(await espacesOf(w.deps, guardian)).toHaveLength(1);
  });
});
