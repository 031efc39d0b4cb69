/**
 * No message works longer than this; the rest goes on by another one. Well under the ten minutes
 * that host.json gives a function, and each page of work may take a while after the last look.
 */
export const WORK_MILLISECONDS = 4 * 60_000;
