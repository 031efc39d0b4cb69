/**
 * What scripts are told.
 *
 * | code | means |
 * | --- | --- |
 * | fine | it is done |
 * | refused | the API refused, or what was waited for has failed |
 * | usage | the command line, or a setting, is wrong |
 * | notPermitted | not signed in (401), or with too small a role (403) |
 * | unreachable | no answer, or "later" (429, 503, 504) again and again |
 * | unfinished | it has ended, and something has failed, is held or still pending |
 * | interrupted | Ctrl-C; what was waited for goes on |
 */
export const EXIT = {
  fine: 0,
  refused: 1,
  usage: 2,
  notPermitted: 3,
  unreachable: 4,
  unfinished: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
