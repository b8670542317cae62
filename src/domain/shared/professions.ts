import type { Professional } from './actor.ts';

/**
 * Who works in health and social care, by author role code: `G15_…` health professions, `G16_…` the same in training,
 * plain numbers for titles and for roles. Codes and French labels: ANS, JDV_J01_XdsAuthorSpecialty_CISIS, revision 2024-12-13.
 */
export const PROFESSIONS: ReadonlyMap<string, string> = new Map([
  ['G15_10', 'Médecin'],
  ['G15_21', 'Pharmacien'],
  ['G15_26', 'Audioprothésiste'],
  ['G15_28', 'Opticien-lunetier'],
  ['G15_31', 'Assistant dentaire'],
  ['G15_32', 'Physicien médical'],
  ['G15_35', 'Aide-soignant'],
  ['G15_36', 'Ambulancier'],
  ['G15_37', 'Auxiliaire de puériculture'],
  ['G15_38', 'Préparateur en pharmacie hospitalière'],
  ['G15_39', 'Préparateur en pharmacie (officine)'],
  ['G15_40', 'Chirurgien-dentiste'],
  ['G15_50', 'Sage-femme'],
  ['G15_60', 'Infirmier'],
  ['G15_69', 'Infirmier psychiatrique'],
  ['G15_70', 'Masseur-kinésithérapeute'],
  ['G15_80', 'Pédicure-podologue'],
  ['G15_81', 'Orthoprothésiste'],
  ['G15_82', 'Podo-orthésiste'],
  ['G15_83', 'Orthopédiste-orthésiste'],
  ['G15_84', 'Oculariste'],
  ['G15_85', 'Épithésiste'],
  ['G15_86', 'Technicien de laboratoire médical'],
  ['G15_91', 'Orthophoniste'],
  ['G15_92', 'Orthoptiste'],
  ['G15_94', 'Ergothérapeute'],
  ['G15_95', 'Diététicien'],
  ['G15_96', 'Psychomotricien'],
  ['G15_98', 'Manipulateur ERM'],

  ['G16_10', 'Médecin en formation'],
  ['G16_21', 'Pharmacien en formation'],
  ['G16_40', 'Chirurgien-dentiste en formation'],
  ['G16_50', 'Sage-femme en formation'],

  ['71', 'Ostéopathe'],
  ['72', 'Psychothérapeute'],
  ['73', 'Chiropracteur'],
  ['93', 'Psychologue'],

  ['41', 'Assistant de service social'],
  ['300', 'Assistant de service social (PAERPA)'],
  ['301', "Coordination territoriale d'appui (PAERPA)"],
  ['302', 'Aide et accompagnement à domicile (PAERPA)'],
  ['303', 'Avocat participant aux processus de soins sans consentement (eSSS)'],
  ['304', 'Assistant de service social (Expérimentation MAIA)'],
  ['305', 'Psychologue (Expérimentation MAIA)'],
  ['306', 'Psychothérapeute (Expérimentation MAIA)'],
  ['307', 'Mandataire judiciaire à la protection des majeurs (MJPM)'],
  ['308', 'Pilote MAIA'],
  ['309', 'Gestionnaire de cas MAIA'],
  ['310', 'Équipe médico-sociale APA'],
  ['311', 'Autre acteur mettant en œuvre la méthode MAIA'],
  ['312', 'Autre professionnel'],
  ['313', 'Aide-soignant'],
  ['314', 'Ambulancier'],
  ['315', 'Auxiliaire de puériculture'],
  ['316', 'Préparateur en pharmacie hospitalière'],
  ['317', 'Préparateur en pharmacie (officine)'],
  ['318', 'Auxiliaire de vie sociale'],
  ['319', "Technicien de l'intervention sociale et familiale"],
  ['320', 'Conseiller en économie sociale et familiale'],
  ['321', 'Médiateur familial'],
  ['322', 'Assistant familial'],
  ['323', 'Aide médico-psychologique (AMP)'],
  ['324', 'Moniteur éducateur'],
  ['325', 'Éducateur de jeunes enfants'],
  ['326', 'Éducateur spécialisé'],
  ['327', 'Éducateur technique spécialisé'],
  ['328', 'Accompagnant éducatif et social'],
  ['329', 'Conseiller en génétique'],
  ['330', 'Coordonnateur de parcours'],
  ['331', 'Secrétaire assistante médico-administrative'],
  ['332', 'Assistant médical'],
  ['333', 'Responsable de secteur'],
  ['334', 'Biologiste médical ni médecin ni pharmacien'],
  ['335', 'Gestionnaire alertes et urgences sanitaires'],
  ['336', "Autre professionnel intervenant dans l'accueil et l'orientation des personnes"],
  ['337', 'Autre professionnel intervenant dans la logistique'],
  ['338', "Autre professionnel intervenant dans l'hôtellerie et la restauration"],
  ['339', 'Autre professionnel intervenant dans la direction de la qualité, hygiène, sécurité et environnement'],
  ['340', "Autre professionnel intervenant dans la direction des systèmes d'information"],
  ['341', 'Autre professionnel intervenant dans la direction des finances et comptabilité'],
  ['342', 'Autre professionnel intervenant dans la direction de la communication'],
  ['343', 'Autre professionnel intervenant dans la direction des ressources humaines'],
  ['344', 'Autre professionnel intervenant dans la direction des affaires médicales'],
  ['345', 'Autre professionnel intervenant dans le social, éducatif, psychologie et culturel'],
  ['346', 'Étudiant - infirmier'],
  ['347', 'Étudiant - aide-soignant'],
  ['348', 'Étudiant - auxiliaire de puériculture'],
  ['349', 'Étudiant - masseur-kinésithérapeute'],
  ['350', 'Aide à domicile'],
  ['351', 'Assistant(e) maternel(le)'],
  ['353', "Membre de l'équipe de soins"],
  ['354', 'Externe en médecine'],
  ['355', 'Externe en odontologie'],
  ['356', 'Externe en maïeutique'],
  ['357', 'Externe en pharmacie'],
  ['358', 'Autre étudiant'],
  ['359', "Directeur d'établissement"],
  ['360', 'Brancardier'],
  ['361', 'Éducateur en activité physique adaptée'],
  ['362', "Technicien d'informations médicales"],
  ['363', 'Attaché de recherche clinique'],
  ['364', 'Praticien à diplôme hors Union européenne (PADHUE)'],
  ['365', 'Gestionnaire admissions / frais de séjour / traitement externe'],
  ['366', 'Archiviste'],
  ['367', 'Surveillant de nuit'],
  ['368', 'Animateur'],
  ['369', 'Biologiste médical non-médecin'],
  ['370', 'Opérateur de soins non programmés'],
]);

