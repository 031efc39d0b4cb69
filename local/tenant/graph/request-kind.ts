import type { Target } from '../strikes.ts';

const last = ({ segments }: Target): string => segments.at(-1)?.toLowerCase() ?? '';

/** Whether it asks for a page of a delta. */
export function isDelta(request: Target): boolean {
  return request.method === 'GET' && /^(microsoft\.graph\.)?delta$/.test(last(request));
}

/** Whether it only reads: getByIds does, although it is a POST. */
export function isRead(request: Target): boolean {
  return request.method === 'GET' || /^(microsoft\.graph\.)?getbyids$/.test(last(request));
}

/** Whether it changes something by itself: a batch does not, its items do. */
export function isWrite(request: Target): boolean {
  return !isRead(request) && last(request) !== '$batch';
}

/** The kind of object that the request's path names for what it answers; undefined = mixed. */
export function kindAsked(request: Target): 'user' | 'group' | undefined {
  const name = isDelta(request) ? request.segments.at(-2) : request.segments.at(-1);
  const kind = /^(?:microsoft\.graph\.)?(user|group)s?$/i.exec(name ?? '')?.[1]?.toLowerCase();
  return kind === 'user' || kind === 'group' ? kind : undefined;
}
