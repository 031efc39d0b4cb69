/** Prices of one region, in US dollars, before taxes and discounts. */
export interface Prices {
  /** When they were last looked through. */
  readonly asOf: string;
  readonly region: string;
  /** Flex Consumption: a GB-second and a million executions, on demand and on an always-ready instance. */
  readonly functions: {
    readonly onDemandGbSecond: number;
    readonly readyBaselineGbSecond: number;
    readonly readyGbSecond: number;
    readonly millionExecutions: number;
    readonly freeGbSeconds: number;
    readonly freeExecutions: number;
  };
  /** Service Bus, Standard. */
  readonly bus: {
    readonly hour: number;
    readonly includedOperations: number;
    /** Up to 100 million; beyond, they cost less. */
    readonly millionOperations: number;
  };
  readonly tables: { readonly gbMonth: number; readonly tenThousandTransactions: number };
  readonly vault: { readonly tenThousandOperations: number };
  readonly logs: { readonly gb: number; readonly freeGb: number };
  /** A log alert by how often it asks, and a series of a metric alert. */
  readonly alerts: {
    readonly every5Minutes: number;
    readonly every15Minutes: number;
    readonly metricSeries: number;
  };
}

/**
 * A snapshot of Microsoft's public price lists, typed in by hand; price-sources.ts says of each number
 * where it was seen. Look your own region up before you rely on a sum. Free grants are one
 * subscription's, shared by all that it runs.
 */
export const PRICES: Prices = {
  asOf: '2026-11',
  region: 'East US',
  functions: {
    onDemandGbSecond: 0.000026,
    readyBaselineGbSecond: 0.000004,
    readyGbSecond: 0.000016,
    millionExecutions: 0.4,
    freeGbSeconds: 100_000,
    freeExecutions: 250_000,
  },
  bus: { hour: 0.0135, includedOperations: 13_000_000, millionOperations: 0.8 },
  tables: { gbMonth: 0.0563, tenThousandTransactions: 0.00036 },
  vault: { tenThousandOperations: 0.03 },
  logs: { gb: 2.3, freeGb: 5 },
  alerts: { every5Minutes: 1.5, every15Minutes: 0.5, metricSeries: 0.1 },
};