/** The registers give `10` and a category, E for students; the matrix knows `G15_10` and `G16_10`, and `301` as it is. */
export const professionOf = (code: string, category: string | null): string => {
  if (category === 'E') return `G16_${code}`;
  return PROFESSIONS.has(`G15_${code}`) ? `G15_${code}` : code;
};

/** In what capacity somebody works: what rules may depend on, besides who they are. */
export type Practice = Pick<Professional, 'profession' | 'specialty' | 'sector'>;

/** Médecine du travail, as a qualification (SM25), a competence (C41) or a capacity (CAPA11). */
const OCCUPATIONAL_SPECIALTIES: ReadonlySet<string | null> = new Set(['SM25', 'C41', 'CAPA11']);

/** Care within an enterprise (SA13), services de prévention et de santé au travail (SA66). */
const OCCUPATIONAL_SECTORS: ReadonlySet<string | null> = new Set(['SA13', 'SA66']);

/**
 * Works for occupational medicine, by specialty or by sector, whatever the profession: a nurse of the same service serves
 * the same employer. An occupational specialist who works elsewhere counts too: the stricter reading of L.1111-17 IV.
 */
export const isOccupationalPhysician = ({ specialty, sector }: Practice): boolean =>
  OCCUPATIONAL_SPECIALTIES.has(specialty) || OCCUPATIONAL_SECTORS.has(sector);

/** Private insurance (JDV_J02: SA23): nothing is ever shown to it, even with consent (L.1111-18; that this code says it: ours). */
export const isExcludedSector = (sector: string | null): boolean => sector === 'SA23';
