import type { Ask, Asker } from '../../src/application/records.ts';
import type { Action, Purpose } from '../../src/domain/access/question.ts';
import type { Evidence, Target } from '../../src/domain/consent/consent.ts';
import type { Visibility } from '../../src/domain/document/document.ts';
import type { ErasureReason, EspaceCommand } from '../../src/domain/espace/espace.ts';
import type { Change } from '../../src/domain/record/record.ts';
import type { Actor } from '../../src/domain/shared/actor.ts';
import { type Instant, plusMs } from '../../src/domain/shared/time.ts';
import { ACTORS, AGENT, askerFor, DELEGATES, HOLDER_ACTOR, type Who } from './history-cast.ts';
import { contentOf, description, documentIdOf } from './questions.ts';

/** What somebody does, as plain data: fast-check makes it, shrinks it and prints it. */
export type Step =
  | { readonly do: 'wait'; readonly hours: number }
  | {
      readonly do: 'look';
      readonly who: Who;
      readonly action: Action;
      readonly document: number;
      readonly purpose: Purpose;
      readonly reason: string | null;
    }
  | {
      readonly do: 'deposit';
      readonly who: Who;
      readonly document: number;
      readonly typeCode: string;
      readonly informed: boolean;
      readonly visibility: Visibility;
    }
  | { readonly do: 'show'; readonly who: Who; readonly document: number; readonly visibility: Visibility }
  | { readonly do: 'describe'; readonly who: Who; readonly document: number; readonly title: string }
  | { readonly do: 'delete'; readonly who: Who; readonly document: number }
  | { readonly do: 'consent'; readonly who: Who; readonly wish: Wish; readonly evidence: Evidence | null }
  | {
      readonly do: 'life';
      readonly who: Who;
      readonly wish: 'close' | 'reopen' | 'object-to-suspension';
      readonly erase?: boolean;
    }
  /** By the holder: of an access to this document. */
  | { readonly do: 'report'; readonly document: number }
  /** The holder writes to the help desk, or the desk turns to what they wrote. */
  | { readonly do: 'desk'; readonly by: 'holder' | 'agent' }
  | { readonly do: 'supervise'; readonly who: Who; readonly wish: 'report-death' | 'suspend' | 'lift-suspension' }
  | { readonly do: 'delegate'; readonly who: Who; readonly number: number; readonly wish: DelegationWish }
  | { readonly do: 'declare-parent'; readonly parent: Delegating; readonly number: number }
  | { readonly do: 'lapse'; readonly number: number }
  | { readonly do: 'reach-majority' }
  | { readonly do: 'enrol'; readonly wish: 'activate' | 'oppose' }
  /** What the deadlines of the espace do when they are due. */
  | { readonly do: 'come-due'; readonly wish: 'open' | 'close-suspended' }
  | { readonly do: 'come-due'; readonly wish: 'erase'; readonly reason: ErasureReason }
  | { readonly do: 'deadline'; readonly document: number; readonly wish: 'tell' | 'reveal' };

export type Delegating = keyof typeof DELEGATES;
/** A command of Delegation without who, which and when. */
export type DelegationWish =
  | { readonly type: 'invite'; readonly relation: 'CARER' | 'SECOND_REPRESENTATIVE'; readonly invited: Delegating }
  | { readonly type: 'accept' | 'refuse' | 'renounce' | 'withdraw' | 'revoke' | 'renew' | 'end-guardianship' }
  | {
      readonly type: 'declare-guardianship';
      readonly measure: 'TUTELLE' | 'CURATELLE';
      readonly guardian: Delegating;
      /** From now until it begins. */
      readonly startsIn: number;
      /** That it lasts; null: without end. */
      readonly hours: number | null;
    };

const DELEGATION_ACTION_OF: Readonly<Record<DelegationWish['type'], Action>> = {
  invite: 'invite-carer',
  accept: 'answer-invitation',
  refuse: 'answer-invitation',
  renounce: 'renounce-delegation',
  withdraw: 'withdraw-invitation',
  revoke: 'end-delegation',
  renew: 'renew-delegation',
  'declare-guardianship': 'declare-guardianship',
  'end-guardianship': 'end-guardianship',
};

/** A command of Consent without who and when; the end of an authorisation in hours from now. */
export type Wish =
  | { readonly type: 'authorise'; readonly target: Target; readonly hours: number | null }
  | { readonly type: 'withdraw' | 'block' | 'unblock'; readonly target: Target }
  | { readonly type: 'set-defaults'; readonly professionalsBlocked: boolean; readonly documentsMasked: boolean }
  | {
      readonly type: 'set-emergency';
      readonly callCentre: boolean;
      readonly breakGlass: boolean;
      readonly masked: boolean;
    }
  | { readonly type: 'name-administrator' | 'remove-administrator'; readonly professional: string }
  | { readonly type: 'declare-attending-doctor'; readonly professional: string }
  | { readonly type: 'remove-attending-doctor' };

