import { checkUp } from '../doctor/check-up.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 0 },
  async run(context) {
    const { output } = context;
    const { root } = context.station();
    const findings = await checkUp(root, context.config);
    const ok = findings.every((finding) => finding.ok);
    if (output.json) output.value({ schema: 'doctor/1', ok, station: root, checks: findings });
    else {
      output.lines(
        findings.flatMap(({ ok: fine, name, detail, fix }) => [
          `${fine ? '✓' : '✗'} ${name}: ${detail}`,
          ...(fix === null ? [] : [`    → ${fix}`]),
        ]),
      );
    }
    return ok ? EXIT.ok : EXIT.failed;
  },
};
