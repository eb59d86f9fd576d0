import { arrive, type Target } from '../intake/load.js';
import { percentile } from '../intake/percentile.js';

/** The latencies of a steady load, in milliseconds. */
export interface LiveLatency {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const connections = 16;
const sliceSeconds = 2;

/** The load for so many seconds. */
export async function liveFor(target: Target, rate: number, seconds: number): Promise<LiveLatency> {
  const { latencies } = await arrive(target, { connections, seconds, rate });
  return latencyOf(latencies);
}

/** The load for as long as `work` takes, and a little longer. */
export async function liveDuring<Result>(
  target: Target,
  rate: number,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly latency: LiveLatency }> {
  const latencies: number[] = [];
  let over = false;
  const working = work().finally(() => {
    over = true;
  });
  // Met below; until then a failure of it is not an unhandled one.
  working.catch(() => undefined);
  // The flag is set while the load runs.
  for (let going = true; going; going = !isSet()) {
    const slice = await arrive(target, { connections, seconds: sliceSeconds, rate });
    latencies.push(...slice.latencies);
  }
  return { result: await working, latency: latencyOf(latencies) };

  function isSet(): boolean {
    return over;
  }
}

function latencyOf(latencies: readonly number[]): LiveLatency {
  return {
    requests: latencies.length,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}
