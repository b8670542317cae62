import PDFDocument from 'pdfkit';
import type { Instant } from '../../domain/shared/time.ts';
import type { CarerAttestation, OppositionProof, ProofWriter } from '../../ports/proof-writer.ts';
import { printableText } from './printable-text.ts';

const MARGIN_POINTS = 70;
const LABEL_POINTS = 170;
const INK = '#1b1b35';
const MUTED = '#5d5d70';
const RULE = '#c9c9d6';
const SHOWN_OF_INS = 3;

/** One page, whatever it attests. */
type Sheet = {
  readonly titleLines: readonly string[];
  readonly writtenAt: Instant;
  readonly lead: string;
  readonly fields: readonly (readonly [label: string, value: string])[];
  readonly meaning: readonly string[];
  readonly legalBasis: string;
};

const oppositionSheet = (proof: OppositionProof): Sheet => ({
  titleLines: ["Attestation d'opposition", 'à la création de Mon espace santé'],
  writtenAt: proof.opposedAt,
  lead: "La personne désignée ci-dessous s'est opposée à la création de son espace numérique de santé.",
  fields: [
    ['Nom', proof.name],
    ['Date de naissance', frenchDate(proof.birthDate)],
    ["Numéro d'identité (INS)", masked(proof.ins)],
    ['Opposition enregistrée le', frenchInstant(proof.opposedAt)],
    ['Référence', proof.reference],
  ],
  meaning: [
    "Aucun espace n'est ouvert à votre nom : aucun document ne peut y être déposé, et personne ne peut y consulter quoi que ce soit.",
    "Vous pouvez revenir sur cette décision à tout moment : il suffit d'activer Mon espace santé.",
  ],
  legalBasis:
    'Fondement : articles L. 1111-13-1 et R. 1111-28 du code de la santé publique. Conservez ce document : sa référence permet de retrouver votre opposition.',
});

const carerSheet = (attestation: CarerAttestation): Sheet => ({
  titleLines: ['Attestation de délégation', 'à un aidant, dans Mon espace santé'],
  writtenAt: attestation.since,
  lead: "La personne aidée désignée ci-dessous a confié l'accès à son espace numérique de santé à un aidant, qui l'a accepté.",
  fields: [
    ['Personne aidée', attestation.helped],
    ['Date de naissance', frenchDate(attestation.birthDate)],
    ["Numéro d'identité (INS)", masked(attestation.ins)],
    ['Aidant', attestation.carer],
    ['Délégation acceptée le', frenchInstant(attestation.since)],
    ["Valable jusqu'au", frenchInstant(attestation.until)],
    ['Référence', attestation.reference],
  ],
  meaning: [
    "L'aidant consulte, ajoute et décrit des documents au nom de la personne aidée. Il ne gère ni les accès, ni les coordonnées, et ne peut ni fermer l'espace, ni en supprimer ou en exporter le contenu.",
    "Chacun des deux peut mettre fin à cette délégation à tout moment. Tout ce que fait l'aidant figure dans l'historique de la personne aidée.",
  ],
  legalBasis:
    "Document établi par le service à l'acceptation, et de nouveau à chaque prolongation. Conservez-le : sa référence permet de retrouver la délégation.",
});

/** Writes with pdfkit and the standard fonts. Every date in the file is that of what it attests: there is no other. */
export const createPdfProofWriter = (): ProofWriter => ({
  oppositionProof: proof => written(oppositionSheet(proof)),
  carerAttestation: attestation => written(carerSheet(attestation)),
});

const written = (sheet: Sheet): Promise<Buffer> => {
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN_POINTS,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'fr-FR',
    displayTitle: true,
    info: {
      Title: sheet.titleLines.join(' '),
      CreationDate: new Date(sheet.writtenAt),
      ModDate: new Date(sheet.writtenAt),
    },
  });
  const bytes = collected(document);
  writeSheet(document, sheet);
  document.end();
  return bytes;
};

const collected = (document: PDFKit.PDFDocument): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    document.on('data', (piece: Buffer) => pieces.push(piece));
    document.on('end', () => resolve(Buffer.concat(pieces)));
    document.on('error', reject);
  });

/** Every block is marked for screen readers with its role: heading (`H1`, `H2`) or paragraph (`P`). */
const writeSheet = (document: PDFKit.PDFDocument, sheet: Sheet): void => {
  const structure = document.struct('Document');
  document.addStructure(structure);
  const block = (role: 'H1' | 'H2' | 'P', write: () => void): void => {
    structure.add(document.struct(role, {}, write));
  };
  const rule = (): void => {
    const { x, y } = document;
    const right = document.page.width - MARGIN_POINTS;
    document.markContent('Artifact', { type: 'Layout' });
    document.moveTo(x, y).lineTo(right, y).lineWidth(0.7).stroke(RULE);
    document.endMarkedContent();
    document.moveDown(1.2);
  };

  block('P', () => document.font('Helvetica').fontSize(10).fillColor(MUTED).text('Mon espace santé'));
  document.moveDown(2);
  block('H1', () =>
    document.font('Helvetica-Bold').fontSize(20).fillColor(INK).text(sheet.titleLines.join(' \n'), { lineGap: 4 }),
  );
  document.moveDown(0.4);
  rule();
  block('P', () => document.font('Helvetica').fontSize(11).text(sheet.lead, { lineGap: 3 }));
  document.moveDown(1.2);
  for (const [label, value] of sheet.fields) {
    block('P', () => {
      const { x, y } = document;
      document.font('Helvetica').fontSize(11).fillColor(MUTED).text(`${label} :`, x, y, { width: LABEL_POINTS });
      document
        .font('Helvetica-Bold')
        .fillColor(INK)
        .text(printableText(value), x + LABEL_POINTS, y);
      document.x = x;
    });
    document.moveDown(0.6);
  }
  document.moveDown(0.8);
  rule();
  block('H2', () => document.font('Helvetica-Bold').fontSize(13).text('Ce que cela signifie'));
  document.moveDown(0.6);
  for (const sentence of sheet.meaning) {
    block('P', () => document.font('Helvetica').fontSize(11).text(sentence, { lineGap: 3 }));
    document.moveDown(0.6);
  }
  document.moveDown(1);
  block('P', () => document.font('Helvetica').fontSize(9).fillColor(MUTED).text(sheet.legalBasis, { lineGap: 2 }));
};

const masked = (ins: string): string => ins.slice(-SHOWN_OF_INS).padStart(ins.length, '•');

const LONG_DATE = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
const LONG_INSTANT = new Intl.DateTimeFormat('fr-FR', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Europe/Paris',
});

const frenchDate = (date: string): string => LONG_DATE.format(new Date(`${date}T00:00:00Z`));
const frenchInstant = (instant: string): string => `${LONG_INSTANT.format(new Date(instant))} (heure de Paris)`;
