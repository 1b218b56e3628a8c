import type { Span } from '../diagnostic.ts';
import type { TemplatePath } from '../template/model.ts';
import type { Condition } from './model.ts';

/** The paths inside `${…}` of a condition, in order. */
export const conditionPaths = (condition: Condition): readonly TemplatePath[] =>
  leaves(condition).flatMap((leaf) =>
    leaf.type === 'template'
      ? leaf.alternatives.flatMap((operand) => (operand.type === 'path' ? [operand.path] : []))
      : [],
  );

/** The bare names of a condition (`retry_count`, dotted ones in full), in order. */
export const conditionNames = (
  condition: Condition,
): readonly { readonly name: string; readonly span: Span }[] =>
  leaves(condition).flatMap((leaf) =>
    leaf.type === 'name' ? [{ name: leaf.path.text, span: leaf.span }] : [],
  );

function leaves(condition: Condition): readonly Condition[] {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(leaves);
    case 'not':
      return leaves(condition.condition);
    case 'compare':
      return [...leaves(condition.left), ...leaves(condition.right)];
    case 'matches':
      return leaves(condition.left);
    case 'list':
      return condition.items.flatMap(leaves);
    default:
      return [condition];
  }
}
