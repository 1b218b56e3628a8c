import { assert, json, property } from 'fast-check';
import { expect, it } from 'vitest';
import { jsonLine } from '../../src/lib/json.ts';

it('property: JSON on a line says the same and is one line to every reader', () => {
  assert(
    property(json(), (text) => {
      const value: unknown = { text, odd: `${text}\u2028\u2029\u0085\v\f\u001c` };
      const line = jsonLine(value);
      expect(JSON.parse(line)).toEqual(value);
      for (const end of ENDS) expect(line.slice(0, -1)).not.toContain(end);
      expect(line.endsWith('\n')).toBe(true);
    }),
  );
});

/** What some reader or other takes for the end of a line. */
const ENDS = ['\n', '\r', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029'];
