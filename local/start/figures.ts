/** A number for people: 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A duration in seconds for people: "0.4 s", "3 min 12 s". */
export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** "1 user", "2 users"; the plural is the name and an s. */
export function countOf(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? '' : 's'}`;
}
