import { type Story } from './reporter.js';

/** What reports come to, if every one of them is understood as it was meant. Cents. */
export interface Meant {
  readonly confirmedMinor: number;
  readonly confirmedCalls: number;
  /** What is reported on calls that nobody recognises. */
  readonly unmatchedMinor: number;
  readonly hits: number;
  readonly unmatchedHits: number;
}

/** What stories come to; `knowsOddName`: whether the odd name of the caller is known. */
export function meantBy(stories: readonly Story[], knowsOddName: boolean): Meant {
  const isKnown = ({ recognised }: Story) =>
    recognised === 'at once' || (knowsOddName && recognised === 'by another name');
  const worth = (those: readonly Story[]) =>
    those.reduce((sum, { meantMinor }) => sum + (meantMinor ?? 0), 0);
  const hits = (those: readonly Story[]) =>
    those.flatMap(({ reports }) => reports.filter(({ refused }) => !refused)).length;
  const known = stories.filter(isKnown);
  const unknown = stories.filter((story) => !isKnown(story));
  return {
    confirmedMinor: worth(known),
    confirmedCalls: known.filter(({ meantMinor }) => meantMinor !== null).length,
    unmatchedMinor: worth(unknown),
    ...{ hits: hits(stories), unmatchedHits: hits(unknown) },
  };
}
