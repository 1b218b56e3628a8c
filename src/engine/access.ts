/** Access lists of a run: entries that name an input stand for the path it holds. */
import type { RunState } from './state.ts';

/** Station path prefixes; null means no restriction beyond the station. An input that holds no path adds nothing. */
export const resolvedAccess = (
  { definition, input }: Pick<RunState, 'definition' | 'input'>,
  entries: readonly string[] | null,
): readonly string[] | null => {
  if (entries === null) return null;
  const declared = new Set(definition.input.map(({ name }) => name));
  return entries.flatMap((entry) => {
    if (!declared.has(entry)) return [entry];
    const path = input[entry];
    return typeof path === 'string' && path !== '' ? [path] : [];
  });
};
