/**
 * Patterns of policies and scan options. A pattern without `/` is matched against the name at any
 * depth, any other against the whole path. Case counts, dot files match, and a pattern that is
 * written exactly like the path matches it, so that names with brackets need no escapes.
 */
import picomatch from 'picomatch';

export const createGlob = (pattern: string): ((path: string) => boolean) => {
  const text = pattern.replace(/^\.\//u, '').replace(/\/$/u, '/**');
  const matches = picomatch(text, { dot: true, windows: false, nocase: false, nonegate: true });
  const byName = !text.includes('/');
  return (path) => {
    const subject = byName ? path.slice(path.lastIndexOf('/') + 1) : path;
    return subject === text || matches(subject);
  };
};
