import { type Kysely, sql, type Updateable } from 'kysely';
import { type Database } from '../../database.js';
import { isDatabaseUnavailable } from '../../database-errors.js';
import { type OperationalTables, type ProjectionBuildTable } from '../../tables.js';
import { type Build, buildColumns } from '../builds.js';
import { type Projection } from '../projection.js';
import { createBuild, lockBuilds, requestedAgain } from '../read-model-tables.js';
import { type ProjectionRequest, requestColumns } from '../requests.js';
import { buildsChannel } from '../live-builds.js';

/** What is asked of builds; the other requests are for the live engine. */
const actions = ['rebuild', 'cancel', 'resume', 'rollback', 'drop'] as const;
type BuildAction = (typeof actions)[number];

type Owner = Kysely<OperationalTables>;

/** A sentence for whoever asked: why not, and what to do. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What a request is about. */
interface Subject {
  readonly transaction: Owner;
  readonly request: ProjectionRequest;
  /** As this program knows it. */
  readonly projection: Projection;
  /** Its builds, oldest first. */
  readonly builds: readonly Build[];
}

/** A handler answers with the build it was about. */
const handlers: Record<BuildAction, (subject: Subject) => Promise<number>> = {
  rebuild,
  cancel,
  resume,
  rollback,
  drop,
};

/**
 * Handles what was asked of builds, in order, each request in a transaction of its own; resolves
 * with what was handled. Several workers may do it at once: each request is handled once.
 *
 * It only changes what is to be done; filling and switching go on in the rebuilder.
 */
export async function handleBuildRequests(
  owner: Database,
  projections: readonly Projection[],
): Promise<ProjectionRequest[]> {
  const handled: ProjectionRequest[] = [];
  for (;;) {
    const request = await handleNext(owner, projections);
    if (request === null) return handled;
    handled.push(request);
  }
}

/** Whether there is anything to handle. Costs next to nothing. */
export async function hasBuildRequests({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ waiting: boolean }>({
    name: 'build:requests',
    text: `select exists (
             select from projection_request where outcome is null and action = any ($1)) as waiting`,
    values: [actions],
  });
  return rows[0]?.waiting === true;
}

/** Queries under way on a table that is dropped are waited for so long; then it is tried again. */
const lockTimeoutMs = 3_000;

async function handleNext(
  owner: Database,
  projections: readonly Projection[],
): Promise<ProjectionRequest | null> {
  const taken: { request: ProjectionRequest | null } = { request: null };
  try {
    return await owner.kysely.transaction().execute(async (transaction) => {
      await sql.raw(`set local lock_timeout = ${lockTimeoutMs}`).execute(transaction);
      await lockBuilds(transaction);
      const request = await nextRequest(transaction);
      taken.request = request;
      if (request === null) return null;
      const build = await handle(transaction, request, projections);
      await sql`select pg_notify(${buildsChannel}, ${request.name})`.execute(transaction);
      return finish(transaction, { ...request, build }, 'done');
    });
  } catch (error) {
    if (taken.request === null || isDatabaseUnavailable(error)) throw error;
    // A transaction of its own: nothing of what failed has happened.
    return finish(owner.kysely, taken.request, sentenceOf(error));
  }
}

async function nextRequest(transaction: Owner): Promise<ProjectionRequest | null> {
  const next = await transaction
    .selectFrom('projectionRequest')
    .select(requestColumns)
    .where('outcome', 'is', null)
    .where('action', 'in', actions)
    .orderBy('place')
    .limit(1)
    .executeTakeFirst();
  return next ?? null;
}

async function finish(
  transaction: Owner,
  { id, build }: ProjectionRequest,
  outcome: string,
): Promise<ProjectionRequest> {
  return transaction
    .updateTable('projectionRequest')
    .set({ outcome, build, handledAt: sql<string>`clock_timestamp()` })
    .where('id', '=', id)
    .returning(requestColumns)
    .executeTakeFirstOrThrow();
}

function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const said = error instanceof Error ? error.message : String(error);
  return `Nothing was done, because the database refused it: ${said}`;
}

async function handle(
  transaction: Owner,
  request: ProjectionRequest,
  projections: readonly Projection[],
): Promise<number> {
  const { name, action } = request;
  const projection = projections.find((each) => each.name === name);
  if (projection === undefined) {
    const known = projections.map((each) => each.name).join(', ');
    throw new Refusal(`There is no read model ${name}. There are: ${known}.`);
  }
  const builds = await transaction
    .selectFrom('projectionBuild')
    .select(buildColumns)
    .where('name', '=', name)
    .orderBy('build')
    .execute();
  return handlers[action as BuildAction]({ transaction, request, projection, builds });
}

