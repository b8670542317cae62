/*
 * Mutants that these tests catch: a date taken from the clock; more of the number shown; UTC for Paris time; the wrong
 * day of birth; letters beyond the font left as they are; a second page.
 */
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createPdfProofWriter } from '../../src/adapters/files/pdf-proof-writer.ts';
import { printableText } from '../../src/adapters/files/printable-text.ts';

const PROOF = {
  name: "Élodie D'ŒUVRE-EXEMPLE",
  birthDate: '1984-02-29',
  ins: '284022A00112345',
  opposedAt: '2026-11-20T23:30:00.000Z',
  reference: '5a0c6f0e-1c7e-4b8e-9a69-0f6f5b3f2d11',
};

/** What the pages show, as text: the hexadecimal strings of the page contents, in Windows-1252 as the fonts have it. */
const shownText = (pdf: Buffer): string => {
  const source = pdf.toString('latin1');
  const contents = [...source.matchAll(/FlateDecode\n>>\nstream\n([\s\S]*?)\nendstream/g)].map(([, stream]) =>
    inflateSync(Buffer.from(stream as string, 'latin1')).toString('latin1'),
  );
  const strings = [...contents.join('').matchAll(/\[((?:<[0-9a-f]*>|[-\d.\s])*)\] TJ/g)].map(([, array]) =>
    Buffer.from((array as string).replace(/>[^<]*<|[<>]|\s[-\d.]+\s*$/g, ''), 'hex'),
  );
  return strings.map(bytes => new TextDecoder('windows-1252').decode(bytes)).join('\n');
};

describe('the proof of opposition', () => {
  const writer = createPdfProofWriter();

  it('says who opposed what and when, on one page', async () => {
    const pdf = await writer.oppositionProof(PROOF);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type \/Page\n/g)).toHaveLength(1);
    const text = shownText(pdf);
    for (const line of [
      "Attestation d'opposition",
      'à la création de Mon espace santé',
      "Élodie D'ŒUVRE-EXEMPLE",
      '29 février 1984',
      '••••••••••••345',
      '21 novembre 2026 à 00:30 (heure de Paris)',
      '5a0c6f0e-1c7e-4b8e-9a69-0f6f5b3f2d11',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).not.toContain('12345');
  });

  it('is the same, byte for byte, whenever it is asked for', async () => {
    const first = await writer.oppositionProof(PROOF);
    await new Promise(resolve => setTimeout(resolve, 1_050));
    expect((await createPdfProofWriter().oppositionProof(PROOF)).equals(first)).toBe(true);
    expect((await writer.oppositionProof({ ...PROOF, reference: 'another' })).equals(first)).toBe(false);
  });

  it('shows a name with the letters that its fonts have', async () => {
    expect(shownText(await writer.oppositionProof({ ...PROOF, name: 'Ayşe ÇELİK' }))).toContain('Ayse ÇELIK');
  });

  it('stays on one page with the longest names', async () => {
    const pdf = await writer.oppositionProof({ ...PROOF, name: 'Marie-Élisabeth '.repeat(12) });
    expect(pdf.toString('latin1').match(/\/Type \/Page\n/g)).toHaveLength(1);
  });
});

describe('printable text', () => {
  it('keeps French, and does what it can with the rest', () => {
    expect(printableText('Œdipe l’Été – « ça » 12 €, Ÿ ž')).toBe('Œdipe l’Été – « ça » 12 €, Ÿ ž');
    expect(printableText('S\u0327ahi\u0307n Nguyễn\tŁucja\u202f! 王')).toBe('Sahin Nguyen ?ucja ! ?');
    expect(printableText('E\u0301')).toBe('É');
  });
});

describe('the attestation of a carer', () => {
  it('says who helps whom, from when to when, on one page, and is the same again', async () => {
    const attestation = {
      carer: 'Camille ESSAI',
      helped: "Élodie D'ŒUVRE-EXEMPLE",
      birthDate: '1984-02-29',
      ins: '284022A00112345',
      since: '2026-11-20T23:30:00.000Z',
      until: '2027-11-20T23:30:00.000Z',
      reference: '4b7f02d8-91ac-5e63-b0d4-7c58a1e96f32',
    };
    const writer = createPdfProofWriter();
    const pdf = await writer.carerAttestation(attestation);
    expect(pdf.toString('latin1').match(/\/Type \/Page\n/g)).toHaveLength(1);
    const text = shownText(pdf);
    for (const line of [
      'Attestation de délégation',
      'Camille ESSAI',
      "Élodie D'ŒUVRE-EXEMPLE",
      '••••••••••••345',
      '21 novembre 2026 à 00:30 (heure de Paris)',
      '21 novembre 2027 à 00:30 (heure de Paris)',
      attestation.reference,
    ])
      expect(text).toContain(line);
    expect(text).not.toContain('12345');
    expect((await writer.carerAttestation(attestation)).equals(pdf)).toBe(true);
  });
});
