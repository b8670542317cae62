import type { Instant } from '../../domain/shared/time.ts';

/** What people are written, in French; nothing of anybody's health is in it. `kind` is for whoever sorts messages. */
export type Text = { readonly subject: string; readonly body: string };

export const invitation = (code: string) => ({
  kind: 'invitation',
  subject: 'Mon espace santé : votre invitation',
  body:
    'Un espace numérique de santé est créé pour vous. Vous pouvez l’activer ou vous y opposer pendant six semaines, ' +
    `avec votre numéro de sécurité sociale, le numéro de série de votre carte Vitale et ce code : ${code}`,
});

const notYou = 'Si ce n’était pas vous, prévenez-nous.';

export const codeMessage = (kind: string, code: string) => ({
  kind,
  subject: 'Mon espace santé : votre code',
  body: `Votre code, valable quinze minutes : ${code}. Ne le communiquez à personne.`,
});

export const loginReminder = (login: string) => ({
  kind: 'login-reminder',
  subject: 'Mon espace santé : votre identifiant',
  body: `Vous avez demandé votre identifiant de connexion, que voici : ${login}. ${notYou}`,
});

export const supportCode = (code: string) => ({
  kind: 'support-code',
  subject: 'Mon espace santé : votre code pour l’assistance',
  body: `Le code à lire à l’assistance (3422), si vous l’avez appelée : ${code}. Sinon, ne le communiquez à personne.`,
});

export const seeYourEspace = 'Connectez-vous à Mon espace santé pour en savoir plus.';
export const LOCKED = {
  subject: 'Mon espace santé : compte verrouillé',
  body:
    'Après plusieurs échecs, votre compte est verrouillé pour quinze minutes. « Mot de passe oublié » le déverrouille ' +
    `aussitôt. ${notYou}`,
};
export const PASSWORD_CHANGED = {
  subject: 'Mon espace santé : mot de passe changé',
  body: `Votre mot de passe a été changé et vos autres appareils sont déconnectés. ${notYou}`,
};
export const CONTACT_CHANGED = {
  subject: 'Mon espace santé : coordonnées changées',
  body: `L’adresse ou le numéro auquel nous vous écrivons a été changé. ${notYou}`,
};
export const NEW_DEVICE = {
  subject: 'Mon espace santé : connexion depuis un nouvel appareil',
  body: `Quelqu’un s’est connecté à votre espace depuis un appareil qui n’avait pas encore servi. ${notYou}`,
};
export const SESSION_COPIED = {
  subject: 'Mon espace santé : session interrompue',
  body: `Une de vos sessions a été fermée : elle semblait utilisée à deux endroits. Reconnectez-vous. ${notYou}`,
};
export const ACTIVATED = { subject: 'Mon espace santé est activé', body: `Votre espace est activé. ${seeYourEspace}` };
export const OPENED = {
  subject: 'Mon espace santé est ouvert',
  body:
    'Six semaines après votre invitation, et sans opposition de votre part, votre espace est ouvert. ' +
    'Vous pouvez à tout moment l’activer ou vous y opposer.',
};
export const UPDATED = {
  subject: 'Votre espace a été mis à jour',
  body: `Nous vous invitons à consulter. ${seeYourEspace}`,
};
export const CORRECTED = {
  subject: 'Mon espace santé : changement de coordonnées demandé',
  body: 'L’assistance (3422) change vos coordonnées à votre demande. Si ce n’était pas vous, appelez le 3422.',
};
export const ANSWERED = {
  subject: 'Mon espace santé : réponse à votre demande',
  body: `L’assistance vous a répondu. ${seeYourEspace}`,
};
export const EMERGENCY = {
  subject: 'Accès en urgence à votre espace',
  body: `Un professionnel a accédé en urgence à votre espace. ${seeYourEspace}`,
};
/** To whoever represents the person. */
export const EMERGENCY_COPY = {
  subject: 'Accès en urgence à l’espace d’une personne que vous représentez',
  body: `Un professionnel a accédé en urgence à l’espace d’une personne que vous représentez. ${seeYourEspace}`,
};
export const ACCESSED: Readonly<Record<string, Text>> = {
  'fund-declares-guardianship': {
    subject: 'Une mesure de protection a été enregistrée ou levée',
    body: `L’assurance maladie a enregistré une décision de justice qui vous concerne. ${seeYourEspace}`,
  },
  'agreement-recorded': {
    subject: 'Une autorisation a été enregistrée',
    body: `Un professionnel a enregistré l’accord que vous lui avez donné. ${seeYourEspace}`,
  },
};

/** `14/02/2027`, the day in UTC. */
export const frenchDay = (instant: Instant): string => instant.slice(0, 10).split('-').reverse().join('/');
