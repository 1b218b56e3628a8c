/** RECOMMENDATION_AGENT: says what would make a folder comply, and what a machine could do of it. */
import { z } from 'zod';
import type { BuiltinAgent } from '../agent.ts';
import { orDefault, parsePayload } from './payload.ts';

const NAME = 'RECOMMENDATION_AGENT';

const violationSchema = z.object({
  kind: z.string(),
  path: z.string().nullish(),
  pattern: z.string().nullish(),
  message: z.string().nullish(),
});

const payloadSchema = z.object({ violations: orDefault(z.array(violationSchema), []) });

type Given = z.output<typeof violationSchema>;

/** What to do about one violation. */
interface Fix {
  readonly kind: string;
  readonly path: string | null;
  readonly action: string;
  readonly text: string;
  readonly auto: boolean;
}

export const recommendationAgent: BuiltinAgent = {
  name: NAME,
  description: 'Says how to mend violations',
  concurrency: 2,
  handle: async (payload, context) => {
    const { violations } = parsePayload(NAME, payloadSchema, payload);
    const fixes = violations.map(fixOf);
    const listed = (auto: boolean) =>
      fixes
        .filter((fix) => fix.auto === auto)
        .map(({ kind, path, action }) => ({ kind, path, action }));
    context.progress(100, `${fixes.length} recommendations`);
    return {
      recommendations: fixes.map((fix) => fix.text),
      auto_fixable: listed(true),
      manual_fixes: listed(false),
    };
  },
};

const fixOf = (violation: Given): Fix => {
  const path = violation.path ?? null;
  const name = path ?? 'the folder';
  const fix = (action: string, text: string, auto: boolean): Fix => ({
    kind: violation.kind,
    path,
    action,
    text,
    auto,
  });
  switch (violation.kind) {
    case 'missing_file':
      return fix('add_file', `Add the required file ${name}`, false);
    case 'missing_folder':
      return fix('create_folder', `Create the required folder ${name}`, true);
    case 'forbidden_file':
      return fix(
        'move_out',
        `Move ${name} out: ${violation.pattern ?? 'the policy'} forbids it`,
        true,
      );
    case 'no_empty_files':
      return fix('fill_or_remove', `Fill or remove the empty file ${name}`, false);
    case 'no_duplicates':
      return fix('remove_copy', `Remove ${name} or the file it copies`, false);
    case 'max_file_size':
      return fix('make_smaller', `Split or compress ${name}`, false);
    case 'name_pattern':
    case 'allowed_extensions':
      return fix(
        'rename',
        `Rename ${name}: ${violation.message ?? 'its name is not allowed'}`,
        false,
      );
    default:
      return fix('review', `Look at ${name}: ${violation.message ?? violation.kind}`, false);
  }
};
