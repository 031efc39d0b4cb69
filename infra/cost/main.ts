import { parseArgs } from 'node:util';
import { estimate } from './estimate.ts';
import { PRICE_SOURCES } from './price-sources.ts';
import { PRICES } from './prices.ts';
import { toTable } from './to-table.ts';
import type { Load } from './usage.ts';

// npm run cost -- --connections 10 --users 5000 --changes-per-day 200 [--json]

const MOST = 10_000_000;

const HELP = `What a deployment costs a month, at ${PRICES.region} list prices of ${PRICES.asOf}.

  --connections N       connections                                  (1)
  --users N             users of each                                (1000)
  --groups N            groups of each                               (a tenth of the users)
  --memberships N       memberships of each                          (five a user)
  --changes-per-day N   objects of each that change in Entra a day   (a hundredth of the users)
  --json                as JSON
`;

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '1' },
    users: { type: 'string', default: '1000' },
    groups: { type: 'string' },
    memberships: { type: 'string' },
    'changes-per-day': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else {
  const load = loadOf();
  const found = estimate(load, PRICES);
  const { asOf, region } = PRICES;
  const prices = { asOf, region, currency: 'USD', sources: PRICE_SOURCES };
  const all = { load, prices, ...found };
  process.stdout.write(values.json ? `${JSON.stringify(all)}\n` : toTable(load, found, PRICES));
}

function loadOf(): Load {
  const users = countOf('users', values.users);
  return {
    connections: countOf('connections', values.connections),
    users,
    groups: countOf('groups', values.groups ?? String(Math.ceil(users / 10))),
    memberships: countOf('memberships', values.memberships ?? String(users * 5)),
    changesPerDay: countOf(
      'changes-per-day',
      values['changes-per-day'] ?? String(Math.ceil(users / 100)),
    ),
  };
}

function countOf(name: string, text: string): number {
  const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= MOST) return value;
  process.stderr.write(`--${name} takes a whole number up to ${MOST}, not "${text}"\n`);
  process.exit(2);
}
