import { listOf, nullable, object, ref, type Schema } from '../json-schema.ts';
import { CURSOR, DATE, FINESS, RPPS, TEXT } from '../values.ts';
import type { NamedAnswers } from './named-answers.ts';

const SECTOR: Schema = nullable(object('Activity sector (JDV_J02)', { code: TEXT, label: nullable(TEXT) }));

const ADDRESS: Schema = object('Where it is, as far as it is published', {
  street: nullable(TEXT),
  postalCode: nullable(TEXT),
  commune: nullable(TEXT),
  communeCode: nullable({ ...TEXT, description: 'INSEE' }),
  department: nullable({ ...TEXT, description: 'Code: 51, 2A, 974' }),
});

const SITE = {
  name: nullable(TEXT),
  sign: nullable({ ...TEXT, description: 'The name over the door, where it is another' }),
  sector: SECTOR,
  address: ADDRESS,
  phone: nullable(TEXT),
};

export const LISTED_PROFESSIONAL: Schema = object('A professional, as the public directory has them', {
  rpps: RPPS,
  familyName: TEXT,
  givenName: TEXT,
  activities: listOf(
    object('In what capacity, and where', {
      profession: { ...TEXT, description: 'Author role code (JDV_J01), e.g. G15_10' },
      professionLabel: nullable(TEXT),
      specialty: nullable({ ...TEXT, description: 'Specialty or pharmacist’s section, e.g. SM54' }),
      specialtyLabel: nullable(TEXT),
      ...SITE,
      finess: nullable({ ...FINESS, description: 'FINESS; null: no establishment' }),
    }),
    { minItems: 1, maxItems: 50 },
  ),
});

export const LISTED_STRUCTURE: Schema = object('An establishment where somebody of the directory works', {
  ...SITE,
  finess: FINESS,
  name: TEXT,
});

const EDITION: Schema = { ...DATE, description: 'Day of the directory’s edition' };
const EDITION_OF_LIST: Schema = nullable({
  ...EDITION,
  description: 'Day of the edition; null: none was imported yet',
});

const EXAMPLE_SITE = {
  name: 'Cabinet médical du Parc',
  sign: null,
  sector: { code: 'SA07', label: 'Cabinet individuel' },
  address: {
    street: '3 Rue des Essais',
    postalCode: '51100',
    commune: 'Reims',
    communeCode: '51454',
    department: '51',
  },
  phone: '0199000003',
};
const EXAMPLE_PROFESSIONAL = {
  rpps: '99700024450',
  familyName: 'LEGRAND',
  givenName: 'Bruno',
  activities: [
    {
      profession: 'G15_10',
      professionLabel: 'Médecin',
      specialty: 'SM54',
      specialtyLabel: 'Médecine générale',
      ...EXAMPLE_SITE,
      finess: '990000028',
    },
  ],
};
const EXAMPLE_STRUCTURE = { ...EXAMPLE_SITE, finess: '990000028' };
const EXAMPLE_EDITION = '2026-11-20';

export const DIRECTORY_ANSWERS: NamedAnswers = {
  ProfessionalPage: {
    schema: object('One page of professionals, by family name', {
      edition: EDITION_OF_LIST,
      items: listOf(ref('ListedProfessional'), { maxItems: 200 }),
      next: CURSOR,
    }),
    example: { edition: EXAMPLE_EDITION, items: [EXAMPLE_PROFESSIONAL], next: null },
    headers: { Link: false },
  },
  FoundProfessional: {
    schema: object('A professional, and as of when', { edition: EDITION, professional: ref('ListedProfessional') }),
    example: { edition: EXAMPLE_EDITION, professional: EXAMPLE_PROFESSIONAL },
  },
  StructurePage: {
    schema: object('One page of structures, by name', {
      edition: EDITION_OF_LIST,
      items: listOf(ref('ListedStructure'), { maxItems: 200 }),
      next: CURSOR,
    }),
    example: { edition: EXAMPLE_EDITION, items: [EXAMPLE_STRUCTURE], next: null },
    headers: { Link: false },
  },
  FoundStructure: {
    schema: object('A structure, and as of when', { edition: EDITION, structure: ref('ListedStructure') }),
    example: { edition: EXAMPLE_EDITION, structure: EXAMPLE_STRUCTURE },
  },
};
