import type { Properties, Value } from '../entry.ts';
import type { ExpressionContext } from '../expressions/evaluate.ts';
import type { Flows } from '../flow.ts';
import type { AliasTemplates } from './aliases.ts';
import type { Export } from './exports.ts';
import type { MatchingAttribute } from './matching.ts';
import type { Selection } from './properties.ts';
import type { RuleSettings } from './settings.ts';

/** Nothing flows this time: what is there stays. */
export const KEPT: unique symbol = Symbol('kept');

/** What a mapping comes to for an object; undefined = empty. */
export type Evaluated = Value | undefined | typeof KEPT;

/** How one attribute of the application comes from an object's properties. */
export interface Mapping {
  readonly target: string;
  readonly type: 'property' | 'constant' | 'expression';
  /** The properties it reads, in Graph's spelling. */
  readonly sources: readonly string[];
  /** As it was written. */
  readonly expression?: string;
  /** It flows when the entry is created, and never again. */
  readonly isCreationOnly: boolean;
  /** @throws ExpressionError where a value is not what an expression can work with */
  readonly evaluate: (properties: Properties, context: ExpressionContext) => Evaluated;
  /** What flows where that comes to nothing. */
  readonly fallback?: string | undefined;
  /** SelectUniqueValue: the first of these values that is free in the application. */
  readonly unique?: {
    readonly attribute: MatchingAttribute;
    readonly candidates: (properties: Properties, context: ExpressionContext) => readonly string[];
  };
}

/** What flows for one kind of object. */
export interface MappingSet {
  readonly mappings: readonly Mapping[];
  /** Without these an entry cannot be created. */
  readonly required: readonly string[];
  readonly unmapped: 'clear' | 'keep';
}

/** A connection's rules, read and checked. */
export interface Rules {
  readonly settings: RuleSettings;
  readonly mappings: Readonly<Record<'user' | 'group', MappingSet>>;
  /** Which ways values flow, and what becomes of them in Entra. */
  readonly flows: Readonly<Record<'user' | 'group', Flows<Export>>>;
  readonly aliases: AliasTemplates | null;
  /** What is asked of Graph. */
  readonly selection: Selection;
  /** Groups by whose members, nested ones included, something is decided: `scope`, `deny` … */
  readonly roots: Readonly<Record<string, readonly string[]>>;
}

/** Tandem's own SCIM extension of users (docs/rules.md). */
const EXTENSION = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';
export const ALIASES = `${EXTENSION}:aliases`;
export const TAG = `${EXTENSION}:tag`;
export const SIGN_IN_METHOD = `${EXTENSION}:signInMethod`;
export const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