const ACTION_OF: Readonly<Record<Wish['type'], Action>> = {
  authorise: 'authorise',
  withdraw: 'withdraw-authorisation',
  block: 'block',
  unblock: 'unblock',
  'set-defaults': 'set-defaults',
  'set-emergency': 'set-emergency',
  'name-administrator': 'name-administrator',
  'remove-administrator': 'remove-administrator',
  'declare-attending-doctor': 'declare-attending-doctor',
  'remove-attending-doctor': 'remove-attending-doctor',
};

/** What a step asks of the records; null: nothing, or nothing that a person asks. */
export const askOf = (step: Step): { readonly asker: Asker; readonly ask: Ask } | null => {
  if (step.do === 'desk') return deskOf(step.by);
  if (!('who' in step)) return null;
  const by: Actor = ACTORS[step.who];
  const asker = askerFor(by);
  switch (step.do) {
    case 'look': {
      const { purpose, reason, action } = step;
      return { asker: { ...asker, purpose, reason }, ask: { action, ...about(step.action, step.document) } };
    }
    case 'deposit': {
      const documentId = documentIdOf(step.document);
      const { typeCode, informed, visibility } = step;
      const change = (at: Instant): Change => ({
        module: 'document',
        command: {
          type: 'deposit',
          at,
          by,
          documentId,
          description: description({ title: `Document ${step.document}`, typeCode }),
          content: contentOf(step.document),
          visibility,
        },
      });
      return { asker, ask: { action: 'deposit-document', documentId, patientInformed: informed, change } };
    }
    case 'show': {
      const documentId = documentIdOf(step.document);
      const { visibility } = step;
      const actions = actionsFor(visibility);
      const [action, ...alsoActions] = actions;
      if (action === undefined) return null;
      const change = (at: Instant): Change => ({
        module: 'document',
        command: { type: 'set-visibility', at, by, documentId, visibility },
      });
      return { asker, ask: { action, alsoActions, documentId, change } };
    }
    case 'describe': {
      const documentId = documentIdOf(step.document);
      const { title } = step;
      const change = (at: Instant): Change => ({
        module: 'document',
        command: { type: 'describe', at, by, documentId, description: { title } },
      });
      return { asker, ask: { action: 'describe-document', documentId, change } };
    }
    case 'delete': {
      const documentId = documentIdOf(step.document);
      const change = (at: Instant): Change => ({ module: 'document', command: { type: 'delete', at, by, documentId } });
      return { asker, ask: { action: 'delete-document', documentId, change } };
    }
    case 'consent':
      return {
        asker,
        ask: {
          action: ACTION_OF[step.wish.type],
          ...targetOf(step.wish),
          evidence: by.kind === 'holder' ? null : step.evidence,
          details: step.wish.type,
          change: at => consentChange(step.wish, by, at, step.evidence),
        },
      };
    case 'delegate':
      return {
        asker,
        ask: {
          action:
            step.wish.type === 'invite' && step.wish.relation === 'SECOND_REPRESENTATIVE'
              ? 'invite-representative'
              : DELEGATION_ACTION_OF[step.wish.type],
          change: at => delegationChange(step.wish, step.number, by, at),
        },
      };
    case 'life':
      return {
        asker,
        ask: { action: step.wish, change: at => ({ module: 'espace', command: lifeCommand(step, by, at) }) },
      };
    case 'supervise':
      return {
        asker,
        ask: { action: step.wish, change: at => ({ module: 'espace', command: fundCommand(step.wish, by, at) }) },
      };
  }
};

const deskOf = (by: 'holder' | 'agent'): { readonly asker: Asker; readonly ask: Ask } => {
  const data = { by: HOLDER_ACTOR, act: 'TICKET_OPENED', ticket: 'ticket' } as const;
  return by === 'agent'
    ? { asker: askerFor(AGENT), ask: { action: 'handle-ticket', details: 'ticket=ticket' } }
    : {
        asker: askerFor(HOLDER_ACTOR),
        ask: { action: 'write-ticket', change: at => ({ module: 'access', event: { type: 'HelpNoted', at, data } }) },
      };
};

const lifeCommand = (step: Step & { readonly do: 'life' }, by: Actor, at: Instant): EspaceCommand => {
  switch (step.wish) {
    case 'close':
      return { type: 'close', at, erase: step.erase ?? false };
    case 'reopen':
      return { type: 'reopen', at };
    case 'object-to-suspension':
      return { type: 'object-to-suspension', at, by };
  }
};

const fundCommand = (wish: (Step & { readonly do: 'supervise' })['wish'], by: Actor, at: Instant): EspaceCommand => {
  switch (wish) {
    case 'report-death':
      return { type: 'report-death', at, by, diedOn: at.slice(0, 10) };
    case 'suspend':
      return { type: 'suspend', at, by, reason: 'FRAUD' };
    case 'lift-suspension':
      return { type: 'lift-suspension', at, by };
  }
};

const dueCommand = (step: Step & { readonly do: 'come-due' }, at: Instant): EspaceCommand =>
  step.wish === 'erase' ? { type: 'erase', at, reason: step.reason } : { type: step.wish, at };

