import { parseArgs } from 'node:util';
import { benchAdmin } from './admin.ts';
import { benchDeploy } from './deploy.ts';
import { type Figure, isWithin, type Tell, toJson, toTable } from './figures.ts';
import { benchHistories } from './histories.ts';
import { benchLarge } from './large.ts';
import { benchNotifications } from './notifications.ts';
import { benchOutage } from './outage.ts';
import { benchRulesNested } from './rules-nested.ts';
import { benchRulesPreview } from './rules-preview.ts';
import { benchRulesPure } from './rules-pure.ts';
import { benchRulesScopeGroup } from './rules-scope-group.ts';
import { benchScim } from './scim.ts';
import { benchScimFilter } from './scim-filter.ts';
import { benchSizes } from './sizes.ts';
import { benchThroughput } from './throughput.ts';
import { benchTwoWay } from './two-way.ts';
import { benchBothSides, benchNewcomers } from './two-way-newcomers.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    /** Leaves out what takes longest. */
    quick: { type: 'boolean', default: false },
    'outage-minutes': { type: 'string', default: '1' },
    /** Users in the group by which everybody takes part; a hundred thousand take their time. */
    'scope-members': { type: 'string', default: '20000' },
    /** Memberships that the application adds, of a group for every sixty. */
    'two-way-memberships': { type: 'string', default: '30000' },
    /** Random histories of both sides. */
    histories: { type: 'string', default: '1000' },
    /** Users in the directory that SCIM clients ask. */
    'scim-users': { type: 'string', default: '100000' },
  },
});

/**
 * Every benchmark by its name, in the order of their length; `import` stands for all whose name
 * begins with it. A benchmark tells its figures as it goes and returns nothing.
 */
const BENCHMARKS: Readonly<Record<string, (tell: Tell) => Promise<void>>> = {
  deploy: benchDeploy,
  admin: benchAdmin,
  'rules.pure': benchRulesPure,
  'rules.nested': benchRulesNested,
  'rules.preview': benchRulesPreview,
  'rules.scope-group': (tell) => benchRulesScopeGroup(Number(values['scope-members']), tell),
  'import.sizes': benchSizes,
  'import.throughput': benchThroughput,
  'scim.filter': benchScimFilter,
  'scim.service': (tell) => benchScim(Number(values['scim-users']), tell),
  notifications: benchNotifications,
  'two-way.members': (tell) => benchTwoWay(twoWaySize(), tell),
  'two-way.histories': (tell) => benchHistories(Number(values.histories), tell),
  'two-way.newcomers': benchNewcomers,
  'two-way.both': benchBothSides,
  'import.outage': (tell) => benchOutage(Number(values['outage-minutes']), tell),
  ...(!values.quick && { 'import.large': benchLarge }),
};

function twoWaySize() {
  const memberships = Number(values['two-way-memberships']);
  return { memberships, groups: Math.ceil(memberships / 60) };
}

const isMeant = (name: string, asked: string) => name === asked || name.startsWith(`${asked}.`);
const names = Object.keys(BENCHMARKS);
const unknown = positionals.filter((asked) => !names.some((name) => isMeant(name, asked)));
const amounts = [
  'outage-minutes',
  'scope-members',
  'scim-users',
  'histories',
  'two-way-memberships',
] as const;
const wrong = amounts.find((name) => !(Number(values[name]) > 0));
if (unknown.length > 0 || wrong !== undefined) {
  console.error(
    unknown.length > 0
      ? `No such benchmark: ${unknown.join(', ')}. There are: ${names.join(', ')}.`
      : `--${wrong} takes a number above 0.`,
  );
  process.exit(2);
}

const missed: Figure[] = [];
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.some((asked) => isMeant(name, asked))) continue;
  const figures: Figure[] = [];
  await run((figure) => {
    figures.push(figure);
    if (!isWithin(figure)) missed.push(figure);
    if (values.json) console.log(toJson(figure));
    else console.error(`${figure.name}: ${figure.value} ${figure.unit}`);
  });
  if (!values.json) console.log(`\n${name}\n\n${toTable(figures)}\n`);
}
process.exit(missed.length > 0 ? 1 : 0);
