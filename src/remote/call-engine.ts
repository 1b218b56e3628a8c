import type { Engine } from '../runtime/engine.ts';
import { params, type Method } from './protocol.ts';

/** Asks the engine what a request asks for. @throws ZodError when the parameters are wrong. */
export const callEngine = async (
  engine: Engine,
  method: Exclude<Method, 'subscribe'>,
  given: unknown,
): Promise<unknown> => {
  switch (method) {
    case 'start':
      return engine.start(params.start.parse(given));
    case 'operate': {
      const { command, by, dryRun } = params.operate.parse(given);
      return engine.operate(command, by, { dryRun });
    }
    case 'view':
      return engine.view(params.view.parse(given).run);
    case 'why':
      return engine.why(params.why.parse(given).run);
    case 'events':
      return engine.events(params.events.parse(given).run);
    case 'list':
      return engine.list(params.list.parse(given));
    case 'resolve':
      return engine.resolve(params.resolve.parse(given).reference);
    case 'mayStart': {
      const { workflow, by } = params.mayStart.parse(given);
      return engine.mayStart(workflow, by);
    }
    case 'definitions':
      return engine.definitions.list();
    case 'definition': {
      const { id, version } = params.definition.parse(given);
      return engine.definitions.find(id, version);
    }
    case 'problems':
      return engine.definitions.problems();
  }
};
