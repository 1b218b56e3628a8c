/**
 * The bridge on Discord (the real discord.js against a loopback server) killed -9 in the
 * middle of a run and started again: one run, one card that goes on, one final message; what
 * was said in between is read afterwards, once.
 *
 * CRASH_KILLS sets how many kills the second test does (default 15): of the bridge, of its agent host or of both.
 * The seed is printed; `npm run crash -- --seed N` replays its choices.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { hostPids, startBridge, until, type BridgeProcess } from '../support/bridge-process.ts';
import { createRandom, KILLS, SEED, slowStation } from '../support/crash-station.ts';
import { createLoopbackDiscord, type LoopbackDiscord } from '../support/discord/server.ts';
import type { LoopbackMessage } from '../support/discord/types.ts';
import { expectJournal, provenArchive } from '../support/station-proof.ts';

const SLOW = '@workflow slow-chain';
const INVENTORY = '@workflow inventory-validation-v1 target_folder=0UT.3OX';

let discord: LoopbackDiscord;
let station: ReturnType<typeof slowStation>;
let bridge: BridgeProcess;
beforeEach(async () => {
  discord = await createLoopbackDiscord({ buckets: 'fast' });
  station = slowStation(500);
  bridge = start();
});
afterEach(async () => {
  await bridge.kill();
  await discord.close();
  station.remove();
});

const start = (): BridgeProcess =>
  startBridge(station.root, { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.api });

const say = (text: string): void =>
  void discord.say(discord.seed.users.commander, discord.seed.channels.ops, text);

/** What the bot said, oldest first. */
const said = (): readonly LoopbackMessage[] =>
  discord
    .messages(discord.seed.channels.ops)
    .filter(({ author }) => author.id === discord.botUser.id);

const runsDone = async (count: number): Promise<boolean> => {
  const runs = await openOfflineEngine(station.root).list({});
  return runs.length === count && runs.every(({ status }) => status === 'COMPLETED');
};

/** Per run a card that shows the end and a final message, its receipt with it; nothing else. */
const expectTold = async (slow: number, inventories: number): Promise<void> => {
  const count = slow + inventories;
  await until(
    () => runsDone(count),
    () => `${count} runs to end:\n${bridge.output()}`,
    120_000,
  );
  await until(
    () => said().length >= 2 * count && said().every((one) => !isLive(one)),
    () => `${2 * count} messages, none of them live:\n${JSON.stringify(said().map(titleOf))}`,
    60_000,
  );
  // One more start looks after everything again; an answer shows that it has.
  await bridge.kill();
  bridge = start();
  await bridge.sees('CMD.BRIDGE  Discord', 60_000);
  say('@workflow help');
  await until(
    () => said().length > 2 * count,
    () => `help:\n${bridge.output()}`,
  );
  expect(said().map(titleOf), 'one card and one final message per run').toHaveLength(2 * count + 1);
  // The help may have become too long for a message: what it comes as is not what is counted here.
  const told = said().slice(0, 2 * count);
  const files = told.flatMap(({ attachments }) => attachments.map(({ filename }) => filename));
  expect(files).toEqual(Array.from({ length: inventories }, () => 'VALIDATION.RECEIPT.yaml'));
  expect(await provenArchive(station.root)).toHaveLength(inventories);
  await bridge.kill();
  expect(await runsDone(count)).toBe(true);
  await expectJournal(station.root);
};

const titleOf = (message: LoopbackMessage): string =>
  `${message.content} ${JSON.stringify(message.embeds).slice(0, 120)}`;

const isLive = (message: LoopbackMessage): boolean =>
  /running|queued/u.test(JSON.stringify(message.embeds));

it('finds its card again and reads what it missed', async () => {
  await bridge.sees('CMD.BRIDGE  Discord', 60_000);
  say(SLOW);
  await until(
    () => said().length > 0,
    () => `a card:\n${bridge.output()}`,
  );
  const card = said()[0]?.id;
  await bridge.kill();
  say(INVENTORY);
  bridge = start();
  await expectTold(1, 1);
  expect(
    said()
      .filter(({ id }) => id === card)
      .map(titleOf)[0],
  ).toContain('done');
}, 240_000);

it(
  `tells everything once through ${KILLS} kills at any moment`,
  async () => {
    console.log(`play it again: npm run crash -- --kills ${KILLS} --seed ${SEED}`);
    const random = createRandom(SEED);
    await bridge.sees('CMD.BRIDGE  Discord', 60_000);
    let slow = 0;
    let inventories = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Three cards at once are the most before they fold into a board.
      if (slow + inventories < 3 || (await runsDone(slow + inventories))) {
        // Without an inventory there would be no receipt to prove.
        const isSlow = inventories > 0 && random(2) === 0;
        say(isSlow ? SLOW : INVENTORY);
        if (isSlow) slow += 1;
        else inventories += 1;
      }
      await new Promise((done) => setTimeout(done, random(2_500)));
      const what = random(3);
      if (what !== 0) for (const pid of hostPids(station.root)) process.kill(pid, 'SIGKILL');
      if (what === 1) continue;
      await bridge.kill();
      bridge = start();
    }
    await expectTold(slow, inventories);
  },
  180_000 + KILLS * 15_000,
);
