import { cpus, loadavg } from 'node:os';

/** What a reader must know of the machine and of what else it did. */
export const noiseNote = (): string => {
  const [now = 0] = loadavg();
  const processors = cpus();
  const busy =
    now > processors.length * 0.75
      ? '; OTHERS WERE AT WORK: believe ratios, and those only roughly'
      : '';
  return `Node ${process.versions.node}, ${process.platform}, ${processors.length} processors (${processors[0]?.model ?? 'unknown'}), load ${now.toFixed(2)}${busy}`;
};
