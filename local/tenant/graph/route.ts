import type { GraphAnswer, GraphCall, Params } from './graph-call.ts';
import { unknownSegment } from './graph-error.ts';

/** One operation of Graph. */
export interface Route {
  readonly method: string;
  /** Segments below `/v1.0`; `{name}` stands for any one segment. */
  readonly pattern: string;
  /** Any of these application permissions will do; empty = none is needed. */
  readonly roles: readonly string[];
  /** Resource units where they differ from the method's usual cost. */
  readonly units?: number;
  /** Where `$select` saves more than one unit. */
  readonly unitsWithSelect?: number;
  /** A POST that changes nothing and does not count as a write. */
  readonly isRead?: boolean;
  handle(call: GraphCall, params: Params): GraphAnswer | Promise<GraphAnswer>;
}

/** A route and what its placeholders stand for in this call. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Params;
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): Params | undefined {
  const params: Record<string, string> = {};
  for (const [place, part] of pattern.entries()) {
    const segment = segments[place] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return params;
}

/** Finds routes. Literal segments win over placeholders, so their order does not matter. */
export class Router {
  readonly #byShape = new Map<string, { route: Route; pattern: readonly string[] }[]>();

  constructor(routes: readonly Route[]) {
    const literals = ({ pattern }: Route) => pattern.split('/').filter((part) => part[0] !== '{');
    const sorted = [...routes].sort((a, b) => literals(b).length - literals(a).length);
    for (const route of sorted) {
      const pattern = route.pattern.split('/');
      const shape = `${route.method} ${String(pattern.length)}`;
      const same = this.#byShape.get(shape) ?? [];
      same.push({ route, pattern });
      this.#byShape.set(shape, same);
    }
  }

  /** Throws GraphError 400 where there is no such resource. */
  match(call: GraphCall): RouteMatch {
    const shape = `${call.method} ${String(call.segments.length)}`;
    for (const { route, pattern } of this.#byShape.get(shape) ?? []) {
      const params = paramsOf(pattern, call.segments);
      if (params !== undefined) return { route, params };
    }
    throw unknownSegment(call.segments.at(-1) ?? '');
  }
}
