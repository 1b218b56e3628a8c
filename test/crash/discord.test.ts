/**
 * The bridge on Discord (the real discord.js against a loopback server) killed -9 in the
 * middle of a run and started again: one run, one card that goes on, one final message; what
 * was said in between is read afterwards, once.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { createLoopbackDiscord } from '../support/discord/server.ts';
import { copyStation, startBridge, until } from '../support/bridge-process.ts';

const SLOW = `workflow:
  id: slow-chain
  name: Slow chain
  version: 1
  tasks:
    - { id: a, assigned_to: SLOW_AGENT }
    - { id: b, assigned_to: SLOW_AGENT, depends_on: a }
    - { id: c, assigned_to: SLOW_AGENT, depends_on: b }
`;
const AGENTS = `agents:
  SLOW_AGENT:
    kind: command
    command: [node, -e, 'setTimeout(() => process.stdout.write("{}"), 1500)']
`;

it('finds its card again and reads what it missed', async () => {
  const discord = await createLoopbackDiscord({ buckets: 'fast' });
  const station = copyStation();
  writeFileSync(join(station.root, '.3ox/agents.yaml'), AGENTS);
  writeFileSync(join(station.root, '.3ox.index/CORE/WORKFLOWS/slow.workflow.yaml'), SLOW);
  const offline = openOfflineEngine(station.root);
  const environment = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.api };
  const { users, channels } = discord.seed;
  const said = () =>
    discord.messages(channels.ops).filter(({ author }) => author.id === discord.botUser.id);

  let bridge = startBridge(station.root, environment);
  try {
    await bridge.sees('CMD.BRIDGE  Discord', 60_000);
    discord.say(users.commander, channels.ops, '@workflow slow-chain');
    await until(
      () => said().length > 0,
      () => `a card:\n${bridge.output()}`,
    );
    const card = said()[0]?.id;
    await bridge.kill();
    discord.say(
      users.commander,
      channels.ops,
      '@workflow inventory-validation-v1 target_folder=0UT.3OX',
    );
    bridge = startBridge(station.root, environment);
    await until(
      async () => {
        const runs = await offline.list({});
        return runs.length === 2 && runs.every(({ status }) => status === 'COMPLETED');
      },
      () => `both runs to end:\n${bridge.output()}`,
      120_000,
    );
    // Per run a card and a final message, and nothing else.
    await until(
      () => said().length >= 4,
      () => `four messages, not ${said().length}`,
    );
    await until(
      () => JSON.stringify(said().find(({ id }) => id === card)).includes('done'),
      () => 'the first card to show the end',
    );
    expect(said()).toHaveLength(4);
    const receipts = said().flatMap(({ attachments }) => attachments);
    expect(receipts.map(({ filename }) => filename)).toEqual(['VALIDATION.RECEIPT.yaml']);
    expect(await offline.list({})).toHaveLength(2);
  } finally {
    await bridge.kill();
    await discord.close();
    station.remove();
  }
}, 240_000);
