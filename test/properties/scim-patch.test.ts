import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyPatch } from '../../lib/scim/patch/apply-patch.ts';
import { memberChanges } from '../../lib/scim/patch/member-changes.ts';
import { parsePatch } from '../../lib/scim/patch/parse-patch.ts';
import { openSchema } from '../../lib/scim/schema/open-schema.ts';
import type { Resource } from '../../lib/scim/schema/resource-schema.ts';

const USER = openSchema('user', []);
const GROUP = openSchema('group', []);
const TYPES = ['work', 'home', 'other'] as const;
const NAMES = ['title', 'nickName', 'displayName'] as const;

/** What a user comes to, as one would keep it without the protocol: one address for each type. */
interface Model {
  readonly texts: Map<string, string>;
  readonly mails: Map<string, string>;
  primary: string | undefined;
}

/** An operation as it is sent, and what it does. */
interface Step {
  readonly sent: object;
  readonly change: (model: Model) => void;
}

const op = (name: string) =>
  fc.constantFrom(name, name.toUpperCase(), `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
const putting = fc.constantFrom('add', 'replace').chain(op);
const inAnyCase = (name: string) => fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());
const text = fc.constantFrom('a', 'b', 'C d');
const type = fc.constantFrom(...TYPES);
const name = fc.constantFrom(...NAMES);
/** No two of a type are the same, so that a value tells its type. */
const mail = fc
  .tuple(type, fc.constantFrom('1', '2', '3'))
  .map(([of, value]) => ({ type: of, value: `${of}${value}@x` }));
const mails = fc.uniqueArray(mail, { selector: (one) => one.type, maxLength: 3 });

const dropMail = (model: Model, of: string) => {
  model.mails.delete(of);
  if (model.primary === of) model.primary = undefined;
};

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(putting, name, text, fc.boolean()).chain(([word, key, value, isPathless]) =>
    inAnyCase(key).map((written) => ({
      sent: isPathless
        ? { op: word, value: { [written]: value } }
        : { op: word, path: written, value },
      change: ({ texts }: Model) => texts.set(key, value),
    })),
  ),
  fc
    .tuple(
      name,
      fc.constantFrom({ op: 'remove' }, { op: 'Replace', value: '' }, { op: 'add', value: null }),
    )
    .map(([key, sent]) => ({
      sent: { ...sent, path: key },
      change: ({ texts }: Model) => texts.delete(key),
    })),
  fc.tuple(putting, mail, inAnyCase('emails')).map(([word, { type: of, value }, written]) => ({
    sent: { op: word, path: `${written}[type eq "${of}"].value`, value },
    change: ({ mails: all }: Model) => all.set(of, value),
  })),
  fc.tuple(op('replace'), mails).map(([word, list]) => ({
    sent: { op: word, path: 'emails', value: list },
    change: (model: Model) => {
      for (const of of TYPES) dropMail(model, of);
      for (const { type: of, value } of list) model.mails.set(of, value);
    },
  })),
  fc.tuple(op('remove'), type).map(([word, of]) => ({
    sent: { op: word, path: `emails[TYPE eq "${of.toUpperCase()}"]` },
    change: (model: Model) => dropMail(model, of),
  })),
  fc.tuple(op('remove'), mails).map(([word, list]) => ({
    sent: { op: word, path: 'emails', value: list.map(({ value }) => ({ $ref: null, value })) },
    change: (model: Model) => {
      for (const { type: of, value } of list)
        if (model.mails.get(of) === value) dropMail(model, of);
    },
  })),
  fc.tuple(putting, mail).map(([word, { type: of, value }]) => ({
    sent: { op: word, path: `emails[type eq "${of}"]`, value: { value, primary: 'True' } },
    change: (model: Model) => {
      model.mails.set(of, value);
      model.primary = of;
    },
  })),
);

/** As the model has it; which values are said not to be primary is left open. */
const seen = (resource: Resource) => {
  const emails: unknown = resource.emails ?? [];
  const list = Array.isArray(emails) ? emails : [];
  return {
    texts: Object.fromEntries(NAMES.map((key) => [key, resource[key]])),
    mails: Object.fromEntries(list.map((one) => [one.type, one.value])),
    primaries: list.filter((one) => one.primary === true).map((one) => one.type),
    count: list.length,
  };
};

it('changes users as a simple model does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat(12), (steps, cut) => {
      const model: Model = { texts: new Map(), mails: new Map(), primary: undefined };
      // In two requests or in one: it comes to the same.
      let user: Resource = { userName: 'ada', active: true };
      for (const part of [steps.slice(0, cut), steps.slice(cut)]) {
        const operations = parsePatch({ Operations: part.map(({ sent }) => sent) }, USER);
        const before = structuredClone(user);
        const after = applyPatch(user, operations, USER);
        expect(user).toEqual(before);
        user = after;
        // What is there already is no change when it is sent again.
        if (part.length === 1) expect(applyPatch(after, operations, USER)).toEqual(after);
      }
      for (const { change } of steps) change(model);
      expect(seen(user)).toEqual({
        texts: Object.fromEntries(NAMES.map((key) => [key, model.texts.get(key)])),
        mails: Object.fromEntries(model.mails),
        primaries: model.primary === undefined ? [] : [model.primary],
        count: model.mails.size,
      });
      expect(user).toMatchObject({ userName: 'ada', active: true });
    }),
    { numRuns: 1_500 },
  );
});

const ids = fc.array(fc.constantFrom('u1', 'u2', 'u3', 'u4'), { maxLength: 3 });
const asMembers = (list: readonly string[]) => list.map((value) => ({ $ref: null, value }));

const without = (members: ReadonlySet<string>, gone: readonly string[]) =>
  new Set([...members].filter((id) => !gone.includes(id)));

/** An operation on members, and what it does to them. */
const memberStep = fc.oneof(
  ids.map((list) => ({
    sent: { op: 'Add', path: 'members', value: asMembers(list) },
    change: (members: Set<string>) => new Set([...members, ...list]),
  })),
  ids.map((list) => ({
    sent: { op: 'Remove', path: 'members', value: asMembers(list) },
    change: (members: Set<string>) => without(members, list),
  })),
  fc.constantFrom('u1', 'u2').map((id) => ({
    sent: { op: 'remove', path: `members[value eq "${id}"]` },
    change: (members: Set<string>) => without(members, [id]),
  })),
  ids.map((list) => ({
    sent: { op: 'replace', value: { members: asMembers(list) } },
    change: () => new Set(list),
  })),
  fc.constant({ sent: { op: 'remove', path: 'members' }, change: () => new Set<string>() }),
);

it('changes members as a set changes', () => {
  fc.assert(
    fc.property(ids, fc.array(memberStep, { maxLength: 8 }), (first, steps) => {
      const operations = parsePatch({ Operations: steps.map(({ sent }) => sent) }, GROUP);
      let members = new Set<string>(first);
      for (const { op: kind, ids: listed } of memberChanges(operations)) {
        if (kind === 'add') members = new Set([...members, ...listed]);
        else members = kind === 'replace' ? new Set(listed) : without(members, listed);
      }
      const expected = steps.reduce((known, { change }) => change(known), new Set<string>(first));
      expect([...members].sort()).toEqual([...expected].sort());
      const group = { displayName: 'g' };
      expect(applyPatch(group, operations, GROUP)).toBe(group);
    }),
    { numRuns: 1_000 },
  );
});
