import { CONDITION_FUNCTIONS } from './condition-functions.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import type { FunctionDefinition } from './definition.ts';
import { ENCODING_FUNCTIONS } from './encoding-functions.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';
import { RANDOM_FUNCTIONS } from './random-functions.ts';
import { REPLACE_FUNCTIONS } from './replace-functions.ts';
import { ROLE_FUNCTIONS } from './role-functions.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { VALUE_FUNCTIONS } from './value-functions.ts';

/**
 * Every function of the language (Entra docs: reference for writing expressions for attribute
 * mappings, and the same of cloud sync). A map, so that no name reaches what objects inherit.
 */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  [
    CONDITION_FUNCTIONS,
    DATE_FUNCTIONS,
    ENCODING_FUNCTIONS,
    LIST_FUNCTIONS,
    RANDOM_FUNCTIONS,
    REPLACE_FUNCTIONS,
    ROLE_FUNCTIONS,
    TEXT_FUNCTIONS,
    VALUE_FUNCTIONS,
  ].flatMap((table) => Object.entries(table)),
);
