import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createIdentityStreams, type IdentityStreams } from '../../src/application/enrolment/streams.ts';
import { createNotices } from '../../src/application/reactors/notices.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { PersonId } from '../../src/domain/shared/actor.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import type { Message } from '../../src/ports/messenger.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { DELEGATES, ESPACE, FUND, GP } from '../support/history-cast.ts';
import { createEspaceOf, type Delegating, MS_PER_HOUR, type Step } from '../support/history-steps.ts';
import { testPerson } from '../support/identities.ts';

/*
 * Who hears of what happens to somebody's espace.
 *
 * Mutants that these tests kill: one parent told for both; a parent who is dead, or whose own espace is suspended, told
 * for the one who lives; a guardian not told, or told before the measure begins or after its end; a parent told twice at
 * one address; anything of what is kept from representatives told to one, or at an address of theirs; anything told to the dead, or to their parents;
 * somebody asked into an espace that is closed.
 */

let store: EventStore;
let clock: TestClock;
let records: Records;
let streams: IdentityStreams;
let sent: Message[];
let steps: number;

beforeEach(() => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  streams = createIdentityStreams({ store, clock });
  sent = [];
  steps = 0;
});

const ADULT = '1953-07-14';
const CHILD = '2015-03-01';
const EMAILS = { mother: 'anne@exemple.fr', father: 'claude@exemple.fr', guardian: 'alex@exemple.fr' };
type Representing = keyof typeof EMAILS;
const POST = { email: null, mobile: null, postalAddress: '1 rue des Essais' };
const isBorn = (birthDate: string, email: string | null) => known(ESPACE, birthDate, email);

const known = async (id: PersonId, birthDate: string, email: string | null): Promise<void> => {
  await streams.enrolments.handle(id, requestNamed(`import ${id}`), (_, at) => ({
    events: [{ type: 'PersonImported', at, data: testPerson({ birthDate, contacts: { ...POST, email } }) }],
    result: null,
  }));
  await records.change(id, requestNamed(`create ${id}`), createEspaceOf(birthDate));
};
const end = (id: PersonId, type: 'report-death' | 'suspend') =>
  records.change(id, requestNamed(`${type} ${id}`), at => ({
    module: 'espace',
    command:
      type === 'suspend' ? { type, at, by: FUND, reason: 'FRAUD' } : { type, at, by: FUND, diedOn: at.slice(0, 10) },
  }));
const then = async (...taken: readonly Step[]): Promise<void> => {
  for (const step of taken) {
    clock.advance(1_000);
    steps += 1;
    await take({ records, clock }, step, requestNamed(`${steps}`));
  }
};

/** What is written of what has happened since the last time: its kind and where to. */
const told = async (): Promise<readonly string[]> => {
  const before = sent.length;
  const seen = new Set(sent.map(({ id }) => id));
  const { letters } = createNotices({
    store,
    streams,
    records,
    codes: { codeFor: () => '123456' } as never,
    messenger: { send: async message => void (seen.has(message.id) || sent.push(message)) },
    progress: null,
    onFailure: (_, error) => {
      throw error;
    },
  });
  const stop = new AbortController();
  const running = letters.run(stop.signal);
  await letters.settled();
  stop.abort();
  await running;
  return sent.slice(before).map(({ kind, to }) => `${kind} ${to}`);
};
const bodies = (): readonly string[] => sent.map(({ body }) => body);

