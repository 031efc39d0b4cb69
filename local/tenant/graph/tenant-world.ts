import type { TenantClock } from '../clock.ts';
import type { PageSize } from '../delta/delta-round.ts';
import type { DeltaTokens } from '../delta/delta-token.ts';
import type { Directory } from '../directory/directory.ts';
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';

/** Everything that the operations of Graph share. */
export interface TenantWorld {
  readonly tenantId: string;
  readonly directory: Directory;
  readonly clock: TenantClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly tokens: DeltaTokens;
  readonly settings: TenantSettings;
}

/** How this tenant behaves where the documentation leaves a choice. */
export interface TenantSettings {
  readonly page: PageSize;
  /** False = a deleted security group is gone at once, as Graph did until 2022. */
  readonly securityGroupsAreRestorable: boolean;
  /** How a delta token that is too old is refused. */
  readonly expiredTokenStatus: 400 | 410;
}
