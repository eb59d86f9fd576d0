import {
  type EventStore,
  isBeyond,
  isRecordedBy,
  type Moment,
  type RecordedEvent,
  refuseFuture,
} from '#libs/event-store';
import { DomainError, type TenantId } from '#libs/kernel';
import {
  dropScratchSchema,
  listScratchSchemas,
  projectAsOf,
  type Projection,
  type ProjectionMessage,
  type ReplayedModel,
  type ReplayProgress,
  type ScratchSchema,
  scratchSchemaName,
} from '#libs/read-db';
import { liveProjections } from '../../worker/live-projections.js';
import { projectionLog } from '../../worker/projection-log.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { knownTenant } from './known-tenant.js';

/** Whose read models, which, and as of when. */
export interface TenantReplayRequest {
  readonly tenantId: TenantId;
  /** As of now, if left out. */
  readonly moment?: Moment;
  /** All there are, if left out. */
  readonly projections?: readonly string[];
  /** Named after the tenant and the moment, if left out. */
  readonly schema?: string;
  readonly replace: boolean;
}

/** Whom to tell, and when to stop. */
export interface TenantReplayRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReplayProgress) => void;
}

/** Read models as they stood, and where they are. */
export interface TenantReplay {
  readonly schema: string;
  readonly moment: Moment;
  readonly models: readonly ReplayedModel[];
}

/**
 * Builds a tenant’s read models as they stood at a moment in a scratch schema. Live tables, their
 * checkpoints and everything that follows the log stay as they are.
 */
export async function replayTenant(
  { database, eventStore, runner }: StackConnection,
  request: TenantReplayRequest,
  { signal, onProgress }: TenantReplayRun,
): Promise<TenantReplay> {
  const { tenantId, replace } = request;
  await knownTenant(runner, tenantId);
  const head = await eventStore.headPosition();
  const moment = request.moment ?? { kind: 'position', position: head ?? 0n };
  await refuseFuture(moment, {
    headPosition: () => Promise.resolve(head),
    now: () => new Date(),
  });
  const schema = scratchSchemaName(request.schema ?? schemaNameOf(tenantId, moment));
  const models = await projectAsOf({
    ...{ database, tenantId, moment, schema, replace, head, signal, onProgress },
    projections: projectionsNamed(request.projections),
    log: (until) => pastOf(eventStore, tenantId, moment, until),
  });
  return { schema, moment, models };
}

/** What a tenant had recorded by a moment; what another one recorded cannot stand in the way. */
async function* pastOf(
  store: EventStore,
  tenantId: TenantId,
  moment: Moment,
  signal: AbortSignal,
): AsyncGenerator<ProjectionMessage> {
  const over = new AbortController();
  const isWanted = (event: RecordedEvent) => {
    if (isBeyond(event, moment)) over.abort();
    return isOf(tenantId, event) && isRecordedBy(event, moment);
  };
  for await (const message of projectionLog({
    ...{ store, after: null, signal, isWanted },
    onDisconnected: () => undefined,
    onUnknown: () => undefined,
  })) {
    if (over.signal.aborted) return;
    yield message;
  }
}

function isOf(tenantId: TenantId, { metadata }: RecordedEvent): boolean {
  return (metadata as { readonly tenantId?: unknown } | null)?.tenantId === tenantId;
}

/** Every scratch schema there is, the latest first. */
export function listReplays({ database }: StackConnection): Promise<ScratchSchema[]> {
  return listScratchSchemas(database);
}

/** Removes a scratch schema; returns its full name. */
export async function dropReplay({ database }: StackConnection, schema: string): Promise<string> {
  const name = scratchSchemaName(schema);
  await dropScratchSchema(database, name);
  return name;
}

function projectionsNamed(names: readonly string[] | undefined): readonly Projection[] {
  if (names === undefined) return liveProjections;
  return names.map((name) => {
    const found = liveProjections.find((each) => each.name === name);
    if (found === undefined) throw noSuchProjection(name);
    return found;
  });
}

/** `replay_demo_20260705t120000`, `replay_demo_at_2388`. Tenants have no underscore. */
function schemaNameOf(tenantId: TenantId, moment: Moment): string {
  const when =
    moment.kind === 'position'
      ? `at_${moment.position}`
      : moment.instant.toLowerCase().replaceAll(/[-:]|\.\d+z$/g, '');
  return `replay_${tenantId.replaceAll('-', '_')}_${when}`;
}

function noSuchProjection(name: string): DomainError {
  const known = liveProjections.map((each) => each.name).join(', ');
  return new DomainError(
    'not_found',
    'projection_not_found',
    `There is no read model ${name}. There are: ${known}.`,
  );
}
