/**
 * Finds the YAML in a policy document: front matter, fenced yaml blocks, or the whole of it.
 * 3OX banners around and between are passed over. Everything that is not YAML becomes an empty
 * line, so that the lines of a parser's complaints are those of the file.
 */

/** The YAML parts of a document, each as long in lines as the document up to its end. */
export const yamlParts = (text: string, markdown: boolean): readonly string[] => {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  const kept = lines.map((line) => (isBanner(line) ? '' : line));
  const front = frontMatter(kept);
  if (!markdown) return [front ?? kept.join('\n')];
  const parts = [...(front === null ? [] : [front]), ...fencedBlocks(kept)];
  // A Markdown file without either may still be nothing but YAML.
  return parts.length > 0 ? parts : [kept.join('\n')];
};

/** Lines of runes with which 3OX documents begin and end. No YAML begins like this. */
const isBanner = (line: string): boolean =>
  /^\s*(\/\/\/?[▀-▟]|[▀-▟]+\/\/|[▀-▟]+⌱|〔|[▂▙▛▞▖▘]{2,})/u.test(line);

const frontMatter = (lines: readonly string[]): string | null => {
  const start = lines.findIndex((line) => line.trim() !== '');
  if (start === -1 || lines[start]?.trimEnd() !== '---') return null;
  const end = lines.findIndex((line, index) => index > start && /^(---|\.\.\.)\s*$/u.test(line));
  return end === -1 ? null : only(lines, start + 1, end);
};

const fencedBlocks = (lines: readonly string[]): string[] => {
  const blocks: string[] = [];
  let open: { readonly fence: string; readonly at: number; readonly yaml: boolean } | null = null;
  for (const [index, line] of lines.entries()) {
    const fence = /^\s{0,3}(`{3,}|~{3,})\s*([A-Za-z]*)/u.exec(line);
    if (fence === null) continue;
    const [, mark = '', language = ''] = fence;
    if (open === null) {
      open = { fence: mark, at: index + 1, yaml: /^ya?ml$/iu.test(language) };
    } else if (mark.startsWith(open.fence) && language === '') {
      if (open.yaml) blocks.push(only(lines, open.at, index));
      open = null;
    }
  }
  return blocks;
};

const only = (lines: readonly string[], start: number, end: number): string =>
  lines
    .slice(0, end)
    .map((line, index) => (index < start ? '' : line))
    .join('\n');