const activate: Step = { do: 'enrol', wish: 'activate' };
const represents = async (...names: readonly Representing[]): Promise<void> => {
  for (const [index, name] of names.entries()) {
    await known(DELEGATES[name].id, ADULT, EMAILS[name]);
    if (name === 'guardian') await then(tutelle(0, null));
    else if (index === 0) await then({ do: 'declare-parent', parent: name, number: 1 }, activate, accept(name, 1));
    else await then(invite('SECOND_REPRESENTATIVE', name), accept(name, 2));
  }
};
const invite = (relation: 'SECOND_REPRESENTATIVE' | 'CARER', invited: Delegating): Step => ({
  do: 'delegate',
  who: relation === 'CARER' ? 'holder' : 'mother',
  number: 2,
  wish: { type: 'invite', relation, invited },
});
const accept = (who: Delegating, number: number): Step => ({ do: 'delegate', who, number, wish: { type: 'accept' } });
const tutelle = (startsIn: number, hours: number | null): Step => ({
  do: 'delegate',
  who: 'fund',
  number: 3,
  wish: { type: 'declare-guardianship', measure: 'TUTELLE', guardian: 'guardian', startsIn, hours },
});
const close: Step = { do: 'life', who: 'mother', wish: 'close', erase: true };
const fund = (wish: 'suspend' | 'lift-suspension' | 'report-death'): Step => ({ do: 'supervise', who: 'fund', wish });
const glass = (action: 'list-documents' | 'read-content' = 'list-documents'): Step => ({
  do: 'look',
  who: 'hospitalDoctor',
  action,
  document: 1,
  purpose: 'BTG',
  reason: 'malaise',
});
const secret: Step = {
  do: 'deposit',
  who: 'holder',
  document: 1,
  typeCode: '11502-2',
  informed: true,
  visibility: { hiddenFromRepresentatives: true },
};

describe('of a child without an address', () => {
  beforeEach(async () => {
    await isBorn(CHILD, null);
    await represents('mother', 'father');
  });

  it('each parent hears what one of them did, once', async () => {
    await told();
    await then(close);
    expect(await told()).toEqual([
      `closure ${EMAILS.mother}`,
      `closure ${EMAILS.father}`,
      `erasure-requested ${EMAILS.mother}`,
      `erasure-requested ${EMAILS.father}`,
    ]);
    for (const body of bodies().slice(-4)) expect(body).toMatch(/^L’espace d’une personne que vous représentez /);
    await then({ do: 'life', who: 'father', wish: 'reopen' });
    expect(await told()).toEqual(
      ['reopening', 'erasure-cancelled'].flatMap(kind => [`${kind} ${EMAILS.mother}`, `${kind} ${EMAILS.father}`]),
    );
  });

  it('each parent hears of an emergency, and neither of what is kept from them', async () => {
    await told();
    await then(secret, glass());
    expect(await told()).toEqual([`access:break-glass ${EMAILS.mother}`, `access:break-glass ${EMAILS.father}`]);
    await then(glass('read-content'));
    expect(await told()).toEqual([]);
  });

  it('the parent who lives hears, and where none does a letter goes to the child', async () => {
    await told();
    await end(DELEGATES.mother.id, 'report-death');
    await then(glass());
    expect(await told()).toEqual([`access:break-glass ${EMAILS.father}`]);
    await end(DELEGATES.father.id, 'suspend');
    await told();
    await then(glass());
    expect(await told()).toEqual([`access:break-glass ${POST.postalAddress}`]);
  });

  it('the other parent is told who acts for the child, and that parent in words of their own', async () => {
    const accepted = (await told()).filter(notice => notice.startsWith('delegation-accepted'));
    expect(accepted).toEqual([
      `delegation-accepted ${EMAILS.mother}`,
      `delegation-accepted ${EMAILS.mother}`,
      `delegation-accepted ${EMAILS.father}`,
    ]);
  });

  it('nobody hears anything more once the child is dead', async () => {
    await then({
      do: 'consent',
      who: 'mother',
      wish: { type: 'declare-attending-doctor', professional: GP.rpps },
      evidence: null,
    });
    await told();
    await then(glass(), fund('report-death'));
    expect(await told()).toEqual([`access:break-glass ${GP.rpps}`]);
  });
});

describe('of a child with an address', () => {
  it('all three hear of a suspension and its end', async () => {
    await isBorn(CHILD, 'lou@exemple.fr');
    await represents('mother', 'father');
    await told();
    await then(fund('suspend'), fund('lift-suspension'));
    expect(await told()).toEqual(
      ['suspension', 'suspension-lifted'].flatMap(kind =>
        ['lou@exemple.fr', EMAILS.mother, EMAILS.father].map(to => `${kind} ${to}`),
      ),
    );
  });

  it('a parent whose address it is reads it once, in words for them', async () => {
    await isBorn(CHILD, EMAILS.mother);
    await represents('mother');
    await told();
    await then(fund('suspend'));
    expect(await told()).toEqual([`suspension ${EMAILS.mother}`]);
    expect(bodies().at(-1)).toMatch(/^L’espace d’une personne que vous représentez /);
  });
});

