import { type fixedClock, type TenantId } from '#libs/kernel';
import { type Database, type Projection, ShownPositions } from '#libs/read-db';
import { freshDatabase, startTestEventStore, until } from '#libs/testing';
import { type PostbackLookup, type TransferLookup } from '../application/ports.js';
import { CreatePostbackTokenCommand } from '../application/postback-token.handlers.js';
import { type LiveToken } from '../application/token-directory.js';
import {
  aCaller,
  keyStores,
  type Meeting,
  startDesk,
  startReadModels,
} from './matching.fixtures.js';

/** A log and a database with everything around matching, but for the workers that match. */
export type MatchingStack = Awaited<ReturnType<typeof startMatchingStack>>;

/** The read models that matching asks. A spec names them, for libs do not know read models. */
export interface ReadSide {
  readonly projections: readonly [Projection, Projection];
  readonly transfers: new (database: Database) => TransferLookup;
  readonly postbacks: new (database: Database) => PostbackLookup;
}

/** Starts it; the clock is everybody’s. */
export async function startMatchingStack(
  clock: ReturnType<typeof fixedClock>,
  { projections, transfers: Transfers, postbacks: Postbacks }: ReadSide,
) {
  const [one, other] = projections;
  const [log, fresh] = await Promise.all([
    startTestEventStore(),
    freshDatabase({ readModels: projections }),
  ]);
  const on: Meeting = {
    ...{ eventStoreUrl: log.url, databaseUrl: fresh.url, clock, stores: keyStores() },
    lookups: (database) => ({
      ...{ transfers: new Transfers(database), postbacks: new Postbacks(database) },
      shown: ShownPositions.of(database).together(one.name, other.name),
    }),
  };
  const desk = await startDesk(on);
  const readModels = startReadModels(on, projections);
  return {
    ...{ log, on, desk, clock },
    close: async () => {
      await readModels.stop();
      await desk.stop();
      await fresh.drop();
      await log.close();
    },
  };
}

/** A token of a tenant that may be given its secrets first. */
export async function aTokenOf(
  { desk }: MatchingStack,
  tenantId: TenantId,
  label: string,
  destinationId: string | null = null,
): Promise<LiveToken> {
  const { tokenId, settings } = await desk.createToken.execute(
    new CreatePostbackTokenCommand(tenantId, aCaller(), { label, destinationId }),
  );
  return { tenantId, tokenId, settings };
}

/** Waits until the reactor has dealt with everything in the log, its own events included. */
export async function allIsMatched(stack: MatchingStack): Promise<void> {
  await until('matching to have nothing to do', () => isSettled(stack), { withinMs: 60_000 });
}

async function isSettled({ log, desk, clock }: MatchingStack): Promise<boolean> {
  const { kysely } = desk.database;
  const head = (await log.store.headPosition()) ?? -1n;
  const checkpoint = await kysely.selectFrom('reactorCheckpoint').selectAll().executeTakeFirst();
  const later = await kysely.selectFrom('reactorLater').selectAll().execute();
  // Nothing it was to look at again is left, and what it did meanwhile has come by, too.
  if (later.length > 0) clock.set(new Date(clock.now().getTime() + 1).toISOString());
  const isDone = (checkpoint?.position ?? -1n) >= head && later.length === 0;
  return isDone && ((await log.store.headPosition()) ?? -1n) === head;
}
