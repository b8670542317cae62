import type { Language } from './problem-sentences.ts';

/**
 * What a field must be, in French, by how it is said in English where it is found out. The English may begin with the
 * field's name, as class-validator has it.
 */
const FRENCH: readonly (readonly [english: RegExp, french: string])[] = [
  [/^must be one to six words, of two letters at least$/, 'doit être un à six mots d’au moins deux lettres'],
  [/^must be an object$/, 'doit être un objet'],
  [/^unknown field$/, 'champ inconnu'],
  [/^given more than once$/, 'donné plus d’une fois'],
  [/^must name what to change$/, 'doit dire ce qui change'],
  [/^takes no visibility$/, 'ne va pas avec une visibilité'],
  [/^must be a text of (\d+) to (\d+) characters$/, 'doit être un texte de $1 à $2 caractères'],
  [/^must be (?:a text of )?(\d+) characters at most$/, 'doit faire au plus $1 caractères'],
  [/^must be (one line of )?readable text.*$/, 'doit être un texte lisible : ni vide, ni caractères de contrôle'],
  [/^must be a UUID$/, 'doit être un UUID'],
  [/^must be an array$/, 'doit être une liste'],
  [/^must be a string$/, 'doit être un texte'],
  [/^must be a boolean value$/, 'doit être true ou false'],
  [/^must be an integer number$/, 'doit être un nombre entier'],
  [/^must be equal to (.+)$/, 'doit être $1'],
  [/^must not be greater than (.+)$/, 'doit être au plus $1'],
  [/^must not be less than (.+)$/, 'doit être au moins $1'],
  [/^must contain at least (\d+) elements$/, 'doit compter au moins $1 élément'],
  [/^must contain no more than (\d+) elements$/, 'doit compter au plus $1 éléments'],
  [/^All .*elements must be unique$/, 'ne doit rien répéter'],
  [/^must be one of the (\d+) codes of (.+)$/, 'doit être l’un des $1 codes de $2'],
  [/^must be one of (?:the following values: )?(.+)$/, 'doit être l’une des valeurs : $1'],
  [/^must be a date, YYYY-MM-DD$/, 'doit être une date, AAAA-MM-JJ'],
  [/^must be an instant, RFC 3339 with its offset$/, 'doit être un instant au format RFC 3339, avec son décalage'],
  [/^must be a NIR of 15 characters with its key$/, 'doit être un NIR de 15 caractères, clé comprise'],
  [
    /^must be the matricule of an INS.*$/,
    'doit être le matricule d’une INS : NIR ou NIA de 15 caractères, clé comprise',
  ],
  [/^must be the serial of a carte Vitale.*$/, 'doit être le numéro de série d’une carte Vitale : 8 à 13 chiffres'],
  [/^must be an RPPS number (?:of 11 digits|\(11 digits\))$/, 'doit être un numéro RPPS de 11 chiffres'],
  [
    /^must be an RPPS number \(11 digits\) or a FINESS number \(9 characters\)$/,
    'doit être un numéro RPPS (11 chiffres) ou FINESS (9 caractères)',
  ],
  [/^must be a FINESS number of 9 characters$/, 'doit être un numéro FINESS de 9 caractères'],
  [
    /^must be a FINESS number, or the place as GET \/v1\/professionals\/me names it$/,
    'doit être un numéro FINESS, ou le lieu tel que GET /v1/professionals/me le nomme',
  ],
  [
    /^must be the code of a profession, with \/ and a specialty where needed$/,
    'doit être le code d’une profession, suivi au besoin de / et d’une spécialité',
  ],
  [/^must say why the glass is broken$/, 'doit dire pourquoi le bris de glace est nécessaire'],
  [/^must be an e-mail address$/, 'doit être une adresse électronique'],
  [/^must be a mobile number: .*$/, 'doit être un numéro de mobile : 06…, 07… ou E.164'],
  [/^must be a code of a specialty, e\.g\. SM54$/, 'doit être le code d’une spécialité, par exemple SM54'],
  [
    /^must be a postal code .*$/,
    'doit être un code postal (51100), un département (51, 2A, 974) ou une commune, un à six mots d’au moins deux lettres',
  ],
  [
    /^must be given where a carte Vitale is the evidence, and only there$/,
    'va avec une carte Vitale comme preuve, et avec elle seulement',
  ],
  [/^must be given with CODE$/, 'doit être donné avec CODE'],
  [/^goes with CODE only$/, 'ne va qu’avec CODE'],
  [/^either this or (\w+) must be given$/, 'ceci ou $1 doit être donné'],
];

/** The same in the reader's language; in English where there is no other. */
export const fieldSentence = (english: string, language: Language): string => {
  if (language === 'en') return english;
  const alone = english.replace(/^(?:each value in )?[\w.]+ (?=must )/, '');
  for (const [pattern, french] of FRENCH) if (pattern.test(alone)) return alone.replace(pattern, french);
  return english;
};
