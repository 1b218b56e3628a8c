/** A piece of chevrotain's serialized grammar; its own type leaves out most of the fields. */
export interface SerializedPart {
  readonly type: string;
  readonly name?: string;
  readonly label?: string;
  readonly definition?: readonly SerializedPart[];
  readonly separator?: SerializedPart;
}

/** One rule of a serialized grammar as a line of EBNF. */
export const printRule = (rule: SerializedPart): string =>
  `${rule.name ?? ''} = ${print(rule.definition ?? [])} ;`;

function print(parts: readonly SerializedPart[]): string {
  return parts.map(printPart).join(' ');
}

function printPart(part: SerializedPart): string {
  const inner = part.definition ?? [];
  switch (part.type) {
    case 'Terminal':
      return terminal(part);
    case 'NonTerminal':
      return part.name ?? '';
    case 'Alternation':
      return `( ${inner.map((choice) => print(choice.definition ?? [])).join(' | ')} )`;
    case 'Option':
      return `[ ${bare(inner)} ]`;
    case 'Repetition':
      return `{ ${bare(inner)} }`;
    case 'RepetitionWithSeparator':
      return `[ ${separated(part, inner)} ]`;
    case 'RepetitionMandatoryWithSeparator':
      return separated(part, inner);
    case 'RepetitionMandatory':
      return `${print(inner)} { ${bare(inner)} }`;
    default:
      return print(inner);
  }
}

/** Inside brackets an alternation needs no parentheses of its own. */
function bare(parts: readonly SerializedPart[]): string {
  const text = print(parts);
  return parts.length === 1 && parts[0]?.type === 'Alternation' ? text.slice(2, -2) : text;
}

function separated(part: SerializedPart, inner: readonly SerializedPart[]): string {
  return `${print(inner)} % ${part.separator === undefined ? '","' : terminal(part.separator)}`;
}

function terminal({ label, name }: SerializedPart): string {
  const text = label ?? name ?? '';
  return text.startsWith('"') ? text : `<${text}>`;
}
