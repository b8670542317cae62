import type { Ask, Records } from '../../../application/records.ts';
import { isCard } from '../../../domain/access/card-tries.ts';
import type { Action, ShownEvidence } from '../../../domain/access/question.ts';
import {
  type ConsentCommand,
  type Evidence,
  REFERRING_ROLES,
  type ReferringRole,
} from '../../../domain/consent/consent.ts';
import type { RecordState } from '../../../domain/record/state.ts';
import type { Actor, PersonId } from '../../../domain/shared/actor.ts';
import { isFiness, isRpps } from '../../../domain/shared/identifiers.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import { askerOf, idIn, permitted } from '../asking.ts';
import { etagOf } from '../etags.ts';
import { presentAccess } from '../presenters.ts';
import { ProblemError } from '../problems.ts';
import { Authorise, DeclareAttendingDoctor, SetDefaults, SetEmergency } from '../requests/access.ts';
import { instantOf } from '../requests/constraints.ts';
import { Empty } from '../requests/espaces.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';

const BASE = '/v1/espaces/:espace';

/** Who may read, changed by those who may change it. */
export const accessRoutes = (deps: {
  readonly records: Records;
  /** Whether a carte Vitale of this number is the person's. */
  readonly isCardOf: (personId: PersonId, vitaleSerial: string) => Promise<boolean>;
}): readonly Route[] => {
  const { records } = deps;

  /** Carries out `command` and shows what access looks like now; professionals are only told that it is done. */
  const change = async (
    call: Call,
    action: Action,
    target: string | null,
    command: (at: Instant, by: Actor) => ConsentCommand,
    more: Pick<Ask, 'evidence'> = {},
  ): Promise<Answer> => {
    const espace = idIn(call, 'espace');
    const asker = askerOf(call.principal, espace);
    const ifMatch = call.header('If-Match');
    const { state } = await permitted(records, espace, call.request(), asker, {
      ...more,
      action,
      details: target,
      ...(target === null ? {} : { target }),
      // Optional here: a restriction must never have to wait for a version.
      ...(ifMatch === null ? {} : { ifMatch: { wanted: ifMatch, current: accessEtag } }),
      change: at => ({ module: 'consent', command: command(at, asker.actor) }),
    });
    return asker.actor.kind === 'professional' ? { status: 204 } : showAccess(state);
  };

  const targetIn = (call: Call): string => {
    const target = call.params.target?.toUpperCase() ?? '';
    if (isRpps(target) || isFiness(target)) return target;
    throw new ProblemError('invalid-request', {
      errors: [{ field: 'target', message: 'must be an RPPS number (11 digits) or a FINESS number (9 characters)' }],
    });
  };
  /** What a professional shows for the agreement they record. A number is looked at here, and goes no further. */
  const evidenceIn = async ({ principal, body, params }: Call<Authorise>): Promise<ShownEvidence | null> => {
    if (principal.kind !== 'professional') return null;
    const { evidence = null, vitaleSerial: serial } = body;
    if (isCard(evidence) !== (serial !== undefined))
      throw new ProblemError('invalid-request', {
        errors: [
          { field: 'vitaleSerial', message: 'must be given where a carte Vitale is the evidence, and only there' },
        ],
      });
    if (serial === undefined) return evidence;
    return (await deps.isCardOf(params.espace?.toLowerCase() ?? '', serial)) ? evidence : 'FOREIGN_CARD';
  };
  const professionalIn = (call: Call): string => {
    const target = targetIn(call);
    if (isRpps(target)) return target;
    throw new ProblemError('invalid-request', {
      errors: [{ field: 'target', message: 'must be an RPPS number (11 digits)' }],
    });
  };

  const managed = { tag: 'Access', audience: 'reader', answers: { 200: 'Access' } } as const;
  const alsoByProfessionals = { ...managed, answers: { 200: 'Access', 204: null } } as const;
  const problems = ['access-refused', 'version-mismatch', 'idempotency-key-reused'];

  return [
    route({
      method: 'GET',
      path: `${BASE}/access`,
      operation: 'getAccess',
      tag: 'Access',
      summary: 'Everything about who may read, at once',
      audience: 'reader',
      answers: { 200: 'Access' },
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const { state } = await permitted(records, espace, call.request(), asker, { action: 'read-access' });
        return showAccess(state);
      },
    }),
    route({
      ...alsoByProfessionals,
      method: 'PUT',
      path: `${BASE}/access/authorisations/:target`,
      operation: 'authorise',
      summary: 'Authorise a professional (RPPS) or an organisation with its care team (FINESS)',
      body: Authorise,
      problems: [...problems, 'professional-blocked', 'authorisation-end-in-the-past', 'too-many-entries'],
      async handle(call) {
        const target = targetIn(call);
        idIn(call, 'espace');
        const shown = await evidenceIn(call);
        // Without any, or with somebody else's card, the rule book permits nothing that this could come to stand by.
        const evidence: Evidence = shown === null || shown === 'FOREIGN_CARD' ? 'HOLDER' : shown;
        const until = call.body.until === undefined ? null : instantOf(call.body.until);
        return change(call, 'authorise', target, (at, by) => ({ type: 'authorise', at, by, target, until, evidence }), {
          evidence: shown,
        });
      },
    }),
    route({
      ...managed,
      method: 'DELETE',
      path: `${BASE}/access/authorisations/:target`,
      operation: 'withdrawAuthorisation',
      summary: 'Withdraw an authorisation; effective at once',
      problems,
      handle(call) {
        const target = targetIn(call);
        return change(call, 'withdraw-authorisation', target, (at, by) => ({ type: 'withdraw', at, by, target }));
      },
    }),
    route({
      ...alsoByProfessionals,
      method: 'PUT',
      path: `${BASE}/access/blocked/:target`,
      operation: 'block',
      summary: 'Block a professional or an organisation, in emergencies too; ends every right they had',
      body: Empty,
      problems: [...problems, 'too-many-entries'],
      handle(call) {
        const target = targetIn(call);
        return change(call, 'block', target, (at, by) => ({ type: 'block', at, by, target }));
      },
    }),
    route({
      ...managed,
      method: 'DELETE',
      path: `${BASE}/access/blocked/:target`,
      operation: 'unblock',
      summary: 'Unblock; brings no right back',
      problems,
      handle(call) {
        const target = targetIn(call);
        return change(call, 'unblock', target, (at, by) => ({ type: 'unblock', at, by, target }));
      },
    }),
    route({
      ...managed,
      method: 'PUT',
      path: `${BASE}/access/default`,
      operation: 'setDefaults',
      summary: 'What holds for professionals and documents that are not named',
      body: SetDefaults,
      problems,
      handle(call) {
        const professionalsBlocked = call.body.professionals === 'blocked';
        const documentsMasked = call.body.documents === 'masked';
        return change(call, 'set-defaults', null, (at, by) => ({
          type: 'set-defaults',
          at,
          by,
          professionalsBlocked,
          documentsMasked,
        }));
      },
    }),
    route({
      ...managed,
      method: 'PUT',
      path: `${BASE}/access/emergency`,
      operation: 'setEmergency',
      summary: 'The three emergency switches',
      body: SetEmergency,
      problems: [...problems, 'emergency-masked-alone'],
      handle(call) {
        const { callCentre, breakGlass, masked } = call.body;
        return change(call, 'set-emergency', null, (at, by) => ({
          type: 'set-emergency',
          at,
          by,
          callCentre,
          breakGlass,
          masked,
        }));
      },
    }),
    route({
      ...managed,
      method: 'PUT',
      path: `${BASE}/access/administrators/:target`,
      operation: 'nameAdministrator',
      summary: 'Name a professional who sees masked documents and may block others',
      body: Empty,
      problems: [...problems, 'professional-blocked', 'too-many-entries'],
      handle(call) {
        const professional = professionalIn(call);
        return change(call, 'name-administrator', professional, (at, by) => ({
          type: 'name-administrator',
          at,
          by,
          professional,
        }));
      },
    }),
    route({
      ...managed,
      method: 'DELETE',
      path: `${BASE}/access/administrators/:target`,
      operation: 'removeAdministrator',
      summary: 'End an administrator’s rights',
      problems,
      handle(call) {
        const professional = professionalIn(call);
        return change(call, 'remove-administrator', professional, (at, by) => ({
          type: 'remove-administrator',
          at,
          by,
          professional,
        }));
      },
    }),
    route({
      ...managed,
      method: 'PUT',
      path: `${BASE}/access/attending-doctor`,
      operation: 'declareAttendingDoctor',
      summary: 'Declare the attending doctor, who reads everything and is told of emergencies',
      body: DeclareAttendingDoctor,
      problems: [...problems, 'professional-blocked'],
      handle(call) {
        const { professional } = call.body;
        return change(call, 'declare-attending-doctor', professional, (at, by) => ({
          type: 'declare-attending-doctor',
          at,
          by,
          professional,
        }));
      },
    }),
    route({
      ...managed,
      method: 'DELETE',
      path: `${BASE}/access/attending-doctor`,
      operation: 'removeAttendingDoctor',
      summary: 'No attending doctor any more',
      problems,
      handle: call =>
        change(call, 'remove-attending-doctor', null, (at, by) => ({ type: 'remove-attending-doctor', at, by })),
    }),
    route({
      ...managed,
      method: 'PUT',
      path: `${BASE}/access/referring/:role`,
      operation: 'declareReferringProfessional',
      summary: 'Name the referring `midwife` or `pharmacist`; the name alone lets nobody read',
      body: DeclareAttendingDoctor,
      problems: [...problems, 'professional-blocked'],
      handle(call) {
        const { professional } = call.body;
        const role = roleIn(call);
        return change(call, 'declare-referring-professional', professional, (at, by) => ({
          type: 'declare-referring',
          at,
          by,
          role,
          professional,
        }));
      },
    }),
    route({
      ...managed,
      method: 'DELETE',
      path: `${BASE}/access/referring/:role`,
      operation: 'removeReferringProfessional',
      summary: 'No referring midwife, or pharmacist, any more',
      problems,
      handle(call) {
        const role = roleIn(call);
        return change(call, 'remove-referring-professional', null, (at, by) => ({
          type: 'remove-referring',
          at,
          by,
          role,
        }));
      },
    }),
  ];
};

/** As the path names it; any other is a place that does not exist. */
const roleIn = (call: Call): ReferringRole => {
  const role = REFERRING_ROLES.find(each => each.toLowerCase() === call.params.role);
  if (role === undefined) throw new ProblemError('not-found');
  return role;
};

const accessEtag = (state: RecordState): string => etagOf(presentAccess(state.consent));

const showAccess = (state: RecordState): Answer => ({
  status: 200,
  body: presentAccess(state.consent),
  headers: { ETag: accessEtag(state) },
});
