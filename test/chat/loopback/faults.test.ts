/** Rate limits and faults of the REST side, as the real client lives through them. */
import { describe, expect, it } from 'vitest';
import { login, opsOf, startLoopback } from './client.ts';

const MESSAGES = '/channels/:channel/messages';
const MESSAGE = `${MESSAGES}/:message`;

/** The loopback's time stands still until it is advanced, so a slow machine meets the same limits. */
function stoppedClock() {
  let time = Date.now();
  return {
    now: () => time,
    advance(ms: number) {
      time += ms;
    },
  };
}

describe('faults of the loopback Discord', () => {
  it('tells its limits honestly, so a client that obeys meets no 429', async () => {
    const loopback = await startLoopback({
      buckets: { [`POST ${MESSAGES}`]: { limit: 2, perMs: 300 } },
    });
    const channel = await opsOf(await login(loopback), loopback);
    for (const text of ['1', '2', '3', '4', '5']) await channel.send(text);
    const statuses = loopback.requests.filter(({ method }) => method === 'POST');
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const [first, , , , last] = loopback.messages(channel.id);
    expect((last?.createdAt ?? 0) - (first?.createdAt ?? 0)).toBeGreaterThanOrEqual(500);
  });

  it.each(['429', '429-global', '429-shared'] as const)('%s is waited out', async (kind) => {
    const loopback = await startLoopback();
    const channel = await opsOf(await login(loopback), loopback);
    const fault = loopback.faults.add({ method: 'POST', route: MESSAGES, kind, retryAfterMs: 200 });
    await channel.send('x');
    expect(fault.hits()).toBe(1);
    const posts = loopback.requests.filter(({ method }) => method === 'POST');
    expect(posts.map(({ status }) => status)).toEqual([429, 200]);
    expect((posts[1]?.at ?? 0) - (posts[0]?.at ?? 0)).toBeGreaterThanOrEqual(190);
  });

  it('refuses for real what dishonest headers promised', async () => {
    const clock = stoppedClock();
    const loopback = await startLoopback({
      now: clock.now,
      buckets: { [`POST ${MESSAGES}`]: { limit: 1, perMs: 200 } },
    });
    const channel = await opsOf(await login(loopback), loopback);
    loopback.faults.add({ route: MESSAGES, kind: 'dishonest-headers' });
    await channel.send('1');
    const sending = channel.send('2');
    await loopback.waitFor(() => loopback.requests.some(({ status }) => status === 429));
    clock.advance(200);
    await sending;
    const posts = loopback.requests.filter(({ method }) => method === 'POST');
    expect(posts.map(({ status }) => status)).toEqual([200, 429, 200]);
  });

  it('makes one message of a dropped answer when the nonce is enforced, two without', async () => {
    const loopback = await startLoopback();
    const channel = await opsOf(await login(loopback), loopback);
    loopback.faults.add({ method: 'POST', route: MESSAGES, kind: 'drop-after-apply' });
    await channel.send({ content: 'once', nonce: 'run-1', enforceNonce: true });
    expect(loopback.messages(channel.id)).toHaveLength(1);
    loopback.faults.add({ method: 'POST', route: MESSAGES, kind: 'drop-after-apply' });
    await channel.send('twice');
    expect(loopback.messages(channel.id)).toHaveLength(3);
    loopback.faults.add({ method: 'POST', route: MESSAGES, kind: 'drop-before-apply' });
    await channel.send('resent');
    expect(loopback.messages(channel.id)).toHaveLength(4);
  });

  it('answers 5xx, codes of choice, and holds requests', async () => {
    const loopback = await startLoopback();
    const channel = await opsOf(await login(loopback), loopback);
    const card = await channel.send('card');
    loopback.faults.add({ kind: 'status', status: 502, times: 2 });
    await card.edit('through');
    const edits = loopback.requests.filter(({ route }) => route === MESSAGE);
    expect(edits.map(({ status }) => status)).toEqual([502, 502, 200]);
    loopback.faults.add({ kind: 'status', status: 403, code: 50013 });
    await expect(card.edit('x')).rejects.toMatchObject({ code: 50013, status: 403 });

    const hold = loopback.faults.add({ method: 'PATCH', kind: 'hold' });
    const editing = card.edit('held');
    await loopback.waitFor(() => hold.hits() === 1);
    expect(loopback.message(card.id)?.content).toBe('through');
    hold.release();
    await editing;
    expect(loopback.message(card.id)?.content).toBe('held');
  });

  it('limits edits of a message older than an hour (30046)', async () => {
    const clock = stoppedClock();
    const loopback = await startLoopback({
      now: clock.now,
      lateEdits: { limit: 2, perMs: 200 },
    });
    const channel = await opsOf(await login(loopback), loopback);
    const card = await channel.send('card');
    loopback.age(card.id, 3_600_001);
    await card.edit('1');
    await card.edit('2');
    const editing = card.edit('3');
    await loopback.waitFor(() => loopback.requests.some(({ status }) => status === 429));
    clock.advance(200);
    await editing;
    const edits = loopback.requests.filter(({ route }) => route === MESSAGE);
    expect(edits.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
  });
});
