/**
 * Records journals in which every kind of event occurs: `npx tsx test/histories/record-kinds.ts
 * <version> [seeds]`. What chance seldom brings about is played first, then seeds of the simulation
 * until each type of event has been met; of each that adds one, journal and archive are kept. What `kinds/` holds is never recorded again:
 * a type of event that is new later gets a folder of its own.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventTypes } from '../../src/engine/parse-event.ts';
import { simulate } from '../sim/simulate.ts';
import { digestOf } from './digest.ts';
import { playRareKinds, RARE_KINDS } from './rare-kinds.ts';
import { typesIn } from './types-in.ts';

const [version, most = '500'] = process.argv.slice(2);
if (version === undefined) throw new Error('Name the version: record-kinds.ts <version>');
const kinds = fileURLToPath(new URL('kinds', import.meta.url));
const met = new Set<string>(existsSync(kinds) ? typesIn(kinds) : []);

/** Bytes; larger journals only take more room. */
const LARGEST = 120_000;

/** Keeps a history whose events are of types not met before. */
const keep = async (
  name: string,
  files: ReadonlyMap<string, Buffer>,
  events: Iterable<string>,
): Promise<void> => {
  const news = [...events].filter((type) => !met.has(type));
  const size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (news.length === 0 || size > LARGEST) return;
  for (const type of events) met.add(type);
  const folder = join(kinds, `${version}-${name}`);
  for (const [path, bytes] of files) {
    if (path.includes('receipts')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(
    join(folder, 'expected.json'),
    `${JSON.stringify(await digestOf(folder), null, 2)}\n`,
  );
  console.log(`${name}: ${news.join(' ')}`);
};

await keep('rare', await playRareKinds(), RARE_KINDS);
for (let seed = 1; seed <= Number(most); seed += 1) {
  if (eventTypes().every((type) => met.has(type))) break;
  const { events, files } = await simulate({ seed });
  await keep(String(seed), files, events);
}
console.log(
  `not met: ${eventTypes()
    .filter((type) => !met.has(type))
    .join(' ')}`,
);
