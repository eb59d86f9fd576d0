/**
 * Works on several items at once and yields the results in the items' order, so that what is
 * written down is always the beginning of the whole. At most `inFlightMax` items are held.
 *
 * Rejects with the first failure, after everything begun has ended.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  inFlightMax: number,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Its failure is met when its turn comes; until then it is not an unhandled one.
      result.catch(() => undefined);
      begun.push(result);
      if (begun.length < inFlightMax) continue;
      const first = begun.shift();
      if (first !== undefined) yield await first;
    }
    for (let next = begun.shift(); next !== undefined; next = begun.shift()) yield await next;
  } finally {
    await Promise.allSettled(begun);
  }
}
