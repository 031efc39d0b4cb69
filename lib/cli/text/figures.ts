/** A number for people: 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** "1 user", "2 users"; the plural is the name and an s. */
export function countOf(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? '' : 's'}`;
}

/** A duration for people: "0.4 s", "3 min 12 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** A time as it is compared and copied: UTC, to the second. */
export function timeText(time: string | null | undefined): string | undefined {
  return time?.replace(/\.\d{1,9}Z$/, 'Z');
}

/** What is not zero of some counts: "3 users, 1 group". */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).filter(([, value]) => value > 0);
  return told.map(([name, value]) => `${count(value)} ${name}`).join(', ');
}
