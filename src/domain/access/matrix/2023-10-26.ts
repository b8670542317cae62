import type { MatrixData } from './matrix.ts';

/**
 * What we know of the matrix annexed to the order of 26 October 2023 (JORF of 29 October 2023). The annex itself (19 professions
 * by 87 documents) was not at hand: to load it, see scripts/load-matrix.ts.
 *
 * Everything in small letters is NOT OFFICIAL: a conservative default of ours. Capitals are what these sources say of the
 * annex (press and professional bodies; that a wording means a type code is our reading):
 * - médecin: everything but the attestation de résidence (information-dentaire.fr); that this goes for types younger than the
 *   annex too is our reading;
 * - chirurgien-dentiste, no: projet personnalisé d'accompagnement, demande de télémédecine, lettre de liaison à la sortie d'une
 *   structure sociale, bilan psychologique, synthèse psychiatrique, directives anticipées (information-dentaire.fr;
 *   france-assos-sante.org);
 * - infirmier, yes: lettre de liaison à la sortie d'une structure sociale, reports deposited by the patient, bilan fonctionnel,
 *   biology, emergency visits, bilan médicamenteux, protocole ALD; no: demande de télémédecine, synthèse psychiatrique, bilan
 *   psychologique, bilan de santé de l'enfant, certificat médical, the last in a text cut short (static1.infirmiers.com);
 * - pédicure-podologue, no: accouchement (france-assos-sante.org; onpp.fr);
 * - rôle de coordination, no: emergency visits, perte d'autonomie, RCP, hospital stays, suivi par auxiliaire médical,
 *   certificates, prescriptions (facs-idf.fr, November 2023).
 *
 * The defaults:
 * - health professions other than médecin read everything but the synthèse psychiatrique, the bilan psychologique, the
 *   directives anticipées, and what is filed as DOC_ADM; of that they read AUTORIS-SOINS, FICHE-CONTACTS and 56446-8;
 * - roles read FICHE-CONTACTS, 28653-4, 34842-5, 80788-3, 80771-9, 83981-1, 88348-8 and EXPPAT_1, nothing else.
 *
 * The Conseil d'État (15 October 2025, no. 490409) annulled the order only where it left out the first consent.
 */
