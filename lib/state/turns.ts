/** Does work under one name one after the other, in the order in which it came. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Turns of one process: those of another one are met by conditions on rows. */
export function openTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const done = before.then(work, work);
    last.set(name, done);
    const leave = () => {
      if (last.get(name) === done) last.delete(name);
    };
    done.then(leave, leave);
    return done;
  };
}
