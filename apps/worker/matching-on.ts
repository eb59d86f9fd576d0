import { type EventStore } from '#libs/event-store';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { type Database } from '#libs/read-db';
import {
  HitReader,
  Matching,
  PostbackLedger,
  PostbackMatcher,
  PostbackReader,
  RevenueClock,
  RevenueRunner,
  TransferFinder,
} from '#libs/revenue';
import { ReadModelPostbackLookup } from '#projections/postback-inbox';
import { ReadModelTransferLookup } from '#projections/transfer-matching';

/** What matching is hosted with. */
export interface MatchingHostParts {
  readonly store: EventStore;
  /** Connected as the worker. */
  readonly database: Database;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
}

/** Matches buyers’ reports to transfers, whichever of the two comes first. */
export function matchingOn({ store, database, keys, secrets }: MatchingHostParts): Matching {
  const runner = new RevenueRunner(store);
  const clock = new RevenueClock();
  const transfers = new ReadModelTransferLookup(database);
  const postbacks = new ReadModelPostbackLookup(database);
  const finder = new TransferFinder(runner, transfers, postbacks);
  const ledger = new PostbackLedger(runner, clock);
  const reader = new PostbackReader(runner, keys, new HitReader(secrets));
  const matcher = new PostbackMatcher({ finder, ledger, reader, clock });
  return new Matching({ matcher, transfers, postbacks, secrets, clock });
}
