/**
 * Found by simulation: a run failed while the network was away. Its final message got through, the
 * team's notice did not; the run was archived and the bridge started anew, which took the run for
 * told, so the team never heard of the failure.
 */
import { expect, it } from 'vitest';
import { createBridge } from '../../src/chat/bridge.ts';
import { refToJson } from '../../src/chat/message-ref.ts';
import { chatBench, runView } from '../support/chat-bench.ts';
import { iso, START, viewWith } from '../support/run-view.ts';

it('an archived failure of which only the requester knows is told to the team', async () => {
  const bench = await chatBench({ start: false, routes: [{ channel: 'alerts', roles: [] }] });
  const final = await bench.port.post('general', runView('old'), { nonce: 'x', replyTo: null });
  bench.engine.hold(
    viewWith({ status: 'FAILED', ended_at: iso(START), messages: { final: refToJson(final) } }),
  );
  const archived = { ...bench.engine, live: () => [] };
  const bridge = createBridge({ ...bench.options, engine: archived });
  await bridge.start();
  await bench.idle();
  expect(bench.port.messages.map(({ channel }) => channel)).toEqual(['general', 'alerts']);
  expect(bench.engine.recorded.map(({ key }) => key)).toEqual(['notice']);
  await bridge.stop();
});
