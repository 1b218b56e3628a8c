/**
 * Every code the grammar can report: what it means and what to do. Codes are stable; one that is
 * no longer reported is left out and never given to something else.
 */
export const grammarCodes = {
  CMD101: entry('A quote is opened and never closed', 'close the quote'),
  CMD102: entry('A list is opened and never closed', 'end the list with ]'),
  CMD103: entry('An object is opened and never closed', 'end the object with }'),
  CMD104: entry(
    'A block is opened and never closed',
    'end the block with ``` on a line of its own',
  ),
  CMD105: entry('A key is given twice with different values', 'keep one of the two'),
  CMD106: entry('There is more than one block', 'put everything into one block'),
  CMD107: entry('The language of a block is not known', 'a block is yaml or json'),
  CMD108: entry('What follows := is not JSON', 'write JSON, or use = for plain text'),
  CMD109: entry('A key has no value', 'write key=value, or key="" for an empty text'),
  CMD110: entry('There is white space around =', 'write key=value without spaces'),
  CMD111: entry('Text touches a closing quote or bracket', 'put a space between the two'),
  CMD112: entry(
    'A comma of a list is missing or too many',
    'separate the items with one comma each',
  ),
  CMD113: entry('A list or object stands alone', 'put a key in front of it: key=[a, b]'),
  CMD114: entry('An option is misspelt', 'write --name, --name value or --name=value'),
  CMD115: entry('A message holds a second command', 'send it as a message of its own'),
  CMD116: entry('Lists are nested too deep', 'put the value into a block'),
  CMD117: entry('The message is too long', 'attach the values as a file'),
  CON101: entry(
    'Something else was expected here',
    'compare: retry_count > 5 and ${a.status} == "DONE"',
  ),
  CON102: entry('A quote is opened and never closed', 'close the quote'),
  CON103: entry('A template is opened and never closed', 'end the template with }'),
  CON104: entry('Comparisons are chained', 'write a < b and b < c'),
  CON105: entry(
    'The operator is written differently here',
    'use == != < <= > >= and or not in contains matches',
  ),
  CON106: entry('The regular expression is not valid', 'mend the expression'),
  CON107: entry(
    'The regular expression could take too long',
    'avoid repeating what already repeats',
  ),
  CON108: entry('A template inside quotes is not resolved', 'write it without the quotes'),
  CON109: entry('A number or duration is too large', 'write a smaller one'),
  CON110: entry('The condition is nested too deep or too long', 'split it over several tasks'),
  CON111: entry('The condition is empty', 'write a comparison such as retry_count > 5'),
  CON112: entry('matches needs a text in quotes on its right', 'write name matches "^a.*z$"'),
  TPL101: entry('Something else was expected here', 'write ${task.output.name ?? "default"}'),
  TPL102: entry('A quote is opened and never closed', 'close the quote'),
  TPL103: entry(
    'A template is opened and never closed',
    'end the template with }, or write $${ for the text ${',
  ),
  TPL104: entry('A template is empty', 'name a value: ${workflow.input.x}'),
  TPL105: entry('A number is too large', 'write a smaller one'),
} as const satisfies Record<string, CodeEntry>;

/** What a code means, and what the person can do about it. */
export interface CodeEntry {
  readonly meaning: string;
  readonly remedy: string;
}

/** A code the grammar reports. */
export type GrammarCode = keyof typeof grammarCodes;

function entry(meaning: string, remedy: string): CodeEntry {
  return { meaning, remedy };
}
