import { randomUUID } from 'node:crypto';

/** A name that nobody has had: stories share a world, and each may be tried a second time. */
export function fresh(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}
