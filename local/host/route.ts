/** One segment of a route template. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly optional: boolean;
      readonly rest: boolean;
      readonly constraints: readonly Constraint[];
    };

type Constraint = (value: string) => boolean;

/** A route template, ready to match paths. */
export interface Route {
  readonly template: string;
  readonly segments: readonly Segment[];
  /** Sorts routes: literals before constrained parameters, parameters, and the rest of a path. */
  readonly precedence: string;
}

/** The constraints of ASP.NET's routing that have no argument. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  int: (value) => /^-?\d+$/.test(value) && Math.abs(Number(value)) <= 2_147_483_647,
  long: (value) => /^-?\d{1,19}$/.test(value),
  bool: (value) => /^(?:true|false)$/i.test(value),
  alpha: (value) => /^[a-z]+$/i.test(value),
  guid: (value) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value),
};

/**
 * Reads a route template: `literal`, `{p}`, `{p?}`, `{p:int}`, `{*rest}`.
 * @throws Error for what this host does not serve.
 */
export function parseRoute(template: string): Route {
  const parts = template.split('/').filter((part) => part !== '');
  const segments = parts.map((part) => parseSegment(part, template));
  const wrong = segments.some(
    (segment, index) =>
      segment.kind === 'parameter' &&
      ((segment.rest && index < segments.length - 1) ||
        (segment.optional && !segments.slice(index).every(isOptional))),
  );
  if (wrong) throw new Error(`Only the end of the route "${template}" can be optional or a rest.`);
  return { template, segments, precedence: segments.map(rank).join('') };
}

function parseSegment(part: string, template: string): Segment {
  if (!/[{}]/.test(part)) return { kind: 'literal', text: part.toLowerCase() };
  const match = /^\{(\*{0,2})([a-z_]\w*)((?::\w+)*)(\?)?\}$/i.exec(part);
  if (!match) throw new Error(`"${part}" in the route "${template}" is not served here.`);
  const [, stars, name = '', names = '', optional] = match;
  const constraints = names
    .split(':')
    .filter((constraint) => constraint !== '')
    .map((constraint) => {
      const found = CONSTRAINTS[constraint];
      if (!found) throw new Error(`The constraint "${constraint}" in "${template}" is unknown.`);
      return found;
    });
  return { kind: 'parameter', name, optional: optional === '?', rest: stars !== '', constraints };
}

function isOptional(segment: Segment): boolean {
  return segment.kind === 'parameter' && (segment.optional || segment.rest);
}

/** ASP.NET's inbound precedence of one segment, lowest first. */
function rank(segment: Segment): number {
  if (segment.kind === 'literal') return 1;
  if (segment.rest) return segment.constraints.length > 0 ? 4 : 5;
  return segment.constraints.length > 0 ? 2 : 3;
}

/** The parameters of a path (undecoded, without query) if it fits the route. */
export function matchRoute(route: Route, path: string): Record<string, string> | undefined {
  const parts = path.split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  const parameters: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    if (segment.kind === 'parameter' && segment.rest) {
      const rest = parts.slice(index).map(decodeSegment).join('/');
      if (rest !== '') parameters[segment.name] = rest;
      return satisfies(segment, rest) ? parameters : undefined;
    }
    const part = parts[index];
    if (part === undefined) {
      if (isOptional(segment)) continue;
      return undefined;
    }
    if (!takePart(segment, part, parameters)) return undefined;
  }
  return parts.length <= route.segments.length ? parameters : undefined;
}

function takePart(segment: Segment, part: string, parameters: Record<string, string>): boolean {
  const value = decodeSegment(part);
  if (segment.kind === 'literal') return value.toLowerCase() === segment.text;
  if (value === '' || !satisfies(segment, value)) return false;
  parameters[segment.name] = value;
  return true;
}

function satisfies(segment: Segment, value: string): boolean {
  if (segment.kind === 'literal' || (isOptional(segment) && value === '')) return true;
  return segment.constraints.every((constraint) => constraint(value));
}

/** Percent-decodes a segment, except an encoded slash; what is malformed stays as it is (Kestrel). */
function decodeSegment(part: string): string {
  return part
    .split(/(%2f)/i)
    .map((piece, index) => (index % 2 === 1 ? piece : decodeOrKeep(piece)))
    .join('');
}

function decodeOrKeep(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
