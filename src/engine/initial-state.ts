import type { NoRun } from './state.ts';

/** What a run is before its first event. */
export const initialState: NoRun = { status: 'NONE' };
