/** Writes test/fixtures/compte-rendu.pdf anew, the only fixture that is made by a program. The same bytes each time. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';

const WRITTEN_AT = new Date('2026-03-12T09:00:00Z');

const SECTIONS: readonly (readonly [heading: string, paragraph: string])[] = [
  [
    'Motif et déroulement du séjour',
    "Séjour fictif de trois jours pour une douleur du genou droit apparue après une chute sans gravité. L'examen d'entrée, les radiographies et le bilan biologique ne montrent rien d'inquiétant. La mobilisation est reprise dès le lendemain avec le kinésithérapeute.",
  ],
  [
    'Examens',
    'Radiographie du genou droit, face et profil : pas de fracture, interligne conservé. Biologie : hémoglobine 13,4 g/dL, créatinine 71 µmol/L, CRP inférieure à 5 mg/L. Électrocardiogramme : rythme sinusal régulier, 68 battements par minute.',
  ],
  [
    'Traitement de sortie et suites',
    "Paracétamol 1 g, trois fois par jour si besoin pendant cinq jours. Marche sans appui prolongé pendant une semaine, glace deux fois par jour. Consultation de contrôle dans quinze jours auprès du médecin traitant ; revenir sans attendre en cas de fièvre, de gonflement ou d'essoufflement.",
  ],
];

const pdf = new PDFDocument({
  size: 'A4',
  margin: 64,
  lang: 'fr-FR',
  info: { Title: "Compte rendu d'hospitalisation (exemple)", CreationDate: WRITTEN_AT, ModDate: WRITTEN_AT },
});
const file = pdf.pipe(createWriteStream(new URL('../test/fixtures/compte-rendu.pdf', import.meta.url)));

SECTIONS.forEach(([heading, paragraph], index) => {
  if (index > 0) pdf.addPage();
  pdf.font('Helvetica').fontSize(9).fillColor('#5d5d70');
  pdf.text(
    `Centre hospitalier de Valfictif · document d'essai, personne imaginaire · page ${index + 1} sur ${SECTIONS.length}`,
  );
  pdf.moveDown(2).font('Helvetica-Bold').fontSize(18).fillColor('#1b1b35').text("Compte rendu d'hospitalisation");
  pdf.moveDown(0.5).fontSize(13).text(heading).moveDown();
  pdf.font('Helvetica').fontSize(11).text(paragraph, { align: 'justify', lineGap: 4 });
});

pdf.end();
await finished(file);
