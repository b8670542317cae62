import type { PersonId } from '../../domain/shared/actor.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import { ibanCheckOf } from '../enrolment/persons.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';

/** What `given` (six digits of a code, or the last five of an IBAN) proves of `person`; which of the two counts, the check says. */
export const proofGiven = async (
  deps: {
    readonly streams: Pick<IdentityStreams, 'enrolments'>;
    readonly codes: OneTimeCodes;
    readonly hash: KeyedHash;
  },
  person: PersonId,
  checkId: string,
  given: string,
): Promise<{ readonly codeMatches: boolean; readonly ibanMatches: boolean }> => {
  const { state } = await deps.streams.enrolments.load(person);
  const typed = given.replace(/[\s-]/g, '');
  return {
    codeMatches: deps.codes.matches('support', checkId, typed),
    ibanMatches:
      state.person !== null &&
      state.ibanCheck !== null &&
      state.ibanCheck === ibanCheckOf(deps.hash, state.person.ins.value, typed.toUpperCase()),
  };
};
