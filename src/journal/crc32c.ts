/**
 * CRC-32C (Castagnoli): polynomial 0x1EDC6F41, reflected, as in iSCSI, ext4 and Btrfs.
 *
 * Eight bytes at a time ("slicing by 8"): every line is checked at start, and byte by byte that
 * took as long as all the rest of reading it.
 */

/** The checksum of `bytes` from `start` to `end`, as an unsigned 32-bit number. */
export const crc32c = (bytes: Uint8Array, start = 0, end = bytes.length): number => {
  const byte = (at: number): number => bytes[at] ?? 0;
  let crc = -1;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    crc ^= byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    crc =
      after(7, crc & 0xff) ^
      after(6, (crc >>> 8) & 0xff) ^
      after(5, (crc >>> 16) & 0xff) ^
      after(4, crc >>> 24) ^
      after(3, byte(at + 4)) ^
      after(2, byte(at + 5)) ^
      after(1, byte(at + 6)) ^
      after(0, byte(at + 7));
  }
  for (; at < end; at += 1) crc = after(0, (crc ^ byte(at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
};

/** What a byte contributes to the checksum when `zeros` zero bytes follow it. */
const after = (zeros: number, byte: number): number => TABLES[zeros * 256 + byte] ?? 0;

const TABLES = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0x82f63b78 : 0);
  TABLES[byte] = value;
}
for (let at = 256; at < TABLES.length; at += 1) {
  const before = TABLES[at - 256] ?? 0;
  TABLES[at] = (before >>> 8) ^ (TABLES[before & 0xff] ?? 0);
}
