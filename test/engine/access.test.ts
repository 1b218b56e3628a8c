import { expect, it } from 'vitest';
import { resolvedAccess } from '../../src/engine/access.ts';
import { definition, simple } from '../support/definition.ts';

const folder = {
  name: 'folder',
  required: false,
  type: 'path' as const,
  description: null,
  default: null,
  enum: null,
  pattern: null,
  secret: false,
};
const flow = definition({ tasks: [simple('only')], input: [folder] });

it('puts the path an input holds in the place of its name, and keeps other entries', () => {
  const run = { definition: flow, input: { folder: '0UT.3OX' } };
  expect(resolvedAccess(run, ['folder', 'reports'])).toEqual(['0UT.3OX', 'reports']);
});

it('adds nothing for an input without a path, so an empty list still allows nothing', () => {
  expect(resolvedAccess({ definition: flow, input: { folder: null } }, ['folder'])).toEqual([]);
});

it('keeps null, which restricts nothing', () => {
  expect(resolvedAccess({ definition: flow, input: {} }, null)).toBeNull();
});
