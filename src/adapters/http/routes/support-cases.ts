import type { InviteDeps } from '../../../application/enrolment/invite.ts';
import { stepOf } from '../../../application/enrolment/outcome.ts';
import { registerEspace } from '../../../application/enrolment/register.ts';
import type { IdentityStreams } from '../../../application/enrolment/streams.ts';
import { derivedId } from '../../../application/ids.ts';
import type { Records } from '../../../application/records.ts';
import { type AttemptLimit, createAttemptLimit } from '../../../application/sign-in/attempt-limits.ts';
import type { Request } from '../../../application/stream-handler.ts';
import {
  type AccountHelpDeps,
  applyCorrection,
  unlockAccount,
  wasUnlocked,
} from '../../../application/support/account-help.ts';
import { type KnownContacts, knownContacts } from '../../../application/support/known-contacts.ts';
import { proofGiven } from '../../../application/support/proof.ts';
import { resendCode, wasResent } from '../../../application/support/resend-code.ts';
import type { HelpAct } from '../../../domain/access/access.ts';
import type { Action } from '../../../domain/access/question.ts';
import { type CodeChannel, emailAddress, mobileNumber } from '../../../domain/account/contacts.ts';
import type { EspaceStatus } from '../../../domain/espace/espace.ts';
import type { Change } from '../../../domain/record/record.ts';
import type { RecordState } from '../../../domain/record/state.ts';
import type { PersonId, Staff } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import { type CheckChannel, checkOf, isConfirmed } from '../../../domain/support/support.ts';
import type { OneTimeCodes } from '../../../ports/one-time-codes.ts';
import { askerOf, idIn, permitted } from '../asking.ts';
import { maskedContact, maskedContacts } from '../masked-contacts.ts';
import { ProblemError } from '../problems.ts';
import { Empty } from '../requests/espaces.ts';
import { CorrectContact, GiveProof, OpenCase, ResendCode, StartIdentityCheck } from '../requests/support.ts';
import { type Call, type Route, route } from '../route.ts';
import { staffOf } from '../staff.ts';
import { succeeded } from '../succeeded.ts';
import type { SupportCases } from '../support-cases.ts';

const PATH = '/v1/support/cases';
const ONE = `${PATH}/:case`;

/** Numbers that nobody has, looked up by one agent: more than slips of the tongue, and somebody is trying them out. */
const MAX_UNKNOWN_NUMBERS = 30;
const UNKNOWN_WINDOW_MS = 60 * 60_000;

/**
 * Somebody calls 3422. The agent finds them by their number, makes sure of who they are, and helps them back in. Nothing
 * here shows a document, an entry of the journal or anything else of anybody's health.
 */
