import { type Figure, isWithin, toJson, toTable } from './figures.ts';
import { benchImport } from './import.ts';

/** Every benchmark by its name; a benchmark tells its figures as it goes and returns nothing. */
const BENCHMARKS: Readonly<Record<string, (tell: (figure: Figure) => void) => Promise<void>>> = {
  import: benchImport,
};

const asked = process.argv.slice(2);
const json = asked.includes('--json');
const names = asked.filter((argument) => argument !== '--json');
const unknown = names.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(
    `No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`,
  );
  process.exit(2);
}

const missed: Figure[] = [];
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const figures: Figure[] = [];
  await run((figure) => {
    figures.push(figure);
    if (!isWithin(figure)) missed.push(figure);
    if (json) console.log(toJson(figure));
    else console.error(`${figure.name}: ${figure.value} ${figure.unit}`);
  });
  if (!json) console.log(`\n${name}\n\n${toTable(figures)}\n`);
}
process.exit(missed.length > 0 ? 1 : 0);
