/**
 * Identifiers. A run id keeps the form of the user's guide (`wf-<ms>-<9 characters>`), which
 * also makes file names such as `task-<run>-<task>.yaml` readable back without ambiguity.
 */

/** Id of a run: `wf-`, 13 digits (ms since the epoch), `-`, 9 of `0-9a-z`. */
export type RunId = string & { readonly __brand: 'RunId' };

const RUN_ID = /^wf-\d{13}-[0-9a-z]{9}$/;

/** Definition and task ids; also the only names that ever become part of a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The run id in `text`, or null when it is none. The only constructor of {@link RunId}. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand's one constructor
export const toRunId = (text: string): RunId | null => (RUN_ID.test(text) ? (text as RunId) : null);

/** Makes a run id from a start time (ms) and at least 9 characters of `0-9a-z` randomness. */
export const createRunId = (at: number, entropy: string): RunId => {
  const id = toRunId(`wf-${String(at).padStart(13, '0')}-${entropy.slice(0, 9)}`);
  if (id === null) throw new Error(`createRunId needs 9 characters of 0-9a-z, got "${entropy}"`);
  return id;
};

/** True for a legal definition, task or agent name. */
export const isName = (text: string): boolean => NAME.test(text) && !text.endsWith('.');
