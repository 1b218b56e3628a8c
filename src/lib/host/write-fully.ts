import type { HostFiles } from './host.ts';

/** Writes all of `bytes`, however many calls it takes. */
export const writeFully = (
  files: Pick<HostFiles, 'write'>,
  file: number,
  bytes: Uint8Array,
): void => {
  for (let written = 0; written < bytes.length;) {
    const count = files.write(file, bytes, written);
    if (count <= 0) throw new Error('The disk took no more bytes');
    written += count;
  }
};
