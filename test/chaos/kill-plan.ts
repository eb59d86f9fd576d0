import { below, pick, type Random } from './seeded-random.js';

/** What is killed; the supervisor takes everything down with it. */
export type Target =
  'api' | 'worker' | 'eventstore' | 'postgres' | 'postgres-keeper' | 'supervisor';

const parts: readonly Target[] = ['api', 'worker', 'eventstore', 'postgres'];
/** One in so many kills hits the keeper of Postgres, or the supervisor. */
const keeperEvery = 25;
const supervisorEvery = 25;

/** The supervisor gives a part up at its fifth death in a minute: that is not what is tested here. */
const deathsPerMinuteMax = 4;
const windowMs = 61_000;

/** Remembers who was killed when, and says who may be next. */
export class KillPlan {
  readonly #random: Random;
  #deaths: { readonly part: Target; readonly atMs: number }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next target at this moment; `null` if all have died often enough lately. */
  next(nowMs: number): Target | null {
    const candidate = this.#candidate();
    if (candidate === 'supervisor' || this.#mayDie(candidate, nowMs)) return candidate;
    const others = parts.filter((part) => this.#mayDie(part, nowMs));
    return others.length === 0 ? null : pick(this.#random, others);
  }

  /** It was killed. A new supervisor counts anew. */
  record(part: Target, atMs: number): void {
    if (part === 'supervisor') this.#deaths = [];
    else this.#deaths.push({ part: countedAs(part), atMs });
  }

  #candidate(): Target {
    if (below(this.#random, supervisorEvery) === 0) return 'supervisor';
    if (below(this.#random, keeperEvery) === 0) return 'postgres-keeper';
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
