import { type EventStore } from '#libs/event-store';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { type Database, type ShownPositions } from '#libs/read-db';
import {
  HitReader,
  LeadFeedback,
  LeadFeedbackIntake,
  LeadFinder,
  Matching,
  OutdatedReports,
  PostbackLedger,
  PostbackMatcher,
  PostbackReader,
  RevenueClock,
  RevenueRunner,
  TransferFinder,
} from '#libs/revenue';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';

/** What matching is hosted with. */
export interface MatchingHostParts {
  readonly store: EventStore;
  /** Connected as the worker. */
  readonly database: Database;
  readonly shown: ShownPositions;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
  /** Told of reports that could not be looked at again. */
  readonly onProblem?: (error: unknown) => void;
}

/** What matches, and what looks again at what older rules found nothing for. */
export interface MatchingParts {
  readonly matching: Matching;
  readonly outdated: OutdatedReports;
  /** Tells leads what buyers say of them. */
  readonly feedback: LeadFeedback;
}

/** Matches buyers’ reports to transfers, whichever of the two comes first. */
export function matchingOn({
  store,
  database,
  keys,
  secrets,
  onProblem = () => undefined,
  ...on
}: MatchingHostParts): MatchingParts {
  const runner = new RevenueRunner(store);
  const clock = new RevenueClock();
  const transfers = new ReadModelTransferLookup(database);
  const postbacks = new ReadModelPostbackLookup(database);
  const finder = new TransferFinder(runner, transfers, postbacks, clock);
  const ledger = new PostbackLedger(runner, clock);
  const reader = new PostbackReader(runner, keys, new HitReader(secrets));
  const matcher = new PostbackMatcher({ finder, ledger, reader, clock });
  const outdated = new OutdatedReports({ matcher, postbacks, clock, onProblem });
  const shown = on.shown.together(transferMatchingProjection.name, postbackInboxProjection.name);
  const leads = new LeadFinder(runner, transfers);
  const intake = new LeadFeedbackIntake({ runner, keys, leads, clock });
  return {
    matching: new Matching({ matcher, postbacks, shown, secrets, clock }),
    feedback: new LeadFeedback({
      intake,
      shown: on.shown.together(transferMatchingProjection.name),
    }),
    outdated,
  };
}
