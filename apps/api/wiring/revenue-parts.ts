import { EventCatalog, type EventStore } from '#libs/event-store';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { type AddressRateLimiter } from '#libs/rate-limit';
import { type Database, ShownPositions } from '#libs/read-db';
import {
  AliasDirectory,
  ConfirmMatchHandler,
  GetPostbackHandler,
  HitReader,
  IgnorePostbackHandler,
  LinkPostbackHandler,
  MatchPostbackHandler,
  PostbackLedger,
  PostbackMatcher,
  PostbackReader,
  PreviewPostbackHandler,
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
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
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
  const finder = new TransferFinder(runner, transfers, postbacks);
  const matcher = new PostbackMatcher({ finder, ledger, reader, clock });
  const shown = ShownPositions.of(database).together(
    transferMatchingProjection.name,
    postbackInboxProjection.name,
  );
  const onLate = warn('a postback could not be matched at once; the worker does it');
  return {
    ...{ runner, clock, tokens, aliases, hits, reader, ledger, finder, matcher },
    statements: new StatementImporter({
      ...{ runner, keys, secrets, transfers, postbacks, clock },
      reader: hits,
    }),
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
    ConfirmMatchHandler,
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
