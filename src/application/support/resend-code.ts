import type { CodeChannel } from '../../domain/account/contacts.ts';
import { decideEnrolment } from '../../domain/enrolment/enrolment.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { type InviteDeps, invite } from '../enrolment/invite.ts';
import { withNewTries } from '../enrolment/limits.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';

export type ResendRefusal =
  | 'not-invitable'
  | 'contact-unknown'
  | 'code-asked-too-soon'
  | 'too-many-codes'
  | 'espace-not-created';

const resendStep = (person: PersonId, request: Request): Request => stepOf(request, `resend code ${person}`);

/** Whether this very request issued a code. */
export const wasResent = (
  { streams }: Pick<InviteDeps, 'streams'>,
  person: PersonId,
  request: Request,
): Promise<boolean> => streams.enrolments.remembers(person, resendStep(person, request));

/** A new invitation, or a code to identify oneself with by `channel`, for somebody whom the help desk has identified. */
export const resendCode = async (
  deps: InviteDeps,
  person: PersonId,
  asked: CodeChannel | 'INVITATION',
  request: Request,
): Promise<Outcome<object, ResendRefusal>> => {
  const step = resendStep(person, request);
  if (asked === 'INVITATION') {
    const invited = await invite(deps, person, step);
    if (invited.ok || invited.refusal !== 'person-unknown') return invited as Outcome<object, ResendRefusal>;
    return { ok: false, refusal: 'not-invitable' };
  }
  const codeId = derivedId(step.id, `identification code ${person}`);
  const handled = await deps.streams.enrolments.handle(person, step, (state, at) => {
    // Card and birth date are what the person shows without the desk; the desk has made sure of them otherwise.
    const { vitaleSerials: [vitaleSerial = ''] = [], birthDate = '' } = state.person ?? {};
    const command = { type: 'issue-identification-code', at, codeId, channel: asked, vitaleSerial, birthDate } as const;
    return decided(decideEnrolment(state, command));
  });
  if (!handled.ok) return handled;
  const { result, state } = handled;
  if (result.ok) {
    if (state.person && !handled.repeated) withNewTries(deps, state.person);
    return { ok: true };
  }
  const { refusal } = result;
  const isTold = refusal === 'contact-unknown' || refusal === 'code-asked-too-soon' || refusal === 'too-many-codes';
  return { ok: false, refusal: isTold ? refusal : 'not-invitable' };
};
