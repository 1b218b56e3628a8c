/** Place of the first word that is no option and no option's value; the number of words when there is none. */
export const firstWord = (args: readonly string[]): number => {
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '-C' || args[at] === '--station') at += 1;
    else if (args[at]?.startsWith('-') === false) return at;
  }
  return args.length;
};
