/**
 * Thrown by IgnoreFlowIfNullOrEmpty, so that wherever in an expression it stands, the whole comes
 * to nothing; evaluate() alone catches it.
 */
export class IgnoredFlow extends Error {}

/** The one that is thrown: it says nothing of where. */
export const IGNORED_FLOW = new IgnoredFlow('nothing flows');
