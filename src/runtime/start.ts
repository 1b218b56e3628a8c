/**
 * Starting a run: everything that may refuse it comes first, so a refused start leaves no
 * run behind. The idempotency key is reserved before anything waits, so that the same
 * message never starts two runs.
 */
import type { Actor } from '../engine/actor.ts';
import type { Rejection, RunCommand } from '../engine/commands.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import { createRunId, type RunId } from '../engine/ids.ts';
import { resolveInputs } from '../engine/inputs.ts';
import { refuseStart } from '../engine/permissions.ts';
import type { Clock } from '../lib/clock.ts';
import { suggest } from '../../grammar/suggest.ts';
import { failedPreCheck } from './checks.ts';
import type { DefinitionCatalog, StartProblem, StartRequest } from './engine.ts';
import type { Dispatched } from './kernel.ts';
import type { Entropy, Workspace } from './ports.ts';
import type { RunKeys } from './run-keys.ts';
import type { Secrets } from './secrets.ts';
import { takePlaces, type PlaceTaking } from './take-places.ts';

export interface StartOptions extends PlaceTaking {
  readonly catalog: DefinitionCatalog;
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
  readonly newHandle: () => string;
  readonly secrets: Pick<Secrets, 'seal' | 'forget' | 'missing'>;
  readonly keys: Omit<RunKeys, 'archived'>;
}

export type Started =
  { readonly type: 'started'; readonly run: RunId; readonly duplicate: boolean } | StartProblem;

export const startRun = async (
  request: StartRequest,
  actor: Actor,
  options: StartOptions,
): Promise<Started> => {
  const { key } = request;
  if (key === null) return createRun(request, actor, options);

  // Nothing is awaited between looking and reserving.
  const earlier = options.keys.get(key);
  if (earlier !== undefined) {
    const run = await earlier;
    if (run === null) return startRun(request, actor, options);
    const known = await onDuplicate(request, run, actor, options);
    if (known !== null) return known;
    // Somebody else may have replaced it meanwhile: then theirs is the one that counts.
    if (options.keys.get(key) !== earlier) return startRun(request, actor, options);
  }
  const attempt = createRun(request, actor, options);
  const reserved = attempt.then(
    (started) => (started.type === 'started' ? started.run : null),
    () => null,
  );
  options.keys.set(key, reserved);
  const release = (): void => {
    if (earlier === undefined) options.keys.delete(key);
    else options.keys.set(key, earlier);
  };
  reserved.then((run) => (run === null ? release() : undefined), release);
  return attempt;
};

/** What the key's earlier run means for this start; null: a new one takes its place. */
const onDuplicate = async (
  { key, onDuplicate: wanted = 'return_existing' }: StartRequest,
  run: RunId,
  actor: Actor,
  { cancel }: StartOptions,
): Promise<Started | null> => {
  switch (wanted) {
    case 'return_existing':
      return { type: 'started', run, duplicate: true };
    case 'reject':
      return {
        type: 'rejected',
        kind: 'refused',
        code: 'DUPLICATE_KEY',
        message: `The key ${key} has started run ${run} already`,
        hint: `status ${run}`,
      };
    case 'replace':
      await cancel(run, `replaced by a new run of ${actor.name} with the key ${key}`);
      return null;
  }
};

const createRun = async (
  request: StartRequest,
  actor: Actor,
  options: StartOptions,
): Promise<Started> => {
  // 1. The definition.
  const entry = await options.catalog.find(request.workflow, request.version);
  if (entry === null) return unknownWorkflow(request, options.catalog);
  const { definition, sha256 } = entry;

  // 2. The person.
  const refusal = refuseStart(definition, actor);
  if (refusal !== null) return refusal;

  // 3. The inputs.
  const resolved = resolveInputs(definition, request.input, 'person');
  if (!resolved.ok) return { type: 'invalid_input', problems: resolved.problems };

  // 4. The station.
  const failed = await failedPreCheck(definition, resolved.input, options.workspace);
  if (failed !== null) return preCheckRefusal(definition, failed);

  // 5. The secrets: their values are taken out before anything is recorded.
  const missing = options.secrets.missing(definition);
  if (missing !== null) {
    return {
      type: 'rejected',
      kind: 'refused',
      code: 'SECRET_MISSING',
      message: `${definition.id} was not started: ${missing}`,
      hint: 'Set it and start again; no run was made',
    };
  }
  const { seal, input } = await options.secrets.seal(definition, resolved.input);

  // 6. Its place among other runs. The secret values are not known any more: keys are made without.
  const run = createRunId(options.clock.now(), options.entropy());
  const places = await takePlaces(run, definition, input, request, options);
  if ('type' in places) {
    if (seal !== null) await options.secrets.forget(seal);
    return places;
  }

  // 7. The run.
  const dispatched = await options.dispatch({
    type: 'StartRun',
    run,
    actor,
    handle: options.newHandle(),
    definition,
    sha256,
    input,
    defaulted: resolved.defaulted,
    key: request.key,
    origin: request.origin,
    failureOf: null,
    seal,
    places,
    ...(request.notBefore === undefined ? {} : { notBefore: request.notBefore }),
  });
  if (dispatched.type !== 'rejected') return { type: 'started', run, duplicate: false };
  options.gate.abandon(run);
  if (seal !== null) await options.secrets.forget(seal);
  return dispatched;
};

export const preCheckRefusal = (
  { id }: WorkflowDefinition,
  { check, message }: { readonly check: string; readonly message: string },
): Rejection => ({
  type: 'rejected',
  kind: 'refused',
  code: 'PRE_CHECK_FAILED',
  message: `${id} was not started: ${message} (${check})`,
  hint: 'Mend it and start again; nothing was changed',
});

export const unknownWorkflow = async (
  request: Pick<StartRequest, 'workflow' | 'version'>,
  catalog: DefinitionCatalog,
): Promise<Rejection> => {
  const known = await catalog.list();
  const ids = known.map(({ definition }) => definition.id);
  const [nearest] = suggest(request.workflow, ids, 1);
  const wanted =
    request.version === null ? request.workflow : `${request.workflow} version ${request.version}`;
  return {
    type: 'rejected',
    kind: 'not_found',
    code: 'WORKFLOW_UNKNOWN',
    message: `No workflow is called ${wanted}`,
    hint:
      nearest === undefined
        ? `Known workflows: ${ids.length === 0 ? 'none' : ids.join(', ')}`
        : `Did you mean ${nearest}?`,
  };
};
