/**
 * The JavaScript of loop conditions and switches, as far as it is a comparison: `$.count < 3`,
 * `$.a['x'] == 'y' && !$.done`, alone or in `if (…) { true; } else { false; }`. Everything
 * else is not guessed at.
 */

/** Turns the text behind `$.` into an operand of a condition; null when it names nothing known. */
export type ReadPath = (steps: readonly string[]) => string | null;

/** The condition of a script, or null when it is more than a comparison. */
export const conditionOf = (script: string, readPath: ReadPath): string | null => {
  const bare = bodyOf(script);
  const parts: string[] = [];
  let rest = bare.trim();
  while (rest !== '') {
    const found = TOKENS.map(([pattern, print]) => [pattern.exec(rest), print] as const).find(
      ([match]) => match !== null,
    );
    if (found === undefined) return null;
    const [match, print] = found;
    if (match === null) return null;
    const printed = print(match, readPath);
    if (printed === null) return null;
    parts.push(printed);
    rest = rest.slice(match[0].length).trimStart();
  }
  return parts.length === 0 ? null : parts.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
};

/** Without `if (…) { true; } else { false; }`, `return`, and a last semicolon. */
const bodyOf = (script: string): string => {
  const text = script.trim();
  const branch =
    /^if\s*\((?<test>.*)\)\s*\{?\s*(?:return\s+)?true\s*;?\s*\}?\s*else\s*\{?\s*(?:return\s+)?false\s*;?\s*\}?\s*;?$/su.exec(
      text,
    )?.groups?.['test'];
  return branch ?? text.replace(/^return\s+/u, '').replace(/;\s*$/u, '');
};

type Print = (match: RegExpExecArray, readPath: ReadPath) => string | null;

const TOKENS: readonly (readonly [RegExp, Print])[] = [
  [
    /^\$((?:\.[A-Za-z_]\w*|\[(?:'[^']*'|"[^"]*"|\d+)\])+)/u,
    (match, read) => read(stepsOf(match[1] ?? '')),
  ],
  [/^(?:===?)/u, () => '=='],
  [/^(?:!==?)/u, () => '!='],
  [/^(?:<=|>=|<|>)/u, (match) => match[0]],
  [/^&&/u, () => 'and'],
  [/^\|\|/u, () => 'or'],
  [/^!/u, () => 'not'],
  [/^[()]/u, (match) => match[0]],
  [/^(?:true|false|null)\b/u, (match) => match[0]],
  [/^-?\d+(?:\.\d+)?/u, (match) => match[0]],
  [/^'([^'\\]*)'/u, (match) => JSON.stringify(match[1])],
  [/^"([^"\\]*)"/u, (match) => JSON.stringify(match[1])],
];

const stepsOf = (text: string): readonly string[] =>
  (text.match(/[A-Za-z_]\w*|'[^']*'|"[^"]*"|\d+/gu) ?? []).map((step) =>
    step.replaceAll(/^['"]|['"]$/gu, ''),
  );
