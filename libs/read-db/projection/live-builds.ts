import { type ClientBase } from 'pg';
import { type RunningProjection } from './apply-batch.js';
import { type BuildKey } from './checkpoints.js';
import { type Lease } from './lease.js';
import { loadBuilds } from './load-builds.js';
import { type Projection } from './projection.js';

/** Postgres' channel on which every process hears that the state of a build has changed. */
export const buildsChannel = 'leadledger_builds';

/** The builds that a session of the live engine applies: those that were live when it began. */
export class LiveBuilds {
  readonly #client: ClientBase;
  readonly #projections: readonly Projection[];
  #loaded: readonly RunningProjection[] = [];
  #somethingChanged = false;
  #onChange: () => void = () => undefined;

  private constructor(client: ClientBase, projections: readonly Projection[]) {
    this.#client = client;
    this.#projections = projections;
  }

  /** Takes them on: from now on each tells that the owner of this lease applies it. */
  static async load(
    client: ClientBase,
    projections: readonly Projection[],
    { epoch }: Lease,
  ): Promise<LiveBuilds> {
    const builds = new LiveBuilds(client, projections);
    client.on('notification', () => {
      builds.#somethingChanged = true;
      builds.#onChange();
    });
    // Before they are loaded, so that no change is missed.
    await client.query(`listen ${buildsChannel}`);
    builds.#loaded = await loadBuilds(client, projections, ['live']);
    const taken = builds.#loaded.map(({ name, build }) => ({ name, build }));
    await client.query(
      `update projection_build as b set epoch = $1
         from json_to_recordset($2::json) as r(name text, build integer)
        where b.name = r.name and b.build = r.build and b.state = 'live'`,
      [epoch, JSON.stringify(taken)],
    );
    return builds;
  }

  /** As they were when the session began, without those that went. */
  get running(): readonly RunningProjection[] {
    return this.#loaded;
  }

  /** The state of some build has changed, so that {@link look} is worth while. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** What has changed; `null` as a rule, and then it costs nothing. */
  async look(): Promise<LiveChange | null> {
    if (!this.#somethingChanged) return null;
    this.#somethingChanged = false;
    const now = await loadBuilds(this.#client, this.#projections, ['live']);
    const [known, live] = [keysOf(this.#loaded), keysOf(now)];
    // One that went and comes again has been filled meanwhile, and is another one to the session.
    this.#loaded = this.#loaded.filter((build) => live.includes(keyOf(build)));
    return {
      hasMore: live.some((key) => !known.includes(key)),
      isLive: (build) => live.includes(keyOf(build)),
    };
  }
}

/** How the live builds differ from those that a session began with. */
export interface LiveChange {
  /** One has come: a session begins anew, from where the one furthest behind stands. */
  readonly hasMore: boolean;
  /** Whether a build is still to be applied. */
  readonly isLive: (build: BuildKey) => boolean;
}

function keyOf({ name, build }: BuildKey): string {
  return `${name} ${build}`;
}

const keysOf = (builds: readonly BuildKey[]) => builds.map(keyOf);
