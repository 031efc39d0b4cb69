import type { EntryStore } from '../../lib/ports/application.ts';
import type { Services } from '../../lib/ports.ts';

/** Services of a worker that dies as soon as it asks the application for this. */
export function mortal({ directories, ...rest }: Services, call: keyof EntryStore): Services {
  const dies = async () => {
    throw new Error('this worker dies');
  };
  const app: typeof directories.app = (connection) => ({
    ...directories.app(connection),
    [call]: dies,
  });
  return { ...rest, directories: { ...directories, app } };
}
