/** The options of these names that were given: what is undefined would hide a default. */
export function given<T extends object, K extends keyof T>(
  options: T,
  names: readonly K[],
): Pick<T, K> {
  const some = Object.entries(options).filter(([name]) => names.some((each) => each === name));
  return Object.fromEntries(some) as Pick<T, K>;
}
