import { EventCatalog, type EventStore } from '#libs/event-store';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { type AddressRateLimiter } from '#libs/rate-limit';
import { type Database, ShownPositions } from '#libs/read-db';
import {
  AliasDirectory,
  ConfirmMatchHandler,
  FeedbackReader,
  GetPostbackHandler,
  HitReader,
  IgnorePostbackHandler,
  LeadFeedbackIntake,
  LeadFinder,
  LinkPostbackHandler,
  MatchPostbackHandler,
  PostbackLedger,
  PostbackMatcher,
  PostbackReader,
  PreviewPostbackHandler,
  PromptFeedback,
  promptLimits,
  PromptMatching,
  ReceivePostbackHandler,
  RevenueClock,
  RevenueRunner,
  revenueStreamEvents,
  StatementImporter,
  TokenDirectory,
  TransferFinder,
  UnlinkPostbackHandler,
} from '#libs/revenue';
import { type Provider } from '@nestjs/common';
import { type Logger } from 'pino';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import { ReadModelStatementLookup } from '#projections/statement-list';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { FeedbackDesk } from '../lead-feedback/feedback-desk.js';
import { FeedbackAliasesController } from '../lead-feedback/feedback-aliases.controller.js';
import { FeedbackHitsController } from '../lead-feedback/feedback-hits.controller.js';
import { FeedbackListController } from '../lead-feedback/feedback-list.controller.js';
import { FeedbackListing } from '../lead-feedback/feedback-listing.js';
import { PostbackDesk } from '../postbacks/postback-desk.js';
import { PostbackGate, StrangersLimiter, TokenRateLimiter } from '../postbacks/postback-gate.js';
import { PostbackHitsController } from '../postbacks/postback-hits.controller.js';
import { PostbacksController } from '../postbacks/postbacks.controller.js';
import { StatementDesk } from '../statements/statement-desk.js';
import { StatementListing } from '../statements/statement-listing.js';
import { StatementsController } from '../statements/statements.controller.js';

/** What revenue in the api is put together from. */
export interface RevenueOn {
  readonly store: EventStore;
  readonly database: Database;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
  readonly addressLimiter: AddressRateLimiter;
  readonly logger: Logger;
}

/** Everything that takes reports in, matches and corrects them; it follows tokens and aliases. */
export function revenueParts({ store, database, keys, secrets, ...on }: RevenueOn) {
  const warn = (message: string) => (error: unknown) => {
    on.logger.warn({ err: error }, message);
  };
  const catalog = new EventCatalog(revenueStreamEvents);
  const runner = new RevenueRunner(store, catalog);
  const clock = new RevenueClock();
  const onProblem = warn('the event store is out of reach; tokens and aliases are as last known');
  const tokens = new TokenDirectory({ store, catalog, clock, onProblem });
  const aliases = new AliasDirectory({ store, catalog, onProblem });
  const hits = new HitReader(secrets);
  const reader = new PostbackReader(runner, keys, hits);
  const ledger = new PostbackLedger(runner, clock);
  const transfers = new ReadModelTransferLookup(database);
  const postbacks = new ReadModelPostbackLookup(database);
  const finder = new TransferFinder(runner, transfers, postbacks, clock);
  const matcher = new PostbackMatcher({ finder, ledger, reader, clock });
  const shown = ShownPositions.of(database).together(
    transferMatchingProjection.name,
    postbackInboxProjection.name,
  );
  const leads = new LeadFinder(runner, transfers);
  const feedback = new LeadFeedbackIntake({ runner, keys, leads, clock });
  const onUntold = warn('a lead could not be told at once; the worker does it');
  const onLate = warn('a postback could not be matched at once; the worker does it');
  return {
    ...{ runner, clock, tokens, aliases, hits, reader, ledger, finder, matcher },
    statements: new StatementImporter({
      ...{ runner, keys, secrets, transfers, postbacks, clock, reader: hits },
      statements: new ReadModelStatementLookup(database),
    }),
    ...{ feedback, feedbackReader: new FeedbackReader(runner, keys) },
    ...{ promptFeedback: new PromptFeedback(feedback, onUntold) },
    prompt: new PromptMatching(matcher, shown, promptLimits, onLate),
    tokenLimiter: new TokenRateLimiter(),
    strangers: on.addressLimiter,
    start: () => {
      tokens.start();
      aliases.start();
    },
    stop: () => Promise.all([tokens.stop(), aliases.stop()]),
  };
}

/** What {@link revenueParts} makes. */
export type RevenueParts = ReturnType<typeof revenueParts>;

/** Where reports come in, and where people see and correct them. */
export const revenueControllers = [
  FeedbackAliasesController,
  FeedbackHitsController,
  FeedbackListController,
  PostbackHitsController,
  PostbacksController,
  StatementsController,
];

/** What is injected; nothing of it is there while routes are only described. */
export function revenueProviders(parts: Partial<RevenueParts> = {}): Provider[] {
  return [
    ...[
      PostbackGate,
      PostbackDesk,
      StatementDesk,
      StatementListing,
      ReceivePostbackHandler,
      GetPostbackHandler,
      PreviewPostbackHandler,
    ],
    ...[MatchPostbackHandler, LinkPostbackHandler, UnlinkPostbackHandler, IgnorePostbackHandler],
    ...[ConfirmMatchHandler, FeedbackDesk, FeedbackListing],
    { provide: LeadFeedbackIntake, useValue: parts.feedback },
    { provide: FeedbackReader, useValue: parts.feedbackReader },
    { provide: PromptFeedback, useValue: parts.promptFeedback },
    { provide: RevenueRunner, useValue: parts.runner },
    { provide: RevenueClock, useValue: parts.clock },
    { provide: TokenDirectory, useValue: parts.tokens },
    { provide: AliasDirectory, useValue: parts.aliases },
    { provide: HitReader, useValue: parts.hits },
    { provide: PostbackReader, useValue: parts.reader },
    { provide: PostbackLedger, useValue: parts.ledger },
    { provide: TransferFinder, useValue: parts.finder },
    { provide: PostbackMatcher, useValue: parts.matcher },
    { provide: StatementImporter, useValue: parts.statements },
    { provide: PromptMatching, useValue: parts.prompt },
    { provide: TokenRateLimiter, useValue: parts.tokenLimiter },
    { provide: StrangersLimiter, useValue: parts.strangers },
  ];
}
