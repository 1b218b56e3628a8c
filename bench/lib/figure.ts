/**
 * Rows of the figures table: what was measured, against what, and what it should reach.
 * A figure keeps one value per round, so that its spread can be shown.
 */

/** What a figure should reach. */
export type Reach = { readonly atLeast: number } | { readonly atMost: number };

export interface Figure {
  readonly quantity: string;
  /** The partner measured in the same rounds, or what the figure is absolute in. */
  readonly comparedWith: string;
  /** Null for a benchmark that failed before it could say. */
  readonly reach: Reach | null;
  /** None: it was not measured. */
  readonly values: readonly number[];
  /** `x` for a ratio, else `ms`, `MB`, … */
  readonly unit: string;
}

/** Lowest, middle and highest of some values. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @throws Error when there are no values: nothing measured is no result. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const median = quantileOf(sorted, 0.5);
  if (min === undefined || max === undefined) throw new Error('Nothing was measured');
  return { min, median, max };
};

/** The value below which a share `share` of the values lies. Sorts a copy. */
export const quantileOf = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

/** `median (min..max)`, three significant digits. */
export const shown = (values: readonly number[], unit = ''): string => {
  const { min, median, max } = spreadOf(values);
  return `${digits(median)}${unit} (${digits(min)}..${digits(max)})`;
};

/** Whether the median is where it should be. */
export const isReached = ({ reach, values }: Figure): boolean => {
  if (reach === null || values.length === 0) return false;
  const { median } = spreadOf(values);
  return 'atLeast' in reach ? median >= reach.atLeast : median <= reach.atMost;
};

/** The rows as a table. */
export const figureTable = (figures: readonly Figure[]): string =>
  table([
    ['quantity', 'compared with', 'reach', 'measured: median (min..max)', ''],
    ...figures.map((figure) => [
      figure.quantity,
      figure.comparedWith,
      reachText(figure.reach),
      ...(figure.values.length === 0
        ? ['', 'NOT MEASURED']
        : [
            shown(figure.values, figure.unit === 'x' ? 'x' : ` ${figure.unit}`),
            isReached(figure) ? 'reached' : 'NOT reached',
          ]),
    ]),
  ]);

const reachText = (reach: Reach | null): string => {
  if (reach === null) return '';
  return 'atLeast' in reach ? `>= ${reach.atLeast}` : `<= ${reach.atMost}`;
};

/** Rows of cells, the first of them the head, as a Markdown table. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
};

const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
