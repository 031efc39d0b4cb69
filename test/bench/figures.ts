/** One measured figure; `budget` is the most it may be, or the least; null = nothing is promised. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget: number | null;
  readonly isLeast?: boolean;
}

/** Takes a figure as soon as it is measured. */
export type Tell = (figure: Figure) => void;

/** Tells figures under a name of their own: `import.1000` makes `import.1000.seconds` of `seconds`. */
export function named(name: string, tell: Tell): Tell {
  return (figure) => tell({ ...figure, name: `${name}.${figure.name}` });
}

export function isWithin({ value, budget, isLeast }: Figure): boolean {
  if (budget === null) return true;
  return isLeast ? value >= budget : value <= budget;
}

/** A figure as a line for machines. */
export function toJson(figure: Figure): string {
  const { name, value, unit, budget } = figure;
  return JSON.stringify({ name, value, unit, budget, ok: isWithin(figure) });
}

/** Figures as a table for people. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    format(figure.value),
    figure.unit,
    figure.budget === null
      ? ''
      : `at ${figure.isLeast ? 'least' : 'most'} ${format(figure.budget)}`,
    figure.budget === null ? '' : isWithin(figure) ? 'ok' : 'MISSED',
  ]);
  const all = [['figure', 'value', 'unit', 'budget', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

function format(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(2);
}
