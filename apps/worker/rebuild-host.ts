import { type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connectDatabase,
  type Database,
  handleBuildRequests,
  hasBuildRequests,
  type Projection,
  type ProjectionRequest,
  rebuildWork,
} from '#libs/read-db';
import { type Logger } from 'pino';
import { RebuilderProcess } from './rebuilder-process.js';

/** What the host of rebuilds works with. */
export interface RebuildHostParts {
  /** Connected as the worker. */
  readonly database: Database;
  /** Of the owner, who makes tables and views. */
  readonly databaseUrl: string;
  readonly projections: readonly Projection[];
  readonly logger: Logger;
  /** Starts a rebuilder; a process of its own unless told. */
  readonly launch?: () => ChildProcess;
}

const lookEveryMs = 300;
const retryMs = 2_000;

/**
 * Does what operators ask of builds, and has a rebuilder running while there is one to fill.
 * Several workers may do so at once: each request is handled once, and one rebuilder works.
 */
export class RebuildHost {
  readonly #parts: RebuildHostParts;
  readonly #owner: Database;
  readonly #rebuilder: RebuilderProcess;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RebuildHostParts) {
    this.#parts = parts;
    // Connects when something is asked for, and lets go soon after.
    this.#owner = connectDatabase({
      url: parts.databaseUrl,
      role: 'owner',
      max: 1,
      applicationName: 'leadledger-builds',
    });
    this.#rebuilder = new RebuilderProcess(parts);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the rebuilder as well; another one goes on where it stood. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#rebuilder.stop();
    await this.#owner.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failing = false;
    while (!signal.aborted) {
      const error = await this.#round();
      if (error !== null && !failing) {
        this.#parts.logger.warn({ err: error }, 'builds cannot be looked after; trying again');
      }
      failing = error !== null;
      const restMs = failing ? retryMs : lookEveryMs;
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What it failed with; `null` if it did not. */
  async #round(): Promise<unknown> {
    const { database, projections } = this.#parts;
    try {
      if (await hasBuildRequests(database)) {
        const handled = await handleBuildRequests(this.#owner, projections);
        for (const request of handled) this.#log(request);
      }
      this.#rebuilder.keep(await rebuildWork(database, projections));
      return null;
    } catch (error) {
      return error;
    }
  }

  #log({ id, action, name, build, requestedBy, outcome }: ProjectionRequest): void {
    const facts = { request: id, action, projection: name, build, requestedBy, outcome };
    this.#parts.logger.info(facts, 'a request about a read model was handled');
  }
}
