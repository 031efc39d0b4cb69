import type { Services } from '../../ports.ts';
import type { TendNeeds } from '../upkeep/tend-subscriptions.ts';

/** What a poll works with. */
export type PollNeeds = Pick<
  Services,
  | 'connections'
  | 'checkpoints'
  | 'ties'
  | 'nesting'
  | 'runs'
  | 'directories'
  | 'lanes'
  | 'plans'
  | 'alerts'
  | 'mail'
  | 'webhooks'
  | 'welcomes'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
> &
  TendNeeds;
