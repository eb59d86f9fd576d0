import {
  aliasEvents,
  ChangeAliasesHandler,
  ChangePostbackTokenHandler,
  CreatePostbackTokenHandler,
  GetAliasVersionsHandler,
  PostbackTokenRunner,
  postbackTokenEvents,
  RevokePostbackTokenHandler,
  RotatePostbackTokenHandler,
} from '#libs/revenue';
import { type Settings } from '#libs/settings';
import { type Provider, type Type } from '@nestjs/common';
import { AliasesController } from '../aliases/aliases.controller.js';
import { KnownDestinations } from '../postback-tokens/known-destinations.js';
import { PostbackTokensController } from '../postback-tokens/postback-tokens.controller.js';
import { PostbackInboxController } from '../postbacks/postback-inbox.controller.js';
import { PostbackInboxListing } from '../postbacks/postback-inbox-listing.js';
import { ReportMoment } from '../reports/report-moment.js';
import { ReportsController } from '../reports/reports.controller.js';
import { CallingReportDesk } from '../reports/calling-report-desk.js';
import { RevenueReportDesk } from '../reports/revenue-report-desk.js';
import { TransferListing } from '../reports/transfer-listing.js';
import { TransfersController } from '../reports/transfers.controller.js';
import { PUBLIC_BASE_URL } from './tokens.js';

/** Events of what tenants configure for reports of buyers. */
export const reportSettingsEvents = [...postbackTokenEvents, ...aliasEvents] as const;

/** What tokens, aliases and reports need beside what every part of the api has. */
export interface ReportParts {
  readonly publicBaseUrl: string;
}

/** Where senders of reports find the api, for the addresses that are shown with a new token. */
export function reportParts(settings: Settings): ReportParts {
  return { publicBaseUrl: publicBaseUrlOf(settings) };
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
    { provide: PUBLIC_BASE_URL, useValue: parts?.publicBaseUrl },
    ...[PostbackTokenRunner, KnownDestinations, ReportMoment, RevenueReportDesk],
    CallingReportDesk,
    ...[TransferListing, PostbackInboxListing],
    ...[CreatePostbackTokenHandler, ChangePostbackTokenHandler, RotatePostbackTokenHandler],
    ...[RevokePostbackTokenHandler, ChangeAliasesHandler, GetAliasVersionsHandler],
  ];
}
