import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findStation } from '../../src/station/find-station.ts';

let folder: string;
let example: { readonly source: string; readonly target: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-station-'));
  example = { source: join(folder, 'example'), target: join(folder, 'copies', 'station') };
  mkdirSync(join(example.source, '.3ox', 'agents'), { recursive: true });
  writeFileSync(join(example.source, '.3ox', 'agents', 'a.cjs'), 'a');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const find = (named: string | null = null) => findStation({ named, from: folder, example });

test('without a station near, the example is copied, once', () => {
  expect(find()).toEqual({ root: example.target, how: 'example' });
  expect(namesIn(example.target)).toEqual([
    '.3ox',
    join('.3ox', 'agents'),
    join('.3ox', 'agents', 'a.cjs'),
  ]);
  writeFileSync(join(example.target, '.3ox', 'mine'), '');
  expect(find()).toEqual({ root: example.target, how: 'example' });
  expect(readdirSync(join(example.target, '.3ox'))).toContain('mine');
});

test('what stands in the place of the copy already stays', () => {
  mkdirSync(example.target, { recursive: true });
  writeFileSync(join(example.target, 'notes.txt'), '');
  find();
  expect(namesIn(example.target)).toEqual(expect.arrayContaining(['.3ox', 'notes.txt']));
});

test('a copy that fails leaves none', () => {
  symlinkSync(join(folder, 'nowhere'), join(example.source, 'z'));
  expect(() => find()).toThrow(/ENOENT/u);
  expect(readdirSync(join(folder, 'copies'))).toEqual([]);
});

test('a station is what is named, or the nearest above', () => {
  const station = join(folder, 'mine');
  mkdirSync(join(station, '.3OX'), { recursive: true });
  mkdirSync(join(station, 'deep', 'down'), { recursive: true });
  const from = join(station, 'deep', 'down');
  expect(findStation({ named: null, from, example })).toEqual({ root: station, how: 'above' });
  expect(find('mine')).toEqual({ root: station, how: 'named' });
  expect(() => find('none')).toThrow(/is no folder/u);
  expect(() => findStation({ named: null, from: folder, example: null })).toThrow(/--station/u);
});

const namesIn = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true }).map(String).toSorted();
