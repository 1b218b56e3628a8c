const ISO =
  /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s*(Z|z|[+-]\d{2}:?\d{2})?)?$/u;

/** ms since the epoch of an ISO-8601 time or date, or null; without a zone it is UTC. */
export const parseInstant = (text: string): number | null => {
  const found = ISO.exec(text.trim());
  if (found === null) return null;
  const dated = /[Tt ]/u.test(text.trim());
  const plain = text
    .trim()
    .replace(/\s+(?=[Zz+-])/u, '')
    .replace(' ', 'T');
  const at = Date.parse(dated && found[1] === undefined ? `${plain}Z` : plain);
  return Number.isNaN(at) ? null : at;
};
