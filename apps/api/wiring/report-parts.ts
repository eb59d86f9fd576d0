import { type CommandRunner, type EventCatalog, type EventStore } from '#libs/event-store';
import {
  AliasDirectory,
  aliasEvents,
  ChangeAliasesHandler,
  ChangePostbackTokenHandler,
  CreatePostbackTokenHandler,
  GetAliasVersionsHandler,
  PostbackTokenRunner,
  postbackTokenEvents,
  RevenueClock,
  RevokePostbackTokenHandler,
  RotatePostbackTokenHandler,
  TokenDirectory,
} from '#libs/revenue';
import { type Settings } from '#libs/settings';
import { type Provider, type Type } from '@nestjs/common';
import { type Logger } from 'pino';
import { AliasesController } from '../aliases/aliases.controller.js';
import { KnownDestinations } from '../postback-tokens/known-destinations.js';
import { PostbackTokensController } from '../postback-tokens/postback-tokens.controller.js';
import { PostbackInboxController } from '../postbacks/postback-inbox.controller.js';
import { PostbackInboxListing } from '../postbacks/postback-inbox-listing.js';
import { ReportMoment } from '../reports/report-moment.js';
import { ReportsController } from '../reports/reports.controller.js';
import { RevenueReportDesk } from '../reports/revenue-report-desk.js';
import { TransferListing } from '../reports/transfer-listing.js';
import { TransfersController } from '../reports/transfers.controller.js';
import { PUBLIC_BASE_URL } from './tokens.js';

/** Events of what tenants configure for reports of buyers. */
export const reportSettingsEvents = [...postbackTokenEvents, ...aliasEvents] as const;

/** What tokens, aliases and reports need beside what every part of the api has. */
export type ReportParts = ReturnType<typeof reportParts>;

/** Follows the log for tokens and aliases; `start` begins to. */
export function reportParts(
  settings: Settings,
  writing: {
    readonly store: EventStore;
    readonly catalog: EventCatalog;
    readonly runner: CommandRunner;
  },
  logger: Logger,
) {
  const { store, catalog } = writing;
  const onProblem = (error: unknown) => {
    logger.warn(
      { err: error },
      'the event store is out of reach; tokens and aliases as last known',
    );
  };
  const tokens = new TokenDirectory({ store, catalog, onProblem });
  const aliases = new AliasDirectory({ store, catalog, onProblem });
  return {
    ...{ tokens, aliases },
    publicBaseUrl: publicBaseUrlOf(settings),
    start: () => {
      tokens.start();
      aliases.start();
    },
    stop: () => Promise.allSettled([tokens.stop(), aliases.stop()]),
  };
}

function publicBaseUrlOf({ publicBaseUrl, host, port }: Settings): string {
  return (publicBaseUrl ?? `http://${host}:${port}`).replace(/\/$/, '');
}

/** Controllers of tokens, aliases, hits and reports. */
export const reportControllers: Type[] = [
  PostbackTokensController,
  AliasesController,
  PostbackInboxController,
  ReportsController,
  TransfersController,
];

/** What those controllers and their commands go to. `parts` is missing where Nest only reads. */
export function reportProviders(parts: ReportParts | undefined): Provider[] {
  return [
    { provide: TokenDirectory, useValue: parts?.tokens },
    { provide: AliasDirectory, useValue: parts?.aliases },
    { provide: PUBLIC_BASE_URL, useValue: parts?.publicBaseUrl },
    { provide: RevenueClock, useValue: new RevenueClock() },
    ...[PostbackTokenRunner, KnownDestinations, ReportMoment, RevenueReportDesk],
    ...[TransferListing, PostbackInboxListing],
    ...[CreatePostbackTokenHandler, ChangePostbackTokenHandler, RotatePostbackTokenHandler],
    ...[RevokePostbackTokenHandler, ChangeAliasesHandler, GetAliasVersionsHandler],
  ];
}
