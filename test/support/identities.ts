import type { Person } from '../../src/domain/enrolment/person.ts';
import { nirKey } from '../../src/domain/shared/identifiers.ts';

/** A NIR with its key, of nobody: woman born in July 1953 in 99, commune 999, and an order number. */
export const testNir = (order: number): string => {
  const thirteen = `2530799999${String(order).padStart(3, '0')}`;
  return thirteen + nirKey(thirteen);
};

export const testPerson = (changes: Partial<Person> = {}): Person => ({
  ins: { value: testNir(1), oid: '1.2.250.1.213.1.4.10' },
  birthName: 'Pat-Trois',
  firstNames: 'Dominique Marie-Louise',
  birthDate: '1953-07-14',
  sex: 'F',
  birthPlace: '63220',
  vitaleSerials: ['80250000021', '12345678'],
  contacts: { email: 'dominique.pattrois@exemple.fr', mobile: '+33612302858', postalAddress: '1 rue des Essais' },
  parents: [],
  ...changes,
});
