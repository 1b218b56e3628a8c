import * as fc from 'fast-check';

/** All ways of changing one byte of `bytes`: another value, one more, one less. */
export const anyByteChanged = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.constantFrom(0, 1, 2))
    .map(([at, flip, how]) => {
      const byte = Buffer.from([(bytes[at] ?? 0) ^ flip]);
      const rest = bytes.subarray(how === 1 ? at : at + 1);
      return Buffer.concat([bytes.subarray(0, at), how === 2 ? Buffer.alloc(0) : byte, rest]);
    })
    // Removing or doubling one of several equal bytes in a row changes the file all the same.
    .filter((changed) => !changed.equals(bytes));
