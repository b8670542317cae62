const NAMESPACE = 'urn:hl7-org:v3';
const PROLOGUE = /(?:\s|<\?.*?\?>|<!--.*?-->)*/sy;
const ROOT = /<(?:([\w.-]+):)?ClinicalDocument((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*>/y;
const DECLARATION = /\s(xmlns(?::[\w.-]+)?)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Whether the first bytes of a file are those of an HL7 CDA R2 document: the root element is `ClinicalDocument` in the
 * namespace `urn:hl7-org:v3`. A document type declaration is refused: CDA has none, and entities come with it.
 */
export const isClinicalDocument = (head: Uint8Array): boolean => {
  // The byte order mark goes with the decoding; one that is cut at the end of the sample does no harm.
  const text = new TextDecoder().decode(head);
  PROLOGUE.lastIndex = 0;
  PROLOGUE.test(text);
  ROOT.lastIndex = PROLOGUE.lastIndex;
  const root = ROOT.exec(text);
  if (root === null) return false;
  const [, prefix, attributes = ''] = root;
  const wanted = prefix === undefined ? 'xmlns' : `xmlns:${prefix}`;
  const declared = [...attributes.matchAll(DECLARATION)].find(([, name]) => name === wanted);
  return (declared?.[2] ?? declared?.[3]) === NAMESPACE;
};
