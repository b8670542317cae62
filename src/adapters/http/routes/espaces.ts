import type { IdentityStreams } from '../../../application/enrolment/streams.ts';
import type { Asker, Records } from '../../../application/records.ts';
import type { Request } from '../../../application/stream-handler.ts';
import { isAuthorised } from '../../../domain/consent/consent.ts';
import type { RecordState } from '../../../domain/record/state.ts';
import type { Actor, PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import { askerOf, idIn, permitted } from '../asking.ts';
import { IDENTIFIED_PROBLEMS, identifiedPerson } from '../identified.ts';
import { ProblemError } from '../problems.ts';
import { CloseEspace, Empty, LookUp } from '../requests/espaces.ts';
import { type Call, type Principal, type Route, route } from '../route.ts';

/** One espace as a whole: looked up, shown, closed, reopened, brought back from a suspension. */
export const espaceRoutes = (deps: {
  readonly records: Records;
  readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>;
  readonly now: () => Instant;
  /** Whose espace the INS belongs to; null: nobody's. */
  readonly findByIns: (matricule: string) => Promise<PersonId | null>;
  /** Throws the problem of a wrong password, of a locked account, or of a hasher with too much to do. */
  readonly confirmPassword: (personId: PersonId, password: string, request: Request) => Promise<void>;
}): readonly Route[] => {
  const { records } = deps;

  /** Whoever never activated has no session: with the identification of the enrolment they object as the holder they are. */
  const objecting = async (call: Call): Promise<Principal> =>
    call.principal.kind === 'enrolling'
      ? { kind: 'holder', personId: await identifiedPerson(deps, call), sessionId: '' }
      : call.principal;

  return [
    route({
      method: 'POST',
      path: '/v1/espaces/lookup',
      operation: 'lookUpEspace',
      tag: 'Espace',
      summary: 'Find a patient’s espace by INS, and whether one may read it',
      audience: 'professional',
      body: LookUp,
      answers: { 200: 'EspaceStatus' },
      problems: ['access-refused'],
      async handle(call) {
        const espace = await deps.findByIns(call.body.ins);
        if (espace === null) throw new ProblemError('not-found');
        const asker = askerOf(call.principal, espace);
        const asked = await permitted(records, espace, call.request(), asker, { action: 'look-up' });
        const { status } = asked.state.espace;
        return {
          status: 200,
          body: { id: espace, status, authorisation: authorisationOf(asked.state, asker, asked.at) },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/espaces/:espace',
      operation: 'getEspace',
      tag: 'Espace',
      summary: 'Whose espace it is and in what state',
      audience: 'reader',
      answers: { 200: 'Espace' },
      problems: ['access-refused'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const { state, at } = await permitted(records, espace, call.request(), asker, { action: 'read-espace' });
        return { status: 200, body: presentEspace(espace, state, asker, at) };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/espaces/:espace/closure',
      operation: 'closeEspace',
      tag: 'Espace',
      summary: 'Close: nobody reads or feeds any more, not even in an emergency',
      audience: 'reader',
      body: CloseEspace,
      answers: { 200: 'Espace' },
      problems: ['password-wrong', 'account-locked', 'espace-not-activated'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        // Anybody but the holder is refused by the rule book, whatever password they give.
        const { principal } = call;
        const { password, erase } = call.body;
        if (principal.kind === 'holder') await deps.confirmPassword(principal.personId, password, call.request());
        const { state, at } = await permitted(records, espace, call.request(), asker, {
          action: 'close',
          change: now => ({ module: 'espace', command: { type: 'close', at: now, erase } }),
        });
        return { status: 200, body: presentEspace(espace, state, asker, at) };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/espaces/:espace/reopening',
      operation: 'reopenEspace',
      tag: 'Espace',
      summary: 'Reopen: documents and restrictions are back, authorisations are not; a pending erasure is cancelled',
      audience: 'reader',
      body: Empty,
      answers: { 200: 'Espace' },
      problems: ['espace-not-closed', 'espace-suspended', 'holder-deceased'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const { state, at } = await permitted(records, espace, call.request(), asker, {
          action: 'reopen',
          change: now => ({ module: 'espace', command: { type: 'reopen', at: now } }),
        });
        return { status: 200, body: presentEspace(espace, state, asker, at) };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/espaces/:espace/suspension/objection',
      operation: 'objectToSuspension',
      tag: 'Espace',
      summary: 'Object to a suspension by the health insurance, within six weeks: the espace is again what it was',
      audience: 'person',
      body: Empty,
      answers: { 200: 'Espace' },
      problems: ['espace-not-suspended', ...IDENTIFIED_PROBLEMS],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(await objecting(call), espace);
        const { state, at } = await permitted(records, espace, call.request(), asker, {
          action: 'object-to-suspension',
          change: now => ({ module: 'espace', command: { type: 'object-to-suspension', at: now, by: asker.actor } }),
        });
        return { status: 200, body: presentEspace(espace, state, asker, at) };
      },
    }),
  ];
};

/** Status of an authorisation as professional software knows it; a block looks like never having been authorised. */
const authorisationOf = (state: RecordState, asker: Asker, at: Instant): 'VALIDE' | 'EXPIRE' | 'NON_EXISTE' => {
  const { actor } = asker;
  if (actor.kind !== 'professional') return 'NON_EXISTE';
  const targets = [actor.rpps, ...(actor.organisation === null ? [] : [actor.organisation])];
  if (targets.some(target => state.consent.blocked.has(target))) return 'NON_EXISTE';
  const named =
    state.consent.attendingDoctor?.professional === actor.rpps || state.consent.administrators.has(actor.rpps);
  if (named || targets.some(target => isAuthorised(state.consent, target, at))) return 'VALIDE';
  return targets.some(target => state.consent.authorised.has(target)) ? 'EXPIRE' : 'NON_EXISTE';
};

/** The holder's own numbers are for the holder; a professional knows the INS they came with. */
export const presentEspace = (id: PersonId, state: RecordState, asker: Asker, at: Instant): object => {
  const { status, since, erasureDueAt, identity } = state.espace;
  const reader: Actor['kind'] = asker.actor.kind;
  return {
    id,
    status,
    since,
    erasureDueAt,
    holder: identity && {
      birthName: identity.birthName,
      firstNames: identity.firstNames,
      birthDate: identity.birthDate,
      sex: identity.sex,
      ...(reader === 'holder' ? { ins: identity.ins } : {}),
    },
    authorisation: reader === 'professional' ? authorisationOf(state, asker, at) : null,
  };
};
