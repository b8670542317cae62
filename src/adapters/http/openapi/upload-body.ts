import { MAX_DOCUMENT_BYTES } from '../../../ports/file-inspector.ts';
import { FILE_FORMATS } from '../../files/file-formats.ts';
import type { RequestClass } from '../route.ts';
import { object, ref } from './json-schema.ts';
import type { RequestBody } from './open-api.ts';
import { notesOn } from './request-notes.ts';

/** A file with the fields of `Class` beside it: a form, or the bytes alone with their name and fields in headers. */
export const uploadBody = (Class: RequestClass): RequestBody => ({
  description:
    `One file of at most ${(notesOn(Class).maxFileBytes ?? MAX_DOCUMENT_BYTES).toLocaleString('en')} bytes: as the part \`file\` of a form, with its ` +
    'description as JSON in the part `metadata` (or a text field each); or as the raw body, with its description in the ' +
    'header `Document-Metadata`. The name’s extension, the declared type and the bytes must agree',
  required: true,
  content: {
    'multipart/form-data': {
      schema: object('', {
        metadata: ref(Class.name),
        file: { description: 'The bytes, with their name and media type' },
      }),
      example: { metadata: notesOn(Class).example, file: 'compte-rendu.pdf' },
    },
    ...Object.fromEntries(FILE_FORMATS.flatMap(({ declaredTypes }) => declaredTypes.map(type => [type, {}]))),
  },
});
