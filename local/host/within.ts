/**
 * Waits for a promise, but not for ever: after the death of a broker the SDK leaves calls pending
 * that nothing will ever answer.
 * @throws Error when the time is over; what the promise comes to later is passed over
 */
export async function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer in time`)), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
