import type { Command, ReplyLine } from './command.ts';

/** `validate`: what is wrong in the workflow files. */
export const validate: Command = {
  verb: 'validate',
  summary: 'shows what is wrong in the workflow files',
  usage: 'validate [workflow]',
  completes: 'workflow',
  async run({ line, engine }) {
    const wanted = line.words[0]?.text.toLowerCase() ?? '';
    const entry = wanted === '' ? null : await engine.definitions.find(wanted, null);
    const files = (await engine.definitions.problems()).filter(
      ({ file }) => wanted === '' || file === entry?.file || file.toLowerCase().includes(wanted),
    );
    const lines = files.flatMap(({ problems }) =>
      problems.map((problem): ReplyLine => {
        const place = `${problem.file}:${problem.line}:${problem.column}`;
        const hint = problem.hint === null ? '' : ` (${problem.hint})`;
        return [{ type: 'code', text: place }, ` ${problem.code} ${problem.message}${hint}`];
      }),
    );
    if (lines.length === 0) {
      return { type: 'text', lines: [[`✓ ${files.length} workflow files, no problems`]] };
    }
    const more = lines.length - MOST_LINES;
    return {
      type: 'text',
      lines: more > 0 ? [...lines.slice(0, MOST_LINES), [`… and ${more} more`]] : lines,
    };
  },
};

const MOST_LINES = 10;
