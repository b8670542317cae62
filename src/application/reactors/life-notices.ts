import type { EspaceEvent } from '../../domain/espace/espace.ts';
import { OBJECTION_DAYS } from '../../domain/espace/periods.ts';
import { plusDays } from '../../domain/shared/time.ts';
import type { Letter } from './addressees.ts';
import { frenchDay } from './notice-texts.ts';

/** Events of which the person is told, and everybody who represents them: one who acts for somebody may not be the only one. */
export const LIFE_NOTICE_TYPES = [
  'Closed',
  'Reopened',
  'ErasureRequested',
  'ErasureCancelled',
  'Suspended',
  'SuspensionObjected',
  'SuspensionLifted',
  'ClosedAfterSuspension',
] as const;

type LifeNoticeEvent = EspaceEvent & { readonly type: (typeof LIFE_NOTICE_TYPES)[number] };

/** `copy`: for whoever represents the person; no name, since a letter-box is read by others. */
export type LifeNotice = { readonly letter: Letter; readonly copy: Letter };

/** What is written when something happens to the life of an espace. */
export const lifeNotice = (event: LifeNoticeEvent): LifeNotice => {
  const { kind, is, body } = textOf(event);
  return {
    letter: { kind, subject: `Mon espace santé : votre espace ${is}`, body: `Votre espace ${body}` },
    copy: {
      kind,
      subject: `Mon espace santé : l’espace d’une personne que vous représentez ${is}`,
      body: `L’espace d’une personne que vous représentez ${body}`,
    },
  };
};

/** What follows the words for the espace, in the subject and in the body. */
const textOf = (event: LifeNoticeEvent): { readonly kind: string; readonly is: string; readonly body: string } => {
  switch (event.type) {
    case 'Closed':
      return {
        kind: 'closure',
        is: 'est fermé',
        body: 'est fermé : plus personne n’y accède, même en urgence. Il peut être rouvert tant qu’il est conservé, dix ans au plus.',
      };
    case 'Reopened':
      return {
        kind: 'reopening',
        is: 'est rouvert',
        body: 'est rouvert. Les autorisations données avant la fermeture ne sont pas rétablies.',
      };
    case 'ErasureRequested':
      return {
        kind: 'erasure-requested',
        is: 'sera effacé',
        body:
          `et les documents qu’il contient seront effacés définitivement à partir du ${frenchDay(event.data.dueAt)}. ` +
          'Le rouvrir avant cette date annule l’effacement.',
      };
    case 'ErasureCancelled':
      return {
        kind: 'erasure-cancelled',
        is: 'ne sera pas effacé',
        body: 'ne sera pas effacé : l’effacement demandé est annulé et les documents sont conservés.',
      };
    case 'Suspended':
      return {
        kind: 'suspension',
        is: 'est suspendu',
        body:
          `est suspendu par l’assurance maladie (${SUSPENDED_FOR[event.data.reason]}) : plus personne n’y accède. ` +
          `Sans opposition de votre part avant le ${frenchDay(plusDays(event.at, OBJECTION_DAYS))}, il sera fermé. ` +
          'Pour vous y opposer, connectez-vous à Mon espace santé ; si vous n’avez pas encore de compte, identifiez-vous ' +
          'comme pour l’activer, avec votre carte Vitale et un code.',
      };
    case 'SuspensionObjected':
      return {
        kind: 'suspension-objected',
        is: 'est rétabli',
        body: 'est rétabli tel qu’il était : l’opposition à la suspension est enregistrée.',
      };
    case 'SuspensionLifted':
      return {
        kind: 'suspension-lifted',
        is: 'est rétabli',
        body: 'est rétabli tel qu’il était : l’assurance maladie a levé la suspension.',
      };
    case 'ClosedAfterSuspension':
      return {
        kind: 'closure-after-suspension',
        is: 'est fermé',
        body: 'était suspendu et, sans opposition en six semaines, il est fermé : plus personne n’y accède.',
      };
  }
};

const SUSPENDED_FOR = { FRAUD: 'suspicion de fraude', MALFUNCTION: 'dysfonctionnement grave' } as const;
