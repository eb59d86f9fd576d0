import { type ClientBase } from 'pg';
import { type RunningProjection } from './apply-batch.js';
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

  /**
   * Takes the live builds on: from now on each tells that the owner of this lease applies it.
   */
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

  /** As they were when the session began. */
  get running(): readonly RunningProjection[] {
    return this.#loaded;
  }

  /** The state of some build has changed, so that {@link areOthers} is worth asking. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Whether others are live now: then a new session must begin. Costs nothing while all is calm. */
  async areOthers(): Promise<boolean> {
    if (!this.#somethingChanged) return false;
    this.#somethingChanged = false;
    const now = await loadBuilds(this.#client, this.#projections, ['live']);
    return keysOf(now) !== keysOf(this.#loaded);
  }
}

function keysOf(builds: readonly RunningProjection[]): string {
  return builds.map(({ name, build }) => `${name} ${build}`).join();
}
