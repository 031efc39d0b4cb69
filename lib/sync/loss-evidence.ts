import type { Side } from './entry.ts';

/** By the side that is to lose values. */
const SAID: Readonly<Record<Side, string>> = {
  app: "Entra's side no longer gives ",
  entra: 'the application no longer holds ',
};
const MOST_NAMES = 10;

/** What speaks for taking values away from a side, in words without the values. */
export function evidenceOfLoss(loser: Side, names: readonly string[]): string {
  return `${SAID[loser]}${names.toSorted().slice(0, MOST_NAMES).join(', ')}`;
}

/** Whether such words, of one side or of both, say that an account is to be disabled in Entra. */
export function saysDisabledInEntra(evidence: string): boolean {
  return evidence.split('; ').some((said) => {
    return (
      said.startsWith(SAID.entra) && said.slice(SAID.entra.length).split(', ').includes('active')
    );
  });
}
