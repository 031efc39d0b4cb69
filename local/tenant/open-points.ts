import { z } from 'zod';

/**
 * What Microsoft's documentation leaves open, or says otherwise than what clients have seen. Unless
 * told, the tenant does what was seen, where anybody has seen it.
 */
export const openPointsSchema = z.strictObject({
  /** How writing the members of a dynamic group is refused. */
  dynamicGroupStatus: z.literal([400, 403]).default(400),
  /** How writing a mail-enabled group is refused: 403 by the documentation, 400 as seen. */
  mailEnabledGroupStatus: z.literal([400, 403]).default(400),
  /** How removing somebody who is no member is refused. */
  nonMemberStatus: z.literal([404, 400]).default(404),
  /** False = deleted security groups are gone at once, as the documentation had it until 2022. */
  securityGroupsAreRestorable: z.boolean().default(true),
  /** What stays writable of users that are synced from on-premises. */
  writableWhenSynced: z.array(z.string()).default(['usageLocation', 'passwordProfile']),
  /** Whether the details of a conflict repeat its message, as only newer answers do. */
  conflictDetailsHaveMessages: z.boolean().default(true),
  /** What becomes of If-Match on writes to users and groups: nothing, or 412. */
  ifMatch: z.enum(['ignored', 'refused']).default('ignored'),
  /** The code of a delta token that is none. */
  malformedTokenCode: z
    .enum(['Request_BadRequest', 'Request_UnsupportedQuery'])
    .default('Request_BadRequest'),
  /** The code of a subscription that is to live too long. */
  tooLongSubscriptionCode: z.enum(['InvalidRequest', 'ValidationError']).default('InvalidRequest'),
  /** Whether answers tell what is left of the resource units as other services of Graph do. */
  rateLimitHeaders: z.boolean().default(false),
});

/** Each point decided. */
export type OpenPoints = z.infer<typeof openPointsSchema>;
