/** Which run a word means. */
import type { RunView } from '../engine/view.types.ts';
import { openOfflineEngine, type ReadEngine } from '../compose/offline-engine.ts';
import type { Failure } from './failure-shape.ts';
import type { CliContext } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failure } from './failure.ts';

export interface OneRun {
  readonly type: 'run';
  readonly view: RunView;
  readonly reader: ReadEngine;
}

/** The run with this handle, id or unique beginning of either; read from the station's files. */
export const oneRun = async (context: CliContext, reference: string): Promise<OneRun | Failure> => {
  const { root } = context.station();
  const reader = openOfflineEngine(root, (what) => context.output.note(what));
  const found = await reader.resolve(reference);
  switch (found.type) {
    case 'found': {
      const view = await reader.view(found.run);
      return view === null ? unknownRun(reference, []) : { type: 'run', view, reader };
    }
    case 'unknown':
      return unknownRun(reference, found.suggestions);
    case 'ambiguous':
      return failure('RUN_AMBIGUOUS', `${reference} could be several runs`, {
        hint: found.candidates
          .slice(0, 5)
          .map(({ handle, run }) => `${handle} (${run})`)
          .join(', '),
        at: reference,
      });
  }
};

const unknownRun = (reference: string, suggestions: readonly string[]): Failure =>
  failure('RUN_UNKNOWN', `No run is called ${reference}`, {
    exit: EXIT.notFound,
    at: reference,
    hint:
      suggestions.length === 0
        ? 'workflow list shows the runs there are'
        : `did you mean ${suggestions.join(' or ')}?`,
  });
