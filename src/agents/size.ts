/** Sizes as people write them: `500KB`, `10MB`, a number of bytes. KB and KiB both count 1024 bytes. */
import { z } from 'zod';

const ERROR = { error: 'expected a size such as 500KB, 10MB or a number of bytes' };

/** Reads a size to bytes. */
export const sizeSchema = z
  .union(
    [
      z.number().int(ERROR).nonnegative(ERROR),
      z.string().regex(/^\d+(\.\d+)?\s*([KMGT]i?)?B?$/iu, ERROR),
    ],
    ERROR,
  )
  .transform((given): number => {
    if (typeof given === 'number') return given;
    const unit = /[KMGT]/iu.exec(given)?.[0].toUpperCase() ?? '';
    return Math.round(Number.parseFloat(given) * 1024 ** ' KMGT'.indexOf(unit === '' ? ' ' : unit));
  });
