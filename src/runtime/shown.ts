/** What happened, as it may be seen outside the engine. */
import type { RecordedEvent } from '../engine/events.ts';
import { coverEvent } from '../engine/secrets.ts';
import { viewOf } from '../engine/view.ts';
import type { RunView } from '../engine/view.types.ts';
import type { RunChange } from './engine.ts';
import type { Commit } from './kernel.ts';

/** A recorded event without its references to secrets. */
export const asShown = (recorded: RecordedEvent): RecordedEvent => ({
  ...recorded,
  event: coverEvent(recorded.event),
});

/** A commit for those who watch; its view is made for the first who looks at it, and once. */
export const changeOf = ({ state, version, events }: Commit): RunChange => {
  let view: RunView | null = null;
  return {
    get view() {
      return (view ??= viewOf(state, { version }));
    },
    events,
  };
};

/** As it may be seen outside: events without their references to secrets. */
export const shown = (commit: Commit): Commit =>
  commit.state.seal === null
    ? commit
    : {
        ...commit,
        events: commit.events.map(asShown),
      };