async function rebuild({ transaction, request, projection, builds }: Subject): Promise<number> {
  refuseWhileUnderWay(builds);
  const { requestedBy } = request;
  const begin = { state: 'requested', serving: false, requestedBy } as const;
  return (await createBuild(transaction, projection, begin)).build;
}

async function cancel({ transaction, request, builds }: Subject): Promise<number> {
  const build = chosen(request, builds, isUnderWay, 'is being filled');
  await set(transaction, build, { state: 'cancelled', finishedAt: new Date() });
  return build.build;
}

async function resume(subject: Subject): Promise<number> {
  const { transaction, request, builds } = subject;
  refuseWhileUnderWay(builds);
  const build = chosen(request, builds, isGivenUp, 'was cancelled or has failed');
  refuseOtherVersion(subject, build);
  await set(transaction, build, requestedAgain);
  return build.build;
}

async function rollback(subject: Subject): Promise<number> {
  const { transaction, request, builds, projection } = subject;
  refuseWhileUnderWay(builds);
  const kept = builds.filter(({ version }) => version === projection.version);
  const candidates = request.build === null && kept.some(isKept) ? kept : builds;
  const build = chosen(request, candidates, isKept, 'is kept for a rollback');
  refuseOtherVersion(subject, build);
  await set(transaction, build, requestedAgain);
  return build.build;
}

async function drop({ transaction, request, builds }: Subject): Promise<number> {
  const { name } = request;
  if (request.build === null) throw new Refusal(`Say which build of ${name} to drop.`);
  const build = chosen(request, builds, isOver, 'is kept, cancelled or failed, and not served');
  await sql.raw(`drop table if exists ${build.tableName}`).execute(transaction);
  // What an operator gave up stays given up: later builds leave it out as well.
  await transaction
    .deleteFrom('projectionDeadLetter')
    .where('name', '=', name)
    .where('build', '=', build.build)
    .where('state', '=', 'parked')
    .execute();
  await transaction
    .deleteFrom('projectionBuild')
    .where('name', '=', name)
    .where('build', '=', build.build)
    .execute();
  return build.build;
}

const isFilled = ({ state }: Build) => state === 'requested' || state === 'building';
/** Being filled, or about to be served. */
const isUnderWay = (build: Build) => isFilled(build) || (build.state === 'live' && !build.serving);
const isGivenUp = ({ state }: Build) => state === 'cancelled' || state === 'failed';
const isKept = ({ state }: Build) => state === 'kept';
const isOver = (build: Build) => (isGivenUp(build) || isKept(build)) && !build.serving;

function refuseWhileUnderWay(builds: readonly Build[]): void {
  const other = builds.find(isUnderWay);
  if (other === undefined) return;
  const { name, build } = other;
  throw new Refusal(
    `Build ${build} of ${name} is on its way already. Wait until it is served, or cancel it first.`,
  );
}

/** The build that was named, or the last one that fits. */
function chosen(
  { name, build: wanted }: ProjectionRequest,
  builds: readonly Build[],
  fits: (build: Build) => boolean,
  what: string,
): Build {
  const found =
    wanted === null ? builds.findLast(fits) : builds.find(({ build }) => build === wanted);
  if (found === undefined && wanted === null) throw new Refusal(`No build of ${name} ${what}.`);
  if (found === undefined) throw new Refusal(`There is no build ${wanted} of ${name}.`);
  if (fits(found)) return found;
  const is = found.serving ? `${found.state} and served` : found.state;
  throw new Refusal(`Build ${found.build} of ${name} is ${is}. This is for one that ${what}.`);
}

function refuseOtherVersion({ projection }: Subject, { name, build, version }: Build): void {
  if (version === projection.version) return;
  throw new Refusal(
    `Build ${build} of ${name} is of version ${version}, which this program cannot bring up to ` +
      `date: it has version ${projection.version}. Deploy the program of that version, then ask again.`,
  );
}

type Change = Partial<Updateable<ProjectionBuildTable>>;

async function set(transaction: Owner, { name, build }: Build, change: Change): Promise<void> {
  await transaction
    .updateTable('projectionBuild')
    .set({ ...change, updatedAt: sql<string>`clock_timestamp()` })
    .where('name', '=', name)
    .where('build', '=', build)
    .execute();
}
