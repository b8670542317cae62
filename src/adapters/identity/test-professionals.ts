/** One place of work of a test professional: FINESS, name, activity sector (JDV_J02). */
type Place = { readonly finess: string; readonly name: string; readonly sector: string };

/** Somebody who does not exist, with the identifiers of a test: RPPS in 997…, FINESS in 9900…. */
export type TestProfessional = {
  /** By which a token is asked for. */
  readonly key: string;
  readonly description: string;
  readonly rpps: string;
  readonly givenName: string;
  readonly familyName: string;
  /** As Pro Santé Connect gives it: `10` for a physician. */
  readonly profession: string;
  readonly specialty: string | null;
  readonly places: readonly Place[];
  readonly regulation: boolean;
};

const HOSPITAL = { finess: '990000010', name: 'Centre hospitalier des Essais', sector: 'SA01' };
const SURGERY = { finess: '990000028', name: 'Cabinet médical du Parc', sector: 'SA07' };
const CARDIOLOGY = { finess: '990000036', name: 'Cabinet de cardiologie du Port', sector: 'SA08' };
const PHARMACY = { finess: '990000044', name: 'Pharmacie de la Gare', sector: 'SA33' };
const HEALTH_CENTRE = { finess: '990000051', name: 'Centre de santé des Tilleuls', sector: 'SA05' };
const OCCUPATIONAL_SERVICE = { finess: '990000069', name: 'Service de santé au travail des Essais', sector: 'SA66' };
const INSURER = { finess: '990000077', name: 'Assurances des Essais', sector: 'SA23' };
const COORDINATION = { finess: '990000085', name: 'Maison de santé des Essais', sector: 'SA52' };

const physician = { profession: '10', specialty: 'SM54', regulation: false };
const other = { specialty: null, regulation: false };

/** One of each kind that the rules tell apart. */
export const TEST_PROFESSIONALS: readonly TestProfessional[] = [
  {
    ...physician,
    key: 'hospital-doctor',
    description: 'médecin hospitalier, anesthésiste-réanimateur',
    rpps: '99700218896',
    givenName: 'Alice',
    familyName: 'MARTINEAU',
    specialty: 'SM02',
    places: [HOSPITAL],
  },
  {
    ...physician,
    key: 'general-practitioner',
    description: 'médecin généraliste de ville',
    rpps: '99700024450',
    givenName: 'Bruno',
    familyName: 'LEGRAND',
    places: [SURGERY],
  },
  {
    ...physician,
    key: 'cardiologist',
    description: 'cardiologue de ville',
    rpps: '99700300017',
    givenName: 'Claire',
    familyName: 'FONTAINE',
    specialty: 'SM04',
    places: [CARDIOLOGY],
  },
  {
    ...other,
    key: 'pharmacist',
    description: 'pharmacienne d’officine (section A)',
    rpps: '99700300025',
    givenName: 'Denise',
    familyName: 'RENAUD',
    profession: '21',
    specialty: 'A',
    places: [PHARMACY],
  },
  {
    ...physician,
    key: 'emergency-doctor',
    description: 'médecin urgentiste, SAMU',
    rpps: '99700300033',
    givenName: 'Éric',
    familyName: 'BESSON',
    places: [HOSPITAL],
  },
  {
    ...physician,
    key: 'regulating-doctor',
    description: 'médecin régulateur du centre 15',
    rpps: '99700300041',
    givenName: 'Farida',
    familyName: 'HADDAD',
    regulation: true,
    places: [HOSPITAL],
  },
  {
    ...other,
    key: 'nurse',
    description: 'infirmier',
    rpps: '99700300058',
    givenName: 'Gilles',
    familyName: 'PERRIN',
    profession: '60',
    places: [HEALTH_CENTRE],
  },
  {
    ...other,
    key: 'dentist',
    description: 'chirurgienne-dentiste',
    rpps: '99700300066',
    givenName: 'Hélène',
    familyName: 'CARON',
    profession: '40',
    places: [HEALTH_CENTRE],
  },
  {
    ...other,
    key: 'podologist',
    description: 'pédicure-podologue',
    rpps: '99700300074',
    givenName: 'Ismaël',
    familyName: 'DIALLO',
    profession: '80',
    places: [HEALTH_CENTRE],
  },
  {
    ...physician,
    key: 'occupational-doctor',
    description: 'médecin du travail',
    rpps: '99700300082',
    givenName: 'Jeanne',
    familyName: 'ROUX',
    specialty: 'SM25',
    places: [OCCUPATIONAL_SERVICE],
  },
  {
    ...other,
    key: 'coordinator',
    description: "coordination territoriale d'appui (rôle 301)",
    rpps: '99700300090',
    givenName: 'Karim',
    familyName: 'BENALI',
    profession: '301',
    places: [COORDINATION],
  },
  {
    ...physician,
    key: 'insurer-doctor',
    description: 'médecin conseil d’un assureur',
    rpps: '99700300108',
    givenName: 'Luc',
    familyName: 'MERCIER',
    places: [INSURER],
  },
  {
    ...physician,
    key: 'two-places-doctor',
    description: 'médecin exerçant à l’hôpital et en ville : l’en-tête Organization est requis',
    rpps: '99700300116',
    givenName: 'Maya',
    familyName: 'LOPES',
    places: [HOSPITAL, SURGERY],
  },
];
