/** Texts kept by a memory before it starts anew; a station's definitions hold far fewer. */
const MOST = 4_000;
/** Longer texts are read each time: keeping them would cost more than reading them. */
const LONGEST = 2_000;

/** `read`, its answers kept by text. For readings that are the same every time and never changed. */
export const remembered = <T>(read: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const result = read(text);
    if (text.length > LONGEST) return result;
    if (known.size >= MOST) known.clear();
    known.set(text, result);
    return result;
  };
};
