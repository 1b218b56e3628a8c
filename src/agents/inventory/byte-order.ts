/**
 * Order of paths by their UTF-8 bytes, the same on every machine and in every language.
 * UTF-16 order (plain `<`) differs where surrogate pairs meet U+E000–U+FFFF.
 */
export const compareBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
};

/** Surrogates stand for code points above U+FFFF and so come after every other unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
