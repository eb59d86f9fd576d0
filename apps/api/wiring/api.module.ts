import {
  AgentPort,
  CallerIds,
  CallsClock,
  ConsumerLine,
  DestinationLine,
  ChangeDialingHandler,
  GetDialingHandler,
  GetDialingVersionsHandler,
  AddDestinationHandler,
  ChangeDestinationHandler,
  DestinationReader,
  TurnDestinationHandler,
  GetScriptHandler,
  GetScriptHistoryHandler,
  PublishScriptHandler,
  RetireScriptHandler,
  ScriptLibrary,
} from '#libs/calls';
import { CommandRunner } from '#libs/event-store';
import {
  ConfigureDncRulesHandler,
  EligibilityLookups,
  GetDncRulesHandler,
  GetDncRulesVersionsHandler,
  GetLeadHandler,
  GetLeadHistoryHandler,
  ImportReader,
  ImportUploads,
  LeadReader,
  LiftSuppressionHandler,
  OccurrenceClock,
  OptOutHandler,
  OrdinalHint,
  ReceiveLeadHandler,
  RecordConsentHandler,
  RevokeConsentHandler,
  SuppressionList,
  SuppressNumberHandler,
} from '#libs/leads';
import { DataKeys, TenantSecrets } from '#libs/privacy';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Registry } from 'prom-client';
import { MeController } from '../account/me.controller.js';
import { DeadLettersController } from '../admin/dead-letters.controller.js';
import { ProjectionDesk } from '../admin/projection-desk.js';
import { ProjectionRequestsController } from '../admin/projection-requests.controller.js';
import { ProjectionsController } from '../admin/projections.controller.js';
import { DncRulesController } from '../dnc-rules/dnc-rules.controller.js';
import { DialingController } from '../dialing/dialing.controller.js';
import { DestinationListing } from '../destinations/destination-listing.js';
import { DestinationsController } from '../destinations/destinations.controller.js';
import { CallListing } from '../calls/call-listing.js';
import { CallsController } from '../calls/calls.controller.js';
import { HealthController } from '../health/health.controller.js';
import { Readiness } from '../health/readiness.js';
import { ImportDesk } from '../imports/import-desk.js';
import { ImportsController } from '../imports/imports.controller.js';
import { LeadListPast } from '../leads/lead-list-past.js';
import { LeadListing } from '../leads/lead-listing.js';
import { LeadsController } from '../leads/leads.controller.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { ProjectionMetrics } from '../metrics/projection-metrics.js';
import { ScriptListing } from '../scripts/script-listing.js';
import { ScriptsController } from '../scripts/scripts.controller.js';
import { QueueController } from '../queue/queue.controller.js';
import { QueueListing } from '../queue/queue-listing.js';
import { SuppressionListing } from '../suppressions/suppression-listing.js';
import { SuppressionsController } from '../suppressions/suppressions.controller.js';
import { OutcomeController } from '../telephony/outcome.controller.js';
import { TelephonyController } from '../telephony/telephony.controller.js';
import { type ApiParts } from './parts.js';
import { postbackControllers, postbackProviders } from './postback-parts.js';
import { reportControllers, reportProviders } from './report-parts.js';
import { revenueControllers, revenueProviders } from './revenue-parts.js';
import { DATABASE, EVENT_STORE, LOGGER, TELEPHONY_ACCOUNT } from './tokens.js';

/** The api: controllers, and the handlers their commands and queries go to. */
@Module({})
export class ApiModule {
  static on(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        LeadsController,
        ImportsController,
        SuppressionsController,
        DncRulesController,
        DialingController,
        TelephonyController,
        OutcomeController,
        DestinationsController,
        ScriptsController,
        CallsController,
        QueueController,
        ...reportControllers,
        ...revenueControllers,
        ...postbackControllers,
        MeController,
        ProjectionsController,
        DeadLettersController,
        ProjectionRequestsController,
        HealthController,
        MetricsController,
      ],
      providers: [
        ...partProviders(parts),
        ...handlers,
        ...reportProviders(parts.reports),
        ...revenueProviders(parts.revenue),
        ...postbackProviders(parts.postbacks),
        LeadListing,
        LeadListPast,
        SuppressionListing,
        DestinationListing,
        ScriptListing,
        CallListing,
        QueueListing,
        ImportDesk,
        Readiness,
        ProjectionMetrics,
        ProjectionDesk,
      ],
    };
  }
}

const handlers: Provider[] = [
  CallerIds,
  ReceiveLeadHandler,
  RecordConsentHandler,
  RevokeConsentHandler,
  OptOutHandler,
  SuppressNumberHandler,
  LiftSuppressionHandler,
  ConfigureDncRulesHandler,
  GetDncRulesHandler,
  GetDncRulesVersionsHandler,
  GetLeadHandler,
  GetLeadHistoryHandler,
  ChangeDialingHandler,
  GetDialingHandler,
  GetDialingVersionsHandler,
  AddDestinationHandler,
  ChangeDestinationHandler,
  TurnDestinationHandler,
  PublishScriptHandler,
  RetireScriptHandler,
  GetScriptHandler,
  GetScriptHistoryHandler,
];

function partProviders(parts: ApiParts): Provider[] {
  return [
    { provide: LOGGER, useValue: parts.logger },
    { provide: EVENT_STORE, useValue: parts.store },
    { provide: Registry, useValue: parts.registry },
    { provide: DATABASE, useValue: parts.database },
    { provide: CommandRunner, useValue: parts.runner },
    { provide: DataKeys, useValue: parts.keys },
    { provide: TenantSecrets, useValue: parts.secrets },
    { provide: EligibilityLookups, useValue: parts.lookups },
    { provide: SuppressionList, useValue: parts.suppressions },
    { provide: LeadReader, useValue: parts.reader },
    { provide: OccurrenceClock, useValue: parts.clock },
    { provide: CallsClock, useValue: parts.callsClock },
    { provide: OrdinalHint, useValue: parts.hint },
    { provide: ImportUploads, useValue: parts.uploads },
    { provide: ImportReader, useValue: parts.imports },
    { provide: ConsumerLine, useValue: parts.consumerLine },
    { provide: DestinationLine, useValue: parts.destinationLine },
    { provide: AgentPort, useValue: parts.agentPort },
    { provide: TELEPHONY_ACCOUNT, useValue: parts.telephonyAccount },
    { provide: DestinationReader, useValue: parts.destinations },
    { provide: ScriptLibrary, useValue: parts.scripts },
  ];
}
