import type { Story } from './exchange.ts';
import { ENTRA_REQUESTS } from './exchanges/entra-requests.ts';

/** Everything that the service is known to be asked. */
export const STORIES: readonly Story[] = [...ENTRA_REQUESTS];
