import { type FunctionTable, simple } from './definition.ts';
import { textOf, valueOfWhole } from './value.ts';

/** Functions that turn one kind of value into another, or look at what kind it is. */
export const VALUE_FUNCTIONS: FunctionTable = {
  /** As 64 bits, so that negative numbers (Active Directory's groupType) keep theirs. */
  BitAnd: simple([2], (call, scope) => {
    const left = call.wide(scope, 0);
    const right = call.wide(scope, 1);
    return left === null || right === null ? null : valueOfWhole(left & right);
  }),

  CBool: simple([1], (call, scope) => call.truth(scope, 0)),

  CStr: simple([1], (call, scope) => call.text(scope, 0)),

  DefaultDomain: simple([0], (_, { context }) => context.defaultDomain ?? null),

  /** A text of its own making is shown; one that is made of the entry could be personal data. */
  Error: simple([1], (call, scope) => {
    const [message] = call.args;
    if (message?.kind === 'literal') return call.fail(String(message.value));
    call.text(scope, 0);
    return call.fail('the expression raises an error with a text of its own');
  }),

  /** Whether CStr would succeed (Entra docs of cloud sync: IsString); there is none of null. */
  IsString: simple([1], (call, scope) => typeof textOf(call.value(scope, 0)) === 'string'),

  /** The value flows. Only Entra's logs would show "[Redact]": ours never show values. */
  Redact: simple([1], (call, scope) => call.value(scope, 0)),
};
