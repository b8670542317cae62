import { decideAccount } from '../../domain/account/account.ts';
import type { CodeChannel } from '../../domain/account/contacts.ts';
import { isTheirs } from '../../domain/enrolment/enrolment.ts';
import type { CalendarDate } from '../../domain/shared/time.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { findPerson } from '../enrolment/persons.ts';
import type { Request } from '../stream-handler.ts';
import type { RecoveryDeps } from './recovery.ts';

/**
 * Has the login sent to a contact of the account. The answer is the same, and as fast, whether the person, the card, the
 * birth date, the account or the contact are known or not; asking too soon is judged by what was asked.
 */
export const remindLogin = (
  deps: RecoveryDeps,
  asked: {
    readonly nir: string;
    readonly vitaleSerial: string;
    readonly birthDate: CalendarDate;
    readonly channel: CodeChannel;
  },
  request: Request,
): Promise<Outcome<object, 'code-asked-too-soon'>> =>
  deps.pace(async () => {
    const { nir, vitaleSerial, birthDate, channel } = asked;
    const subject = deps.hash.of('login-asked', [nir, vitaleSerial, birthDate].join('\0'));
    if (deps.recoveryLimits.asked(subject, request.id, deps.clock.now()) === 'too-soon')
      return { ok: false, refusal: 'code-asked-too-soon' };
    const personId = await findPerson(deps, nir);
    if (personId === null) return { ok: true };
    const { person } = (await deps.streams.enrolments.load(personId)).state;
    if (!person || !isTheirs(person, vitaleSerial, birthDate)) return { ok: true };
    const handled = await deps.streams.accounts.handle(personId, stepOf(request, 'remind login'), (state, at) =>
      decided(decideAccount(state, { type: 'remind-login', at, channel })),
    );
    if (!handled.ok) return handled;
    if (handled.result.ok) {
      const note = { type: 'HolderRecoveryAsked', data: { what: 'LOGIN', channel } } as const;
      await deps.espaces.noteAccount(personId, note, stepOf(request, 'note reminder'));
    }
    return { ok: true };
  });
