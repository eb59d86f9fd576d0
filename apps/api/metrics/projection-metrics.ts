import {
  type BuildState,
  type BuildStatus,
  type Database,
  type ProjectionStatus,
  readModelsStatus,
  type ReadModelsStatus,
} from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { inTime } from '../health/in-time.js';
import { DATABASE } from '../wiring/tokens.js';

const BUILD_STATES = ['requested', 'building', 'live', 'cancelled', 'failed', 'kept'] as const;
const AUDIT_STATES = ['running', 'ok', 'differs'] as const;

/**
 * The read models as Prometheus sees them. All of it comes from Postgres, so that the api tells of
 * the worker even when that is dead: its lag grows then.
 */
@Injectable()
export class ProjectionMetrics {
  readonly #gauges: ReturnType<typeof gaugesOf>;

  constructor(
    registry: Registry,
    @Inject(DATABASE) private readonly database: Database,
  ) {
    this.#gauges = gaugesOf(registry);
  }

  /** Reads them anew. Never rejects: what cannot be read is left out, and said to be. */
  async refresh(): Promise<void> {
    const status = await inTime(readModelsStatus(this.database));
    const { postgresUp, ...gauges } = this.#gauges;
    for (const gauge of Object.values(gauges)) gauge.reset();
    postgresUp.set(status === undefined ? 0 : 1);
    if (status !== undefined) this.#tell(status);
  }

  #tell({ projections, leases }: ReadModelsStatus): void {
    for (const projection of projections) {
      this.#tellServing(projection);
      for (const build of projection.builds) this.#tellBuild(build);
    }
    for (const { name: lease, held } of leases) this.#gauges.leaseHeld.set({ lease }, Number(held));
  }

  #tellServing({ name: projection, serving, audit }: ProjectionStatus): void {
    const { lag, checkpoint, applied, parked, skipped, failed, auditState } = this.#gauges;
    if (serving !== null) {
      const { lagSeconds, position, appliedCount } = serving;
      if (lagSeconds !== null) lag.set({ projection }, lagSeconds);
      checkpoint.set({ projection }, Number(position ?? -1n));
      applied.inc({ projection }, Number(appliedCount));
      parked.set({ projection }, serving.parkedEvents);
      skipped.set({ projection }, serving.skippedEvents);
      failed.set({ projection }, Number(serving.failure !== null));
    }
    for (const state of audit === null ? [] : AUDIT_STATES) {
      auditState.set({ projection, state }, Number(state === audit?.state));
    }
  }

  #tellBuild({ name: projection, build: number, ...status }: BuildStatus): void {
    const { buildState, serves, rebuildEvents, rebuildRatio, rebuildRate } = this.#gauges;
    const build = String(number);
    for (const state of BUILD_STATES satisfies readonly BuildState[]) {
      buildState.set({ projection, build, state }, Number(state === status.state));
    }
    serves.set({ projection, build }, Number(status.serving));
    const { filling, eventsSeen } = status;
    if (filling === null) return;
    rebuildEvents.set({ projection, build }, Number(eventsSeen));
    rebuildRatio.set({ projection, build }, filling.ratio);
    rebuildRate.set({ projection, build }, filling.eventsPerSecond ?? 0);
  }
}

function gaugesOf(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `leadledger_${name}`, help, labelNames, registers: [registry] });
  return {
    applied: new Counter({
      name: 'leadledger_projection_events_applied_total',
      help: 'Events applied to the table that is served; begins anew with each build.',
      labelNames: ['projection'],
      registers: [registry],
    }),
    postgresUp: gauge(
      'postgres_up',
      'Whether Postgres answered; if not, read models are not told.',
    ),
    ...servingGauges(gauge),
    ...buildGauges(gauge),
    leaseHeld: gauge(
      'worker_lease_held',
      'Whether a worker keeps the read models (live), or fills builds (rebuild).',
      'lease',
    ),
  };
}

type MakeGauge = <Label extends string>(
  name: string,
  help: string,
  ...labelNames: Label[]
) => Gauge<Label>;

function servingGauges(gauge: MakeGauge) {
  return {
    lag: gauge(
      'projection_lag_seconds',
      'Time since the last event was recorded that the read model has passed, heartbeats included.',
      'projection',
    ),
    checkpoint: gauge(
      'projection_checkpoint_position',
      'Position in the log of the last event considered; -1 before the first.',
      'projection',
    ),
    parked: gauge(
      'projection_parked_events',
      'Events that could not be applied and wait; anything but 0 needs an operator.',
      'projection',
    ),
    skipped: gauge(
      'projection_skipped_events',
      'Events that an operator decided not to apply.',
      'projection',
    ),
    failed: gauge(
      'projection_failed',
      '1 while the read model stands still until its cause is removed.',
      'projection',
    ),
    auditState: gauge(
      'projection_audit_state',
      '1 for what the audit found: ok, differs, or running for not yet known.',
      ...(['projection', 'state'] as const),
    ),
  };
}

function buildGauges(gauge: MakeGauge) {
  const of = ['projection', 'build'] as const;
  return {
    buildState: gauge('projection_build_state', '1 for the state a build is in.', ...of, 'state'),
    serves: gauge('projection_build_serving', '1 for the build that queries read.', ...of),
    rebuildEvents: gauge(
      'rebuild_events',
      'Events looked at for a build that is being filled, since it began or was resumed.',
      ...of,
    ),
    rebuildRatio: gauge('rebuild_progress_ratio', 'How much of the log is done: 0 to 1.', ...of),
    rebuildRate: gauge(
      'rebuild_events_per_second',
      'Events looked at per second since it began or was resumed.',
      ...of,
    ),
  };
}
