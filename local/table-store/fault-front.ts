import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverBusy } from './server-busy.ts';
import type { TableFault } from './table-faults.ts';
import { tableOfRequest } from './table-of-request.ts';

/** A table service that can be made to fail. */
export interface FaultFront {
  readonly listener: RequestListener;
  /** Takes the place of the faults that were; requests that hang are looked at again. */
  readonly setFaults: (faults: readonly TableFault[]) => void;
}

/** Puts faults before a table service; while there are none, requests go straight through. */
export function createFaultFront(serve: RequestListener): FaultFront {
  let faults: readonly TableFault[] = [];
  let change = new AbortController();

  const listener: RequestListener = (request, response) => {
    if (faults.length === 0) serve(request, response);
    else
      meet(request, response).catch(() => {
        // The client is gone.
        response.destroy();
      });
  };

  async function meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const table = await tableOfRequest(request);
    const fault = faults.find(({ tables }) => tables === 'all' || isNamed(tables, table));
    if (fault?.mode === 'hang') await hang(fault.seconds, request, response);
    else if (fault) serverBusy(request, response, fault);
    else serve(request, response);
  }

  async function hang(
    seconds: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const isChanged = await pause(seconds, change.signal);
    // Nobody waits for it any more; in the end it has not been made.
    if (request.socket.destroyed) return;
    if (isChanged) listener(request, response);
    else serve(request, response);
  }

  return {
    listener,
    setFaults: (next) => {
      faults = next;
      change.abort();
      change = new AbortController();
    },
  };
}

function isNamed(tables: readonly string[], table: string | undefined): boolean {
  return tables.some((name) => name.toLowerCase() === table);
}

/** @returns whether it was cut short */
async function pause(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(seconds * 1_000, undefined, { signal, ref: false });
    return false;
  } catch {
    return true;
  }
}
