import type { EspaceEvent } from '../../domain/espace/espace.ts';
import { OBJECTION_DAYS } from '../../domain/espace/periods.ts';
import { type Instant, plusDays } from '../../domain/shared/time.ts';

type LifeNoticeEvent = EspaceEvent & {
  readonly type:
    | 'OpenedAutomatically'
    | 'ErasureRequested'
    | 'ErasureCancelled'
    | 'Suspended'
    | 'SuspensionObjected'
    | 'SuspensionLifted'
    | 'ClosedAfterSuspension';
};

export type LifeNotice = { readonly kind: string; readonly subject: string; readonly body: string };

/** What a person is written when something happens to the life of their espace that they did not do just now. */
export const lifeNotice = (event: LifeNoticeEvent): LifeNotice => {
  switch (event.type) {
    case 'OpenedAutomatically':
      return {
        kind: 'automatic-opening',
        subject: 'Mon espace santé est ouvert',
        body:
          'Six semaines après votre invitation, et sans opposition de votre part, votre espace est ouvert. ' +
          'Vous pouvez à tout moment l’activer ou vous y opposer.',
      };
    case 'ErasureRequested':
      return {
        kind: 'erasure-requested',
        subject: 'Mon espace santé : effacement demandé',
        body:
          `Votre espace et ses documents seront effacés définitivement à partir du ${frenchDay(event.data.dueAt)}. ` +
          'Rouvrir votre espace avant cette date annule l’effacement.',
      };
    case 'ErasureCancelled':
      return {
        kind: 'erasure-cancelled',
        subject: 'Mon espace santé : effacement annulé',
        body: 'L’effacement que vous aviez demandé est annulé : vos documents sont conservés.',
      };
    case 'Suspended':
      return {
        kind: 'suspension',
        subject: 'Mon espace santé est suspendu',
        body:
          `L’assurance maladie a suspendu votre espace (${SUSPENDED_FOR[event.data.reason]}) : plus personne n’y accède. ` +
          `Sans opposition de votre part avant le ${frenchDay(plusDays(event.at, OBJECTION_DAYS))}, il sera fermé. ` +
          'Pour vous y opposer, connectez-vous à Mon espace santé ; si vous n’avez pas encore de compte, identifiez-vous ' +
          'comme pour l’activer, avec votre carte Vitale et un code.',
      };
    case 'SuspensionObjected':
      return {
        kind: 'suspension-objected',
        subject: 'Mon espace santé est rétabli',
        body: 'Votre opposition à la suspension est enregistrée : votre espace est rétabli tel qu’il était.',
      };
    case 'SuspensionLifted':
      return {
        kind: 'suspension-lifted',
        subject: 'Mon espace santé est rétabli',
        body: 'L’assurance maladie a levé la suspension : votre espace est rétabli tel qu’il était.',
      };
    case 'ClosedAfterSuspension':
      return {
        kind: 'closure-after-suspension',
        subject: 'Mon espace santé est fermé',
        body: 'Votre espace était suspendu et, sans opposition en six semaines, il est fermé : plus personne n’y accède.',
      };
  }
};

const SUSPENDED_FOR = { FRAUD: 'suspicion de fraude', MALFUNCTION: 'dysfonctionnement grave' } as const;

/** `14/02/2027`, the day in UTC. */
const frenchDay = (instant: Instant): string => instant.slice(0, 10).split('-').reverse().join('/');
