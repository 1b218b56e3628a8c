import type { Span } from '../../../grammar/diagnostic.ts';
import type { DefinitionCode } from '../codes.ts';
import type { YamlNode } from './tree.ts';

/** Something wrong with the text as YAML. */
export interface YamlProblem {
  readonly code: DefinitionCode;
  readonly span: Span;
  readonly message: string;
}

/** A tree with places, and what is wrong with it. */
export interface ParsedYaml {
  /** null when the text is not YAML at all. */
  readonly root: YamlNode | null;
  readonly problems: readonly YamlProblem[];
}