export const MATRIX_2023_10_26: MatrixData = {
  version: '2023-10-26',
  columns: [
    'medecin',
    'sage-femme',
    'pharmacien-officine',
    'pharmacien-pui',
    'pharmacien-biologiste',
    'infirmier',
    'chirurgien-dentiste',
    'masseur-kinesitherapeute',
    'pedicure-podologue',
    'orthophoniste',
    'orthoptiste',
    'ergotherapeute',
    'psychomotricien',
    'dieteticien',
    'manipulateur',
    'audioprothesiste',
    'opticien',
    'autre-sante',
    'role-coordination',
    'role-administratif',
    'role-vie-sociale',
    'role-accompagnement',
    'role-direction',
  ],
  rows: [
    //┌ medecin
    //│┌ sage-femme
    //││┌ pharmacien-officine
    //│││┌ pharmacien-pui
    //││││┌ pharmacien-biologiste
    //│││││┌ infirmier
    //││││││┌ chirurgien-dentiste
    //│││││││┌ masseur-kinesitherapeute
    //││││││││┌ pedicure-podologue
    //│││││││││┌ orthophoniste
    //││││││││││┌ orthoptiste
    //│││││││││││┌ ergotherapeute
    //││││││││││││┌ psychomotricien
    //│││││││││││││┌ dieteticien
    //││││││││││││││┌ manipulateur
    //│││││││││││││││┌ audioprothesiste
    //││││││││││││││││┌ opticien
    //│││││││││││││││││┌ autre-sante
    //││││││││││││││││││┌ role-coordination
    //│││││││││││││││││││┌ role-administratif
    //││││││││││││││││││││┌ role-vie-sociale
    //│││││││││││││││││││││┌ role-accompagnement
    //││││││││││││││││││││││┌ role-direction
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'ATTEST-ASS-COMPL'],
    ['Nnnnnnnnnnnnnnnnnnnnnnn', 'ATTEST-RESID'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'ATTEST-HEBGT'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'ATTEST-DROITS-AM'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'AUTORIS-SOINS'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', 'BIL_AUTO'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', 'CERT_DECL'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DISP_AUT'],
    ['Yyyyyyyyyyyyyyyyyyyyyyy', 'EXPPAT_1'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'EXPPAT_2'],
    ['YnnnnnNnnnnnnnnnnnnnnnn', 'EXPPAT_3'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'IMG-KOS'],
    ['YyyyyYyyyyyyyyyyyynnnnn', 'PROT_ALD'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'REMB'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'SYNTH'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DOCPAT01'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DOCPAT02'],
    ['YyyyyYyyyyyyyyyyyynnnnn', 'DOCPAT03'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DOCPAT04'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DOCPAT05'],
    ['YyyyyYyyyyyyyyyyyynnnnn', 'DOCPAT06'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DOCPAT07'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'DOCPAT08'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'DOCPAT09'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'PIECE-IDENTITE'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-AAT'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-BIO'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-KINE'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-INF'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-PEDI'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-ORTHOPHO'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', 'PRESC-ORTHOPTIE'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'FEUILLE-DE-STYLE'],
    ['Yyyyyyyyyyyyyyyyyyyyyyy', 'FICHE-CONTACTS'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'EXPORT_DUI'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '11369-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '11488-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '11490-0'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', '34112-3'],
    ['YyyyyYyyyyyyyyyyyynnnnn', '11502-2'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '11505-5'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', '11506-3'],
    ['YyyyyYyyyyyyyyyyyyNnnnn', '15507-7'],
    ['YyyyyyyyNyyyyyyyyynnnnn', '15508-5'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '18776-5'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '18748-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '18761-7'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '28617-9'],
    ['Yyyyyyyyyyyyyyyyyyyyyyy', '28653-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '29274-8'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '34120-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '34133-9'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '34749-2'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', '34794-8'],
    ['Yyyyyyyyyyyyyyyyyyyyyyy', '34842-5'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '34874-8'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '34875-5'],
    ['YyyyyYyyyyyyyyyyyynnnnn', '47420-5'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', '51851-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '51969-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '52040-3'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '55115-0'],
    ['YyyyyYyyyyyyyyyyyynnnnn', '56445-0'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '56446-8'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', '57828-6'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', '57832-8'],
    ['YyyyyyyyyyyyyyyyyyNnnnn', '57833-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '59283-2'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '59284-0'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '60280-5'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '60568-3'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '60591-5'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '60593-1'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '61357-0'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '67851-6'],
    ['YnnnnNNnnnnnnnnnnnnnnnn', '68599-0'],
    ['YyyyyNyyyyyyyyyyyynnnnn', '68817-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '70004-7'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '78341-5'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '74207-2'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '74465-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '75468-9'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '75482-0'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '75492-9'],
    ['YyyyyNNyyyyyyyyyyynnnnn', '75496-0'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '77436-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '77604-7'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '78513-9'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '78601-2'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '80565-5'],
    ['Yyyyyyyyyyyyyyyyyyyyyyy', '80771-9'],
    ['YyyyyyNyyyyyyyyyyyyyyyy', '80788-3'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '80820-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '83836-7'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '83869-8'],
    ['YnnnnNNnnnnnnnnnnnnnnnn', '83901-9'],
    ['YyyyyYNyyyyyyyyyyyyyyyy', '83981-1'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '85208-7'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '86531-1'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '87273-9'],
    ['Yyyyyyyyyyyyyyyyyyyyyyy', '88348-8'],
    ['YyyyyNyyyyyyyyyyyyNnnnn', '89601-9'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '93024-8'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '96349-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '96874-3'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '96173-0'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '57055-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '57057-2'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '57075-4'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '89235-6'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '78489-2'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '89233-1'],
    ['Yyyyyyyyyyyyyyyyyynnnnn', '101881-1'],
    ['Ynnnnnnnnnnnnnnnnnnnnnn', 'E1762'],
  ],
};
