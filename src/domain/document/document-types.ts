/**
 * The types a document may have, and the categories under which the holder finds them.
 *
 * Confirmed: codes, systems and French labels of the 114 types (ANS, JDV_J07_XdsTypeCode_CISIS, value set
 * 1.2.250.1.213.1.1.5.471, revision 2024-09-27); codes of the 15 categories and the labels of twelve of them (published
 * Mon espace santé app, 2025). Inferred by us: each type's class (the official correspondence ASS_X04 was not at hand) and
 * category, and the labels of CAR_VAC, VDP and REMB, which the app does not show.
 */

/** ANS: 1.2.250.1.213.1.1.4.12; LOINC: 2.16.840.1.113883.6.1. */
export type TypeSystem = 'ANS' | 'LOINC' | 'ASTM';

/**
 * JDV_J57_ClassCode_DMP: 10 report, 11 synthesis, 31 imaging, 42 prescription, 43 dispensation, 44 care plan, 45 treatment
 * given, 52 certificate, 60 reimbursement, 90 other, from the patient, 95 management.
 */
export type ClassCode = '10' | '11' | '31' | '42' | '43' | '44' | '45' | '52' | '60' | '90' | '95';

/** The 15 categories by code, with the French label shown to the holder. */
export const CATEGORIES = {
  SYNTHESE: 'Ma santé en résumé',
  ORD_SOIN: 'Ordonnances et soins',
  RADIO_SC: 'Radio, écho, scanner, IRM',
  BIOLOGIE: 'Résultats de biologie',
  CPT_REND: 'Comptes rendus',
  DEPISTAG: 'Prévention et dépistages',
  CERT_MED: 'Certificats médicaux',
  DOC_ADM: 'Pièces administratives',
  AUTR_DOC: 'Autres documents',
  SYNTH_PML: 'Synthèse médicale',
  DIR_ANT: 'Directives anticipées',
  CAR_VAC: 'Carnet de vaccination',
  VDP: 'Volontés et droits',
  REMB: 'Données de remboursement',
  QUEST_SANTE: 'Questionnaire santé',
} as const;

export type CategoryCode = keyof typeof CATEGORIES;

export type DocumentType = {
  readonly code: string;
  readonly system: TypeSystem;
  /** French, official. */
  readonly label: string;
  /** Inferred. */
  readonly classCode: ClassCode;
  /** Inferred. */
  readonly category: CategoryCode;
};

type Row = readonly [code: string, system: TypeSystem, label: string, classCode: ClassCode, category: CategoryCode];

