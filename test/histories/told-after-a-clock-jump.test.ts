/**
 * Found by simulation: the end of a run could not be posted, the clock was set forth by a day, and
 * the bridge started anew looked back no further than a day: the requester never heard of the end.
 */
import { expect, it } from 'vitest';
import { createBridge } from '../../src/chat/bridge.ts';
import { chatBench } from '../support/chat-bench.ts';
import { iso, START, viewWith } from '../support/run-view.ts';

it('an archived run nobody was told of is told of after the clock was set by a day', async () => {
  const bench = await chatBench({ start: false });
  bench.engine.hold(viewWith({ status: 'COMPLETED', ended_at: iso(START), messages: {} }));
  await bench.clock.advance(86_400_000 + 60_000);
  const archived = { ...bench.engine, live: () => [] };
  const bridge = createBridge({ ...bench.options, engine: archived });
  await bridge.start();
  await bench.idle();
  expect(bench.engine.recorded.map(({ key }) => key)).toContain('final');
  await bridge.stop();
});
