/** `npm run bench -- <name>`: prints one benchmark's table. */
const [name, ...rest] = process.argv.slice(2);
const benches: Readonly<
  Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>
> = {
  'main-job': () => import('./main-job.ts'),
};
const load = name === undefined ? undefined : benches[name];
if (load === undefined) {
  console.error(`Usage: npm run bench -- <${Object.keys(benches).join(' | ')}>`);
  process.exitCode = 2;
} else {
  await (await load()).run(rest);
}
