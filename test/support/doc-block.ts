import { readFileSync } from 'node:fs';

/** The first fenced block of `language` on a page. @throws Error when the page has none. */
export const docBlock = (page: string, language: string): string => {
  const text = readFileSync(page, 'utf8');
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'msu').exec(text)?.[1];
  if (block === undefined) throw new Error(`${page} shows no ${language}`);
  return block;
};