const targetOf = (wish: Wish): Pick<Ask, 'target'> => {
  if ('target' in wish) return { target: wish.target };
  return 'professional' in wish ? { target: wish.professional } : {};
};

const ABOUT_A_DOCUMENT: readonly Action[] = [
  'read-document',
  'read-content',
  'describe-document',
  'mask-document',
  'hide-from-representatives',
  'announce-document',
  'delete-document',
];
const about = (action: Action, document: number): Pick<Ask, 'documentId'> =>
  ABOUT_A_DOCUMENT.includes(action) ? { documentId: documentIdOf(document) } : {};

const actionsFor = (visibility: Visibility): readonly Action[] => [
  ...(visibility.maskedFromProfessionals === undefined ? [] : (['mask-document'] as const)),
  ...(visibility.hiddenFromRepresentatives === undefined ? [] : (['hide-from-representatives'] as const)),
  ...(visibility.hiddenFromHolderUntilAnnounced === undefined ? [] : (['announce-document'] as const)),
];

export const MS_PER_HOUR = 3_600_000;

const consentChange = (wish: Wish, by: Actor, at: Instant, evidence: Evidence | null): Change => {
  if (wish.type !== 'authorise') return { module: 'consent', command: { ...wish, at, by } };
  const until = wish.hours === null ? null : plusMs(at, wish.hours * MS_PER_HOUR);
  const shown = by.kind === 'holder' ? 'HOLDER' : (evidence ?? 'HOLDER');
  return { module: 'consent', command: { type: 'authorise', at, by, target: wish.target, until, evidence: shown } };
};

export const delegationIdOf = (number: number): string =>
  `de1e9a7e-0000-4000-8000-0000000000${String(number).padStart(2, '0')}`;

const delegationChange = (wish: DelegationWish, number: number, by: Actor, at: Instant): Change => {
  const on = { at, by, delegationId: delegationIdOf(number) };
  switch (wish.type) {
    case 'invite': {
      const { id: delegate, name } = DELEGATES[wish.invited];
      const { relation, invited: ins } = wish;
      return {
        module: 'delegation',
        command: { type: 'invite', ...on, relation, delegate, ins, isHolder: false, name },
      };
    }
    case 'accept':
      return {
        module: 'delegation',
        command: { type: 'accept', ...on, name: 'name' in by ? by.name : '' },
      };
    case 'declare-guardianship': {
      const { id, name } = DELEGATES[wish.guardian];
      const { measure, startsIn, hours } = wish;
      const from = plusMs(at, startsIn * MS_PER_HOUR);
      const until = hours === null ? null : plusMs(from, hours * MS_PER_HOUR);
      const delegate = measure === 'TUTELLE' ? id : null;
      const terms = { measure, delegate, name, judgment: 'essai', from, until };
      return { module: 'delegation', command: { type: 'declare-guardianship', ...on, ...terms } };
    }
    default:
      return { module: 'delegation', command: { type: wish.type, ...on } };
  }
};

/** What a step changes that nobody has to ask for; null for the others. */
export const changeOf = (step: Step): ((at: Instant) => Change) | null => {
  if (step.do === 'enrol')
    return at => ({
      module: 'espace',
      command:
        step.wish === 'oppose'
          ? { type: 'oppose', at, reference: 'reference' }
          : { type: 'activate', at, termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE' },
    });
  if (step.do === 'come-due') return at => ({ module: 'espace', command: dueCommand(step, at) });
  if (step.do === 'report') {
    const data = { by: HOLDER_ACTOR, entry: 'entry', documentId: documentIdOf(step.document), comment: 'Mon secret' };
    return at => ({ module: 'access', event: { type: 'AccessReported', at, data } });
  }
  const by = { kind: 'system', name: 'deadline' } as const;
  if (step.do === 'declare-parent')
    return at => ({
      module: 'delegation',
      command: {
        type: 'declare-parent',
        at,
        by,
        delegationId: delegationIdOf(step.number),
        delegate: DELEGATES[step.parent].id,
      },
    });
  if (step.do === 'lapse')
    return at => ({
      module: 'delegation',
      command: { type: 'lapse', at, by, delegationId: delegationIdOf(step.number) },
    });
  if (step.do === 'reach-majority')
    return at => ({ module: 'delegation', command: { type: 'reach-majority', at, by } });
  if (step.do !== 'deadline') return null;
  const on = { by, documentId: documentIdOf(step.document) } as const;
  const visibility = { hiddenFromHolderUntilAnnounced: false };
  return at => ({
    module: 'document',
    command:
      step.wish === 'tell' ? { type: 'tell-holder', at, ...on } : { type: 'set-visibility', at, ...on, visibility },
  });
};

export const createEspace = (at: Instant): Change => createEspaceOf('1953-07-14')(at);

export const createEspaceOf =
  (birthDate: string) =>
  (at: Instant): Change => ({
    module: 'espace',
    command: {
      type: 'create',
      at,
      identity: {
        ins: { value: '253072B07300470', oid: '1.2.250.1.213.1.4.10' },
        birthName: 'Pat-Trois',
        firstNames: 'Dominique',
        birthDate,
        sex: 'F',
      },
    },
  });