export const supportCaseRoutes = (
  deps: AccountHelpDeps &
    InviteDeps & {
      readonly records: Records;
      readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>;
      readonly codes: OneTimeCodes;
      readonly cases: SupportCases;
      /** Whose INS it is; null: nobody's. */
      readonly findByIns: (matricule: string) => Promise<PersonId | null>;
      readonly now: () => Instant;
    },
): readonly Route[] => {
  const { records } = deps;
  const unknownNumbers: AttemptLimit = createAttemptLimit(MAX_UNKNOWN_NUMBERS, UNKNOWN_WINDOW_MS);
  const common = { tag: 'Help desk', audience: 'support' } as const;

  const caseOf = (call: Call) => {
    const agent = staffOf(call);
    const person = deps.cases.personIn(agent, call.params.case ?? '', deps.now());
    return { agent, person, asker: askerOf(call.principal, person) };
  };

  const act = async (call: Call, action: Action, details: string, change: (at: Instant, agent: Staff) => Change) => {
    const { agent, person, asker } = caseOf(call);
    const asked = await permitted(records, person, call.request(), asker, {
      action,
      details,
      change: at => change(at, agent),
    });
    return { ...asked, agent, person };
  };

  /**
   * Something that is done in other streams, for the living: traced in the espace's own first, and noted there once `help`
   * has done it. `wasDone`: whether it was by this very request.
   */
  const helped = async (
    call: Call,
    action: Action,
    details: string,
    helpAct: HelpAct,
    wasDone: (deps: AccountHelpDeps & InviteDeps, person: PersonId, request: Request) => Promise<boolean>,
    help: (person: PersonId, request: Request, state: RecordState) => Promise<void>,
  ): Promise<void> => {
    const { agent: by, person, asker } = caseOf(call);
    const request = call.request();
    const isDoneElsewhere = () => wasDone(deps, person, request);
    const { state } = await permitted(records, person, request, asker, { action, details, isDoneElsewhere });
    if (state.espace.status === 'deceased') throw new ProblemError('holder-deceased');
    await help(person, request, state);
    await records.note(person, stepOf(request, `note help ${person}`), at => ({
      type: 'HelpNoted',
      at,
      data: { by, act: helpAct, ticket: null },
    }));
  };

  const addressee = async (person: PersonId, channel: CheckChannel): Promise<string> => {
    const to = contactBy(await knownContacts(deps.streams, person), channel);
    if (to === null) throw new ProblemError('contact-unknown');
    return to;
  };

  return [
    route({
      ...common,
      method: 'POST',
      path: PATH,
      operation: 'openSupportCase',
      summary: 'Find somebody who calls by their number; shows how they can be reached, and nothing of their espace',
      body: OpenCase,
      answers: { 201: 'SupportCase' },
      problems: ['too-many-requests'],
      async handle(call) {
        const agent = staffOf(call);
        const at = deps.now();
        if (unknownNumbers.isReached(agent.id, at))
          throw new ProblemError('too-many-requests', {
            headers: { 'Retry-After': String(UNKNOWN_WINDOW_MS / 1_000) },
          });
        const person = await deps.findByIns(call.body.nir);
        if (person === null) {
          unknownNumbers.count(agent.id, at);
          throw new ProblemError('not-found');
        }
        const asker = askerOf(call.principal, person);
        const request = call.request();
        succeeded(await registerEspace(deps, person, request));
        const { state } = await permitted(records, person, request, asker, { action: 'support-look-up' });
        const { handle, expiresAt } = deps.cases.open(agent, person, at);
        const contacts = await knownContacts(deps.streams, person);
        const enrolment = (await deps.streams.enrolments.load(person)).state;
        return {
          status: 201,
          body: {
            case: handle,
            expiresAt,
            ...presentCase(state, contacts, agent, at),
            ibanKnown: enrolment.ibanCheck !== null,
          },
        };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/identity-checks`,
      operation: 'startIdentityCheck',
      summary: 'Have a code sent to a contact that is known, or ask for the end of the IBAN',
      body: StartIdentityCheck,
      answers: { 201: 'IdentityCheck' },
      problems: [
        'holder-deceased',
        'contact-unknown',
        'iban-unknown',
        'code-asked-too-soon',
        'too-many-codes',
        'too-many-tries',
      ],
      async handle(call) {
        const { method, channel = null } = call.body;
        const { person, agent } = caseOf(call);
        if ((method === 'CODE') === (channel === null))
          throw invalid('channel', method === 'CODE' ? 'must be given with CODE' : 'goes with CODE only');
        const to = channel === null ? null : await addressee(person, channel);
        if (method === 'IBAN' && (await deps.streams.enrolments.load(person)).state.ibanCheck === null)
          throw new ProblemError('iban-unknown');
        const checkId = derivedId(call.request().id, `identity check ${person}`);
        const { state } = await act(call, 'confirm-identity', `method=${channel ?? method}`, (at, by) => ({
          module: 'support',
          command: { type: 'start-identity-check', at, by, checkId, method, channel },
        }));
        const check = checkOf(state.support, checkId, agent.id);
        return {
          status: 201,
          body: {
            id: checkId,
            method,
            channel,
            sentTo: to === null || channel === null || channel === 'POST' ? null : maskedContact(channel, to),
            expiresAt: check?.code.expiresAt,
          },
        };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/identity-checks/:check`,
      operation: 'giveProofOfIdentity',
      summary: 'What the person read out: identified for half an hour, for this agent',
      body: GiveProof,
      answers: { 200: 'ConfirmedIdentity' },
      problems: [
        'holder-deceased',
        'proof-wrong',
        'identity-check-unknown',
        'code-used',
        'code-expired',
        'too-many-tries',
      ],
      async handle(call) {
        const checkId = idIn(call, 'check');
        const { person, agent } = caseOf(call);
        const proof = await proofGiven(deps, person, checkId, call.body.proof);
        const { state } = await act(call, 'confirm-identity', 'proof', (at, by) => ({
          module: 'support',
          command: { type: 'give-proof', at, by, checkId, ...proof },
        }));
        if (!checkOf(state.support, checkId, agent.id)?.code.used) throw new ProblemError('proof-wrong');
        return { status: 200, body: { confirmedUntil: state.support.confirmed?.until } };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/codes`,
      operation: 'resendCode',
      summary: 'A new invitation, or a code to identify oneself with, to somebody whose identity is confirmed',
      body: ResendCode,
      answers: { 202: null },
      problems: [
        'espace-closed',
        'espace-already-activated',
        'espace-suspended',
        'holder-deceased',
        'not-invitable',
        'contact-unknown',
        'code-asked-too-soon',
        'too-many-codes',
      ],
      async handle(call) {
        const { channel } = call.body;
        await helped(
          call,
          'resend-code',
          channel,
          'CODE_RESENT',
          wasResent,
          async (person, request, { espace: { status } }) => {
            const refusal = NO_CODE_WHERE[status];
            // Whoever never had an account cannot sign in to reopen: they activate.
            const activates =
              status === 'closed' && (await deps.streams.accounts.load(person)).state.credentials === null;
            if (refusal !== undefined && !activates) throw new ProblemError(refusal);
            succeeded(await resendCode(deps, person, channel, request));
          },
        );
        return { status: 202 };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/contact-corrections`,
      operation: 'correctContact',
      summary: 'Give another e-mail address or mobile number, which counts once the code sent there came back',
      body: CorrectContact,
      answers: { 201: 'ContactCorrection' },
      problems: ['holder-deceased', 'code-asked-too-soon', 'too-many-codes'],
      async handle(call) {
        const { email, mobile } = call.body;
        if ((email === undefined) === (mobile === undefined))
          throw invalid('email', 'either this or mobile must be given');
        const channel: CodeChannel = email === undefined ? 'SMS' : 'EMAIL';
        const value = (email === undefined ? mobileNumber(mobile ?? '') : emailAddress(email)) ?? '';
        const { person } = caseOf(call);
        const correctionId = derivedId(call.request().id, `contact correction ${person}`);
        const { state } = await act(call, 'correct-contact', `channel=${channel}`, (at, by) => ({
          module: 'support',
          command: { type: 'request-contact-correction', at, by, correctionId, channel, value },
        }));
        return {
          status: 201,
          body: {
            id: correctionId,
            channel,
            sentTo: maskedContact(channel, value),
            expiresAt: state.support.correction?.code.expiresAt,
          },
        };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/contact-corrections/:correction`,
      operation: 'verifyCorrectedContact',
      summary: 'The code that the person received there: from now on it is their contact',
      body: GiveProof,
      answers: { 204: null },
      problems: [
        'holder-deceased',
        'proof-wrong',
        'contact-correction-unknown',
        'code-used',
        'code-expired',
        'too-many-tries',
      ],
      async handle(call) {
        const correctionId = idIn(call, 'correction');
        const codeMatches = deps.codes.matches('contact', correctionId, call.body.proof.replace(/[\s-]/g, ''));
        const { state, person } = await act(call, 'correct-contact', 'proof', (at, by) => ({
          module: 'support',
          command: { type: 'verify-contact-correction', at, by, correctionId, codeMatches },
        }));
        const { correction } = state.support;
        if (!correction?.code.used) throw new ProblemError('proof-wrong');
        const { channel, value } = correction;
        succeeded(await applyCorrection(deps, person, { codeId: correctionId, channel, value }, call.request()));
        return { status: 204 };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/unlocking`,
      operation: 'unlockAccount',
      summary: 'Undo a lock after wrong passwords or codes, for somebody whose identity is confirmed',
      body: Empty,
      answers: { 204: null },
      problems: ['holder-deceased', 'account-unknown'],
      async handle(call) {
        await helped(call, 'unlock-account', 'account', 'ACCOUNT_UNLOCKED', wasUnlocked, async (person, request) => {
          succeeded(await unlockAccount(deps, person, request));
        });
        return { status: 204 };
      },
    }),
  ];
};

/** Where a code to activate with would open nothing. */
const NO_CODE_WHERE: { readonly [S in EspaceStatus]?: string } = {
  activated: 'espace-already-activated',
  closed: 'espace-closed',
  suspended: 'espace-suspended',
};

const contactBy = (contacts: KnownContacts, channel: CheckChannel): string | null => {
  switch (channel) {
    case 'EMAIL':
      return contacts.email;
    case 'SMS':
      return contacts.mobile;
    case 'POST':
      return contacts.postalAddress;
  }
};

/** All that an agent is shown of somebody. */
const presentCase = ({ espace, support }: RecordState, contacts: KnownContacts, agent: Staff, at: Instant) => ({
  espaceStatus: espace.status,
  contacts: { ...maskedContacts(contacts), postalAddressKnown: contacts.postalAddress !== null },
  identityConfirmedUntil: isConfirmed(support, agent.id, at) ? (support.confirmed?.until ?? null) : null,
  // Sent days ago, perhaps by a colleague, and answered now.
  letter:
    support.letter !== null && !support.letter.code.used && at < support.letter.code.expiresAt
      ? { id: support.letter.code.codeId, expiresAt: support.letter.code.expiresAt }
      : null,
});

const invalid = (field: string, message: string): ProblemError =>
  new ProblemError('invalid-request', { errors: [{ field, message }] });
