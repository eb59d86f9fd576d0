import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GroupCommit, type Linger } from './group-commit.js';

const lingerMs = 1_000;

/** What was handled together, by batch. */
let batches: (readonly number[])[];

beforeEach(() => {
  batches = [];
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function commit(options: { linger?: Linger; waitingMax?: number } = {}) {
  return new GroupCommit<number, string>({
    batchMax: 5,
    waitingMax: options.waitingMax ?? 100,
    whenFull: () => new Error('full'),
    ...options,
    flush: (items) => {
      batches.push(items);
      return items.includes(13)
        ? Promise.reject(new Error('unlucky'))
        : Promise.resolve(items.map((item) => `result ${item}`));
    },
  });
}

describe('items that come one after the other', () => {
  it('go together if they come in one turn, and each gets its own result', async () => {
    const group = commit();
    const results = Promise.all([1, 2, 3].map((item) => group.add(item)));
    await jest.advanceTimersByTimeAsync(0);
    expect(await results).toEqual(['result 1', 'result 2', 'result 3']);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('go in several batches if they are many', async () => {
    const group = commit();
    void Promise.all([1, 2, 3, 4, 5, 6, 7].map((item) => group.add(item)));
    await jest.advanceTimersByTimeAsync(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([
      [1, 2, 3, 4, 5],
      [6, 7],
    ]);
  });

  it('all fail with their batch, and only with theirs', async () => {
    const group = commit();
    const failing = expect(Promise.all([12, 13].map((item) => group.add(item)))).rejects.toThrow();
    await jest.advanceTimersByTimeAsync(0);
    await failing;
    const next = group.add(14);
    await jest.advanceTimersByTimeAsync(0);
    expect(await next).toBe('result 14');
  });

  it('are refused when too many wait', async () => {
    const group = commit({ waitingMax: 1 });
    void group.add(1);
    await expect(group.add(2)).rejects.toThrow('full');
    await jest.advanceTimersByTimeAsync(0);
    await group.idle();
  });
});

describe('an item that may linger', () => {
  const linger = { ms: lingerMs, fromBatchOf: 2 };

  it('does not, where there was no company', async () => {
    const group = commit({ linger });
    void group.add(1);
    await jest.advanceTimersByTimeAsync(0);
    void group.add(2);
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([[1], [2]]);
  });

  it('waits for company where there was some, and no longer', async () => {
    const group = commit({ linger });
    void Promise.all([group.add(1), group.add(2)]);
    await jest.advanceTimersByTimeAsync(0);
    void group.add(3);
    await jest.advanceTimersByTimeAsync(lingerMs - 1);
    void group.add(4);
    expect(batches).toEqual([[1, 2]]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe('items that come while a batch is under way', () => {
  function underWay(linger?: Linger) {
    const flights: PromiseWithResolvers<readonly string[]>[] = [];
    const group = new GroupCommit<number, string>({
      ...{ batchMax: 5, waitingMax: 100, whenFull: () => new Error('full') },
      ...(linger === undefined ? {} : { linger }),
      flush: (items) => {
        batches.push(items);
        const flight = Promise.withResolvers<readonly string[]>();
        flights.push(flight);
        return flight.promise;
      },
    });
    return { group, flights };
  }

  const turn = () => jest.advanceTimersByTimeAsync(0);

  it('go when it is back, though it failed, and each gets its own result', async () => {
    const { group, flights } = underWay();
    const first = expect(group.add(1)).rejects.toThrow('unlucky');
    await turn();
    const second = group.add(2);
    await turn();
    expect(batches).toEqual([[1]]);
    flights[0]?.reject(new Error('unlucky'));
    await first;
    await turn();
    expect(batches).toEqual([[1], [2]]);
    flights[1]?.resolve(['result 2']);
    expect(await second).toBe('result 2');
    await group.idle();
  });

  it('have waited for company by then', async () => {
    const { group, flights } = underWay({ ms: lingerMs, fromBatchOf: 2 });
    void Promise.all([group.add(1), group.add(2)]);
    await turn();
    void group.add(3);
    await jest.advanceTimersByTimeAsync(lingerMs);
    flights[0]?.resolve(['result 1', 'result 2']);
    await turn();
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('are awaited where it has to be idle', async () => {
    const { group, flights } = underWay();
    void group.add(1);
    await turn();
    void group.add(2);
    let isIdle = false;
    const idle = group.idle().then(() => (isIdle = true));
    flights[0]?.resolve(['result 1']);
    await turn();
    expect(batches).toEqual([[1], [2]]);
    expect(isIdle).toBe(false);
    flights[1]?.resolve(['result 2']);
    await idle;
  });
});
