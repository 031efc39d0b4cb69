import { beforeAll, describe } from 'vitest';
import { describeAliases } from './entry-store-aliases.ts';
import { describeChanging } from './entry-store-change.ts';
import { describeCreating } from './entry-store-create.ts';
import { fixtureOf, type StoreUnderTest } from './entry-store-fixture.ts';
import { describeMatching } from './entry-store-match.ts';
import { describeTies } from './entry-store-ties.ts';
import { describeWriters } from './entry-store-writers.ts';

/** What every directory that implements EntryStore promises. `open` gives an empty directory. */
export function describeEntryStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let opened: StoreUnderTest | undefined;
    const fixture = fixtureOf(() => {
      if (!opened) throw new Error('the store is opened before the first test');
      return opened;
    });
    beforeAll(async () => {
      opened = await open();
    });
    describeCreating(fixture);
    describeChanging(fixture);
    describeMatching(fixture);
    describeAliases(fixture);
    describeTies(fixture);
    describeWriters(fixture);
  });
}