describe('what is kept from representatives', () => {
  it('is not told at an address that is one’s', async () => {
    await isBorn(CHILD, EMAILS.mother);
    await represents('mother');
    await told();
    await then(secret, glass('read-content'));
    expect(await told()).toEqual([]);
  });

  it('is told to a child with an address of their own', async () => {
    await isBorn(CHILD, 'lou@exemple.fr');
    await represents('mother');
    await told();
    await then(secret, glass('read-content'));
    expect(await told()).toEqual(['access:break-glass lou@exemple.fr']);
  });
});

describe('of somebody with a guardian', () => {
  const WARD = 'dominique@exemple.fr';

  it('both hear of a suspension and of an emergency, but of nothing kept from representatives', async () => {
    await isBorn(ADULT, WARD);
    await then(activate);
    await represents('guardian');
    await told();
    await then(secret, glass(), glass('read-content'), fund('suspend'));
    expect(await told()).toEqual([
      `access:break-glass ${WARD}`,
      `access:break-glass ${EMAILS.guardian}`,
      `access:break-glass ${WARD}`,
      `suspension ${WARD}`,
      `suspension ${EMAILS.guardian}`,
    ]);
  });

  it('the guardian hears nothing before the measure begins, nor after its end', async () => {
    await isBorn(ADULT, WARD);
    await then(activate);
    await known(DELEGATES.guardian.id, ADULT, EMAILS.guardian);
    await then(tutelle(1, 1));
    await told();
    await then(glass());
    expect(await told()).toEqual([`access:break-glass ${WARD}`]);
    clock.advance(MS_PER_HOUR);
    await then(glass());
    expect(await told()).toContain(`access:break-glass ${EMAILS.guardian}`);
    clock.advance(MS_PER_HOUR);
    await then(glass());
    expect(await told()).toEqual([`access:break-glass ${WARD}`]);
  });

  it('who has no address gets a letter of their own', async () => {
    await isBorn(ADULT, null);
    await then(activate);
    await represents('guardian');
    await told();
    await then(glass());
    expect(await told()).toEqual([`access:break-glass ${POST.postalAddress}`, `access:break-glass ${EMAILS.guardian}`]);
  });

  it('is not asked in where the espace is suspended', async () => {
    await isBorn(ADULT, WARD);
    await then(activate);
    await known(DELEGATES.guardian.id, ADULT, EMAILS.guardian);
    await then(tutelle(0, 1), fund('suspend'));
    clock.advance(MS_PER_HOUR);
    await told();
    await then({ do: 'lapse', number: 3 });
    expect(await told()).toEqual([`delegation-ended ${WARD}`, `delegation-ended ${EMAILS.guardian}`]);
    for (const body of bodies().slice(-2)) expect(body).not.toContain('Connectez-vous');
  });
});

describe('who comes of age', () => {
  const comesOfAge = async (...before: readonly Step[]): Promise<string> => {
    await isBorn('2008-12-05', 'lou@exemple.fr');
    await represents('mother');
    await then(...before);
    clock.advance(Date.parse('2026-12-05T00:00:00.000Z') - Date.parse(clock.now()));
    await told();
    await then({ do: 'reach-majority' });
    expect(await told()).toEqual(['majority lou@exemple.fr', `majority ${EMAILS.mother}`]);
    return bodies().at(-2) ?? '';
  };

  it.each([
    ['is asked in', [], 'Activez votre compte pour y entrer.'],
    ['hears that a parent closed it', [{ ...close, erase: false }], 'Il est fermé : activer votre compte le rouvre.'],
    ['hears that it is suspended', [fund('suspend')], 'Il est suspendu par l’assurance maladie'],
  ] as const)('%s', async (_, before, says) => {
    expect(await comesOfAge(...before)).toContain(says);
  });

  it('hears that an erasure runs, until when, and how it is stopped', async () => {
    expect(await comesOfAge(close)).toMatch(
      /sera effacé à partir du \d\d\/\d\d\/\d{4} : activer votre compte avant cette date le rouvre et annule/,
    );
  });
});
