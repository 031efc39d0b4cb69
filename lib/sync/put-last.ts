/**
 * Puts an entry last, and lets the first one go where there are too many: whoever was put least
 * recently is forgotten.
 */
export function putLast<K, T>(
  map: Map<K, T>,
  { key, value, most }: { readonly key: K; readonly value: T; readonly most: number },
): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const first of map.keys()) {
    map.delete(first);
    return;
  }
}
