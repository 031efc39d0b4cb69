/** Where a price was last seen with its number. */
export interface Seen {
  readonly at: string;
  /** The day, or the month, that the page is of. */
  readonly on: string;
}

/** Where a price comes from. */
export interface PriceSource {
  /** Microsoft's list, which shows numbers for a region alone that is chosen in a browser. */
  readonly list: string;
  /** A page that says the same number; null = typed in from memory, and nobody has confirmed it. */
  readonly seen: Seen | null;
}

const FUNCTIONS = 'https://azure.microsoft.com/pricing/details/functions/';
const BUS = 'https://azure.microsoft.com/pricing/details/service-bus/';
const TABLES = 'https://azure.microsoft.com/pricing/details/storage/tables/';
const VAULT = 'https://azure.microsoft.com/pricing/details/key-vault/';
const MONITOR = 'https://azure.microsoft.com/pricing/details/monitor/';

const RETAIL = 'https://prices.azure.com/api/retail/prices';

/** Rows of the Retail Prices API, as public repositories quote them with the day; East US 2, East US, Southeast Asia. */
const FLEX_METERS: Seen = { at: RETAIL, on: '2026-09-26' };
const MONITOR_METERS: Seen = { at: RETAIL, on: '2026-08-04' };
const RARE_ALERTS: Seen = { at: RETAIL, on: '2026-10' };
/** The page itself, as it is quoted there. */
const GRANTS: Seen = { at: FUNCTIONS, on: '2026-10-03' };
/** The cost estimate of Microsoft's sample "large scale notification bot". */
const NOTIFICATION_BOT: Seen = {
  at: 'https://github.com/OfficeDev/TeamsFx-Samples',
  on: '2023-10-17',
};

/** The source of each number of `PRICES`, by its place there. */
export const PRICE_SOURCES: Readonly<Record<string, PriceSource>> = {
  'functions.onDemandGbSecond': { list: FUNCTIONS, seen: FLEX_METERS },
  'functions.readyBaselineGbSecond': { list: FUNCTIONS, seen: FLEX_METERS },
  'functions.readyGbSecond': { list: FUNCTIONS, seen: FLEX_METERS },
  'functions.millionExecutions': { list: FUNCTIONS, seen: FLEX_METERS },
  'functions.freeGbSeconds': { list: FUNCTIONS, seen: GRANTS },
  'functions.freeExecutions': { list: FUNCTIONS, seen: GRANTS },
  'bus.hour': { list: BUS, seen: NOTIFICATION_BOT },
  'bus.includedOperations': { list: BUS, seen: NOTIFICATION_BOT },
  'bus.millionOperations': { list: BUS, seen: NOTIFICATION_BOT },
  // What is seen is the price of local copies, 0.045; that of copies in zones is not.
  'tables.gbMonth': { list: TABLES, seen: null },
  'tables.tenThousandTransactions': { list: TABLES, seen: NOTIFICATION_BOT },
  'vault.tenThousandOperations': { list: VAULT, seen: MONITOR_METERS },
  'logs.gb': { list: MONITOR, seen: MONITOR_METERS },
  'logs.freeGb': { list: MONITOR, seen: MONITOR_METERS },
  'alerts.every5Minutes': { list: MONITOR, seen: MONITOR_METERS },
  'alerts.every15Minutes': { list: MONITOR, seen: RARE_ALERTS },
  'alerts.metricSeries': { list: MONITOR, seen: MONITOR_METERS },
};

/** Prices that nobody has confirmed. */
export const UNCONFIRMED: readonly string[] = Object.entries(PRICE_SOURCES)
  .filter(([, { seen }]) => seen === null)
  .map(([name]) => name);