const ROWS: readonly Row[] = [
  ['ATTEST-ASS-COMPL', 'ANS', 'Attestation assurance complémentaire', '95', 'DOC_ADM'],
  ['ATTEST-RESID', 'ANS', 'Attestation de résidence', '95', 'DOC_ADM'],
  ['ATTEST-HEBGT', 'ANS', "Attestation d'hébergement", '95', 'DOC_ADM'],
  ['ATTEST-DROITS-AM', 'ANS', "Attestation de droits à l'assurance maladie", '95', 'DOC_ADM'],
  ['AUTORIS-SOINS', 'ANS', 'Autorisation de soins et actes non usuels sanitaires', '95', 'DOC_ADM'],
  ['BIL_AUTO', 'ANS', "CR de bilan d'évaluation de la perte d'autonomie", '10', 'CPT_REND'],
  ['CERT_DECL', 'ANS', 'Certificat, déclaration', '52', 'CERT_MED'],
  ['DISP_AUT', 'ANS', 'Dispensation (autre)', '43', 'ORD_SOIN'],
  ['EXPPAT_1', 'ANS', 'Volontés et droits du patient', '90', 'VDP'],
  ['EXPPAT_2', 'ANS', 'Autre document du patient', '90', 'AUTR_DOC'],
  ['EXPPAT_3', 'ANS', 'Directives anticipées', '90', 'DIR_ANT'],
  ['IMG-KOS', 'ANS', "Reference d'objets d'un examen d'imagerie", '31', 'RADIO_SC'],
  ['PROT_ALD', 'ANS', 'Protocole de soins ALD', '44', 'ORD_SOIN'],
  ['REMB', 'ANS', 'Données de remboursement', '60', 'REMB'],
  ['SYNTH', 'ANS', 'Synthèse', '11', 'SYNTHESE'],
  ['DOCPAT01', 'ANS', 'Synthèse déposée par le patient', '90', 'SYNTHESE'],
  ['DOCPAT02', 'ANS', 'Traitement ou document de soins déposé par le patient', '90', 'ORD_SOIN'],
  ['DOCPAT03', 'ANS', 'CR déposé par le patient', '90', 'CPT_REND'],
  ['DOCPAT04', 'ANS', 'Imagerie déposée par le patient', '90', 'RADIO_SC'],
  ['DOCPAT05', 'ANS', 'CR de biologie déposé par le patient', '90', 'BIOLOGIE'],
  ['DOCPAT06', 'ANS', 'CR de prévention déposé par le patient', '90', 'DEPISTAG'],
  ['DOCPAT07', 'ANS', 'Certificat déposé par le patient', '90', 'CERT_MED'],
  ['DOCPAT08', 'ANS', 'Profil médical Mon espace santé', '90', 'SYNTH_PML'],
  ['DOCPAT09', 'ANS', 'Document administratif déposé par le patient', '90', 'DOC_ADM'],
  ['PIECE-IDENTITE', 'ANS', "Copie pièce d'identité", '95', 'DOC_ADM'],
  ['PRESC-AAT', 'ANS', 'Prescription arrêt de travail', '42', 'ORD_SOIN'],
  ['PRESC-BIO', 'ANS', "Prescription d'actes de biologie médicale", '42', 'ORD_SOIN'],
  ['PRESC-KINE', 'ANS', "Prescription d'actes de kinésithérapie", '42', 'ORD_SOIN'],
  ['PRESC-INF', 'ANS', "Prescription d'actes infirmiers", '42', 'ORD_SOIN'],
  ['PRESC-PEDI', 'ANS', "Prescription d'actes de pédicurie", '42', 'ORD_SOIN'],
  ['PRESC-ORTHOPHO', 'ANS', "Prescription d'actes d'orthophonie", '42', 'ORD_SOIN'],
  ['PRESC-ORTHOPTIE', 'ANS', "Prescription d'actes d'orthoptie", '42', 'ORD_SOIN'],
  ['FEUILLE-DE-STYLE', 'ANS', 'Feuille de style', '95', 'DOC_ADM'],
  ['FICHE-CONTACTS', 'ANS', 'Fiche contacts', '95', 'DOC_ADM'],
  ['EXPORT_DUI', 'ANS', 'Export du Dossier Usager Informatisé', '95', 'DOC_ADM'],
  ['11369-6', 'LOINC', 'Historique des vaccinations', '45', 'CAR_VAC'],
  ['11488-4', 'LOINC', 'CR ou fiche de consultation ou de visite', '10', 'CPT_REND'],
  ['11490-0', 'LOINC', "Lettre de liaison à la sortie d'un établissement de soins", '10', 'CPT_REND'],
  ['34112-3', 'LOINC', 'CR hospitalier (séjour)', '10', 'CPT_REND'],
  ['11502-2', 'LOINC', "CR d'examens biologiques", '10', 'BIOLOGIE'],
  ['11505-5', 'LOINC', "CR d'acte thérapeutique (autre)", '10', 'CPT_REND'],
  ['11506-3', 'LOINC', 'CR ou fiche de suivi de soins par auxiliaire médical', '10', 'CPT_REND'],
  ['15507-7', 'LOINC', 'CR de passage aux urgences', '10', 'CPT_REND'],
  ['15508-5', 'LOINC', "CR d'accouchement", '10', 'CPT_REND'],
  ['18776-5', 'LOINC', 'Plan personnalisé de soins', '44', 'ORD_SOIN'],
  ['18748-4', 'LOINC', "CR d'imagerie médicale", '31', 'RADIO_SC'],
  [
    '18761-7',
    'LOINC',
    "Note de transfert (dont lettre de liaison à l'entrée en établissement de soins)",
    '10',
    'CPT_REND',
  ],
  ['28617-9', 'LOINC', 'Bilan bucco-dentaire', '10', 'CPT_REND'],
  ['28653-4', 'LOINC', 'Document du secteur social / médico-social', '10', 'CPT_REND'],
  ['29274-8', 'LOINC', 'Mesures de signes vitaux', '10', 'CPT_REND'],
  ['34120-6', 'LOINC', 'Bilan par professionnel de santé', '10', 'CPT_REND'],
  ['34133-9', 'LOINC', "Synthèse d'épisode de soins", '11', 'SYNTHESE'],
  ['34749-2', 'LOINC', 'CR de consultation pré-anesthésique', '10', 'CPT_REND'],
  ['34794-8', 'LOINC', 'CR de réunion de concertation pluridisciplinaire', '10', 'CPT_REND'],
  ['34842-5', 'LOINC', "Grille d'évaluation médico-social", '10', 'CPT_REND'],
  ['34874-8', 'LOINC', 'CR opératoire', '10', 'CPT_REND'],
  ['34875-5', 'LOINC', 'Évaluation postopératoire et note de suivi', '10', 'CPT_REND'],
  ['47420-5', 'LOINC', 'CR de bilan fonctionnel', '10', 'CPT_REND'],
  ['51851-4', 'LOINC', 'Document administratif', '95', 'DOC_ADM'],
  ['51969-4', 'LOINC', 'CR de génétique moléculaire', '10', 'BIOLOGIE'],
  ['52040-3', 'LOINC', "Document encapsulant une image d'illustration non DICOM", '31', 'RADIO_SC'],
  ['55115-0', 'LOINC', "Demande d'actes d'imagerie", '42', 'ORD_SOIN'],
  ['56445-0', 'LOINC', 'Bilan médicamenteux (Officine)', '10', 'CPT_REND'],
  ['56446-8', 'LOINC', 'Notification de rendez-vous', '95', 'DOC_ADM'],
  ['57828-6', 'LOINC', 'Prescription (autre)', '42', 'ORD_SOIN'],
  ['57832-8', 'LOINC', 'Prescription de soins', '42', 'ORD_SOIN'],
  ['57833-6', 'LOINC', 'Prescription de produits de santé', '42', 'ORD_SOIN'],
  ['59283-2', 'LOINC', "CR d'examen de l'enfant", '10', 'DEPISTAG'],
  ['59284-0', 'LOINC', 'Attestation de consentement', '52', 'CERT_MED'],
  ['60280-5', 'LOINC', 'Fiche de retour du service des urgences', '10', 'CPT_REND'],
  ['60568-3', 'LOINC', "CR d'anatomie et de cytologie pathologiques", '10', 'BIOLOGIE'],
  ['60591-5', 'LOINC', 'Synthèse médicale', '11', 'SYNTHESE'],
  ['60593-1', 'LOINC', 'Dispensation médicamenteuse', '43', 'ORD_SOIN'],
  ['61357-0', 'LOINC', 'Intervention pharmaceutique', '43', 'ORD_SOIN'],
  ['67851-6', 'LOINC', "CR d'admission", '10', 'CPT_REND'],
  ['68599-0', 'LOINC', 'Synthèse psychiatrique', '11', 'SYNTHESE'],
  ['68817-6', 'LOINC', "Bilan de santé et de prévention de l'enfant", '10', 'DEPISTAG'],
  ['70004-7', 'LOINC', "CR d'acte diagnostique (autre)", '10', 'CPT_REND'],
  ['78341-5', 'LOINC', 'Fiche de transfert vers le service des urgences', '10', 'CPT_REND'],
  ['74207-2', 'LOINC', "Document de liaison d'urgence", '10', 'CPT_REND'],
  ['74465-6', 'LOINC', 'Questionnaire patient', '90', 'QUEST_SANTE'],
  ['75468-9', 'LOINC', 'Renouvellement ordonnance par pharmacien correspondant', '42', 'ORD_SOIN'],
  ['75482-0', 'LOINC', "CR d'acte thérapeutique à visée préventive", '10', 'DEPISTAG'],
  ['75492-9', 'LOINC', "CR d'acte diagnostique à visée préventive ou de dépistage", '10', 'DEPISTAG'],
  ['75496-0', 'LOINC', "Demande d'acte de télémédecine", '42', 'ORD_SOIN'],
  ['77436-4', 'LOINC', "CR d'anesthésie", '10', 'CPT_REND'],
  ['77604-7', 'LOINC', 'Planification thérapeutique', '44', 'ORD_SOIN'],
  ['78513-9', 'LOINC', 'CR de consultation en ophtalmologie', '10', 'CPT_REND'],
  ['78601-2', 'LOINC', "CR d'entretien pharmaceutique", '10', 'CPT_REND'],
  ['80565-5', 'LOINC', "CR d'administration de médicaments", '45', 'ORD_SOIN'],
  ['80771-9', 'LOINC', "Projet d'accueil individualisé", '44', 'ORD_SOIN'],
  ['80788-3', 'LOINC', "Projet personnalisé d'accompagnement", '44', 'ORD_SOIN'],
  ['80820-4', 'LOINC', 'Formulaire de conciliation médicamenteuse (Hôpital)', '10', 'CPT_REND'],
  ['83836-7', 'LOINC', 'Schéma dentaire', '10', 'CPT_REND'],
  ['83869-8', 'LOINC', 'Plan personnalisé de prévention', '44', 'DEPISTAG'],
  ['83901-9', 'LOINC', 'Bilan psychologique', '10', 'CPT_REND'],
  ['83981-1', 'LOINC', "Lettre de liaison à la sortie d'une structure sociale ou médico-sociale", '10', 'CPT_REND'],
  ['85208-7', 'LOINC', 'CR de télémédecine', '10', 'CPT_REND'],
  ['86531-1', 'LOINC', 'Attestation de sortie', '52', 'CERT_MED'],
  ['87273-9', 'LOINC', 'Note de vaccination', '45', 'CAR_VAC'],
  ['88348-8', 'LOINC', "Lettre de liaison d'entrée en structure sociale ou médico-sociale", '10', 'CPT_REND'],
  ['89601-9', 'LOINC', 'Certificat médical', '52', 'CERT_MED'],
  ['93024-8', 'LOINC', 'CR de consultation pharmaceutique', '10', 'CPT_REND'],
  ['96349-6', 'LOINC', "Lettre d'adressage", '10', 'CPT_REND'],
  ['96874-3', 'LOINC', 'COVID-19 Attestation de vaccination', '52', 'CAR_VAC'],
  ['96173-0', 'LOINC', "Test rapide d'orientation diagnostique", '10', 'DEPISTAG'],
  ['57055-6', 'LOINC', 'Synthèse antepartum', '11', 'SYNTHESE'],
  ['57057-2', 'LOINC', 'Synthèse Salle de Naissance Mère', '11', 'SYNTHESE'],
  ['57075-4', 'LOINC', 'Synthèse Salle de Naissance Enfant', '11', 'SYNTHESE'],
  ['89235-6', 'LOINC', 'Synthèse Suites de Couches Mère', '11', 'SYNTHESE'],
  ['78489-2', 'LOINC', 'Synthèse Enfant en Maternité', '11', 'SYNTHESE'],
  ['89233-1', 'LOINC', 'CR de grossesse', '10', 'CPT_REND'],
  ['101881-1', 'LOINC', "Carte d'implant", '10', 'CPT_REND'],
  ['E1762', 'ASTM', 'Full Document', '95', 'DOC_ADM'],
];

/** All 114, in the order of the value set. */
export const DOCUMENT_TYPES: readonly DocumentType[] = ROWS.map(([code, system, label, classCode, category]) => ({
  code,
  system,
  label,
  classCode,
  category,
}));

const byCode: ReadonlyMap<string, DocumentType> = new Map(DOCUMENT_TYPES.map(type => [type.code, type]));

/** Undefined where the code is none of the 114. */
export const documentType = (code: string): DocumentType | undefined => byCode.get(code);

/** One of the 15. */
export const isCategory = (code: string): code is CategoryCode => Object.hasOwn(CATEGORIES, code);
