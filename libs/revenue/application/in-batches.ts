/** Works through items some at a time, one batch after the other; the results in their order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (batch: readonly Item[]) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += size) {
    results.push(await work(items.slice(first, first + size)));
  }
  return results;
}

/** Batches of items as they come; the last one may be smaller. */
export async function* batchesOf<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
): AsyncGenerator<Item[], undefined> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

/** The first of some items, and all of them with it; `undefined` if there is none. */
export async function peeked<Item>(
  items: AsyncGenerator<Item, undefined>,
): Promise<{ readonly first: Item | undefined; readonly all: AsyncGenerator<Item> }> {
  const next: IteratorResult<Item, undefined> = await items.next();
  const first = next.value;
  async function* all(): AsyncGenerator<Item> {
    if (first !== undefined) yield first;
    yield* items;
  }
  return { first, all: all() };
}
