/** How the bytes of a format are known: by their first ones, or because all of them are text. */
export type FileFormat = {
  readonly mediaType: string;
  readonly extensions: readonly string[];
  readonly declaredTypes: readonly string[];
  readonly content: 'signature' | 'text' | 'clinical-document';
  readonly professionalsOnly: boolean;
};

const format = (
  mediaType: string,
  extensions: readonly string[],
  content: FileFormat['content'],
  otherNames: readonly string[] = [],
): FileFormat => ({
  mediaType,
  extensions,
  declaredTypes: [mediaType, ...otherNames],
  content,
  professionalsOnly: content === 'clinical-document',
});

/** Source of the list: public user guide of Mon espace santé; CDA R2 and the name text/rtf: DMP integration guide. */
export const FILE_FORMATS: readonly FileFormat[] = [
  format('image/jpeg', ['jpeg', 'jpg'], 'signature', ['image/jpg']),
  format('application/pdf', ['pdf'], 'signature'),
  format('image/png', ['png'], 'signature'),
  format('text/rtf', ['rtf'], 'signature', ['application/rtf']),
  format('image/tiff', ['tif', 'tiff'], 'signature'),
  format('text/plain', ['txt'], 'text'),
  format('text/xml', ['xml'], 'clinical-document', ['application/xml']),
];
