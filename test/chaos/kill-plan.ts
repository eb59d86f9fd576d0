import { below, pick, type Random } from './seeded-random.js';

/** What is killed; the supervisor takes everything down with it. */
export type Target =
  'api' | 'worker' | 'rebuilder' | 'eventstore' | 'postgres' | 'postgres-keeper' | 'supervisor';

const parts: readonly Target[] = ['api', 'worker', 'eventstore', 'postgres'];
/** One in so many kills hits the rebuilder, the keeper of Postgres, or the supervisor. */
const rebuilderEvery = 6;
const keeperEvery = 25;
const supervisorEvery = 25;

/**
 * The supervisor gives a part up at its fifth death in a minute: that is not what is tested here.
 */
const deathsPerMinuteMax = 4;
const windowMs = 61_000;

/** Remembers who was killed when, and says who may be next. */
export class KillPlan {
  readonly #random: Random;
  readonly #only: readonly Target[] | null;
  #deaths: { readonly part: Target; readonly atMs: number }[] = [];

  /** `only`: nothing else is ever killed. */
  constructor(random: Random, only: readonly Target[] | null = null) {
    this.#random = random;
    this.#only = only;
  }

  /** The next target at this moment; `null` if all have died often enough lately. */
  next(nowMs: number): Target | null {
    const candidate = this.#candidate();
    const isUncounted = candidate === 'supervisor' || candidate === 'rebuilder';
    if (isUncounted || this.#mayDie(candidate, nowMs)) return candidate;
    const others = (this.#only ?? parts).filter((part) => this.#mayDie(part, nowMs));
    return others.length === 0 ? null : pick(this.#random, others);
  }

  /** It was killed. A new supervisor counts anew; the worker itself replaces a rebuilder. */
  record(part: Target, atMs: number): void {
    if (part === 'supervisor') this.#deaths = [];
    else if (part !== 'rebuilder') this.#deaths.push({ part: countedAs(part), atMs });
  }

  #candidate(): Target {
    if (this.#only !== null) return pick(this.#random, this.#only);
    if (below(this.#random, supervisorEvery) === 0) return 'supervisor';
    if (below(this.#random, keeperEvery) === 0) return 'postgres-keeper';
    if (below(this.#random, rebuilderEvery) === 0) return 'rebuilder';
    return pick(this.#random, parts);
  }

  #mayDie(part: Target, nowMs: number): boolean {
    const lately = this.#deaths.filter(
      (death) => death.part === countedAs(part) && nowMs - death.atMs < windowMs,
    );
    return lately.length < deathsPerMinuteMax;
  }
}

/** To the supervisor, the keeper and its server are one part. */
function countedAs(part: Target): Target {
  return part === 'postgres-keeper' ? 'postgres' : part;
}
