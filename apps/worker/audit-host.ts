import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type AuditedProjection, type AuditNotice, type RunAuditOptions } from '#libs/read-db';
import { type Logger } from 'pino';
import { liveProjections } from './live-projections.js';

/** What the audit's thread is started with. */
export interface AuditThreadData {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  /** Without their handlers, which do not cross threads, and whose libraries take memory there. */
  readonly projections: readonly AuditedProjection[];
  readonly pace: Pick<RunAuditOptions, 'eventsPerSecondMax' | 'sampleEveryMs'>;
}

/** What it has to say. */
export type AuditThreadNotice =
  | Exclude<AuditNotice, { kind: 'interrupted' }>
  | { readonly kind: 'interrupted'; readonly error: string; readonly retryInMs: number };

/** What the host of the audit works with. */
export interface AuditHostParts extends Pick<AuditThreadData, 'eventStoreUrl' | 'databaseUrl'> {
  readonly logger: Logger;
  readonly pace?: AuditThreadData['pace'];
  /** Program of the thread; that of this build unless told. */
  readonly program?: URL;
}

/**
 * Room for a stretch of a million events that is to be explained; collected young, it needs far
 * less.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 192 };
const restartAfterMs = 30_000;
const endsWithinMs = 3_000;

/**
 * Audits read models in a thread of its own, so that counting holds up nothing else in this
 * process; on Linux at the lowest priority, too.
 */
export class AuditHost {
  readonly #parts: AuditHostParts;
  readonly #stop = new AbortController();
  #thread: Worker | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: AuditHostParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** What was counted and not yet kept is counted again by whoever goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const thread = this.#thread;
    thread?.postMessage('stop');
    const ended = new AbortController();
    await Promise.race([
      this.#running.finally(() => {
        ended.abort();
      }),
      pause(endsWithinMs, undefined, { signal: ended.signal }).catch(() => undefined),
    ]);
    await thread?.terminate();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      await this.#runThread();
      if (isOver()) return;
      this.#parts.logger.warn(
        'the audit of read models has ended; starting it again in half a minute',
      );
      await pause(restartAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when the thread has ended, however it did. */
  async #runThread(): Promise<void> {
    const { logger, eventStoreUrl, databaseUrl, pace = {} } = this.#parts;
    const projections = liveProjections.map(audited);
    const workerData: AuditThreadData = { eventStoreUrl, databaseUrl, projections, pace };
    const program = this.#parts.program ?? new URL('./audit-thread.js', import.meta.url);
    const thread = new Worker(program, { workerData, resourceLimits, name: 'audit' });
    this.#thread = thread;
    thread.on('message', (notice: AuditThreadNotice) => {
      this.#report(notice);
    });
    thread.on('error', (error) => {
      logger.error({ err: error }, 'the audit of read models failed');
    });
    await once(thread, 'exit').catch(() => undefined);
    this.#thread = null;
  }

  #report(notice: AuditThreadNotice): void {
    const { logger } = this.#parts;
    switch (notice.kind) {
      case 'standing_by':
        logger.debug('another worker audits the read models');
        break;
      case 'started':
        logger.info('read models are audited');
        break;
      case 'differs':
        logger.fatal(
          { projection: notice.name, build: notice.build, finding: notice.message },
          'a read model did not apply what is in the log; rebuild it',
        );
        break;
      case 'interrupted':
        logger.warn(
          { reason: notice.error, retryInMs: notice.retryInMs },
          'the audit of read models is interrupted',
        );
        break;
    }
  }
}

function audited({ name, version, on }: AuditedProjection): AuditedProjection {
  return { name, version, on: Object.fromEntries(Object.keys(on).map((type) => [type, true])) };
}
