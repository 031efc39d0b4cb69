import type { Given } from './command.ts';
import { textOf, textsOf, usage } from './given.ts';

/**
 * The body of a verdict: what it is about has to be said, all of it too.
 * @throws CommandFailure
 */
export function judgedOf(given: Given): unknown {
  const [, ...ids] = given.words;
  const kinds = textsOf(given, 'kind');
  const memberships = textsOf(given, 'membership').map(membershipOf);
  const leaving = textOf(given, 'leaving');
  const isNamed = ids.length + memberships.length > 0;
  const ways = [given.flags.has('all'), kinds.length > 0, leaving !== undefined, isNamed];
  if (ways.filter(Boolean).length !== 1)
    throw usage('Say what is meant: --all, or --kind, or objects and --membership, or --leaving.', [
      'tandem held list CONNECTION shows what is held.',
    ]);
  return {
    ...(leaving !== undefined && { leaving }),
    ...(kinds.length > 0 && { kinds }),
    ...(ids.length > 0 && { ids }),
    ...(memberships.length > 0 && { memberships }),
  };
}

function membershipOf(text: string) {
  const [groupId = '', memberId = '', ...more] = text.split(':');
  if (groupId === '' || memberId === '' || more.length > 0)
    throw usage('--membership takes GROUP:MEMBER, two object ids.');
  return { groupId, memberId };
}
