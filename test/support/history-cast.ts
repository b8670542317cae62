import type { Asker } from '../../src/application/records.ts';
import type { Actor, Professional } from '../../src/domain/shared/actor.ts';

/** The people of the histories that tests play: one of each kind that the rules tell apart. Identifiers of tests, of nobody. */

export const ESPACE = '5a0c1d52-0f2b-4f5e-9a37-2f6d3c1b8e90';

export const GP_SURGERY = '990000028';
export const HOSPITAL = '990000010';
const CARDIOLOGY = '990000036';

const professional = (
  rpps: string,
  profession: string,
  organisation: string | null,
  more: Partial<Professional> = {},
): Professional => ({
  kind: 'professional',
  rpps,
  name: `Test ${rpps.slice(-3)}`,
  profession,
  specialty: null,
  organisation,
  organisationName: organisation && `Structure ${organisation}`,
  sector: 'SA07',
  regulation: false,
  ...more,
});

/** A general practitioner, and the nurse of the same surgery: one care team. */
export const GP = professional('99700024450', 'G15_10', GP_SURGERY, { specialty: 'SM26' });
export const NURSE = professional('99700300041', 'G15_60', GP_SURGERY);
export const SPECIALIST = professional('99700300017', 'G15_10', CARDIOLOGY, { specialty: 'SM04' });
/** Works for a hospital, and regulates emergency calls. */
export const REGULATOR = professional('99700300033', 'G15_10', HOSPITAL, { regulation: true, sector: 'SA01' });
export const HOSPITAL_DOCTOR = professional('99700218896', 'G15_10', HOSPITAL, { sector: 'SA01' });
export const PHARMACIST = professional('99700300025', 'G15_21', '990000044', { specialty: 'A', sector: 'SA33' });
/** A title outside the health professions: no column of the matrix is theirs. */
export const OSTEOPATH = professional('99700300058', '71', null, { sector: null });
export const OCCUPATIONAL = professional('99700300066', 'G15_10', '990000069', { specialty: 'SM25', sector: 'SA66' });
export const INSURER_DOCTOR = professional('99700300074', 'G15_10', '990000077', { sector: 'SA23' });

/** Everybody of the cast who is identified as a professional. */
export const PROFESSIONALS: readonly Professional[] = [
  GP,
  NURSE,
  SPECIALIST,
  REGULATOR,
  HOSPITAL_DOCTOR,
  PHARMACIST,
  OSTEOPATH,
  OCCUPATIONAL,
  INSURER_DOCTOR,
];

export const HOLDER_ACTOR = { kind: 'holder', id: ESPACE } as const satisfies Actor;
export const BANK: Actor = { kind: 'third-party', business: 'BANK', name: 'Banque des Essais' };
export const FUND = { kind: 'fund', id: 'agent-51', name: 'Agent des Essais' } as const satisfies Actor;
/** Of the help desk. */
export const AGENT = { kind: 'support', id: 'agent-12', name: 'Nadia Essai' } as const satisfies Actor;
export const AUDITOR: Actor = { kind: 'system', name: 'contrôle' };

const delegate = (kind: 'representative' | 'carer', number: number, name: string) =>
  ({ kind, id: `de1e0000-0000-4000-8000-00000000000${number}`, name }) as const satisfies Actor;

/** Who may come to act for the person: two parents of a child, the guardian of an adult, and carers. */
export const DELEGATES = {
  mother: delegate('representative', 1, 'Anne'),
  father: delegate('representative', 2, 'Claude'),
  guardian: delegate('representative', 3, 'Alex'),
  carer: delegate('carer', 4, 'Camille'),
  neighbour: delegate('carer', 5, 'Dominique'),
  cousin: delegate('carer', 6, 'Maxime'),
  friend: delegate('carer', 7, 'Lou'),
} as const;

export const CAST: readonly Actor[] = [
  HOLDER_ACTOR,
  ...PROFESSIONALS,
  BANK,
  AUDITOR,
  ...Object.values(DELEGATES),
  FUND,
];

/** The cast by name, so that a history reads. */
export const ACTORS = {
  holder: HOLDER_ACTOR,
  gp: GP,
  nurse: NURSE,
  specialist: SPECIALIST,
  regulator: REGULATOR,
  hospitalDoctor: HOSPITAL_DOCTOR,
  pharmacist: PHARMACIST,
  osteopath: OSTEOPATH,
  occupational: OCCUPATIONAL,
  insurerDoctor: INSURER_DOCTOR,
  bank: BANK,
  fund: FUND,
  auditor: AUDITOR,
  ...DELEGATES,
} as const satisfies Readonly<Record<string, Actor>>;
export type Who = keyof typeof ACTORS;

export const askerFor = (actor: Actor, more: Partial<Asker> = {}): Asker => ({
  actor,
  purpose: 'TREAT',
  reason: null,
  software: 'tests',
  onBehalfOf: actor.kind === 'holder' ? null : ESPACE,
  ...more,
});

export const HOLDER = askerFor(HOLDER_ACTOR);
