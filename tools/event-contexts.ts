import { accountEvents } from '#libs/accounts';
import {
  destinationEvents,
  destinationUsageEvents,
  dialEvents,
  callerIdEvents,
  dialingEvents,
  prequalificationEvents,
  scriptEvents,
  transferEvents,
} from '#libs/calls';
import { type EventDefinition } from '#libs/event-store';
import { heartbeatEvents } from '#libs/heartbeat';
import { dncRulesEvents, leadEvents, suppressionEvents } from '#libs/leads';
import { postbackDeliveryEvents, postbackTargetEvents } from '#libs/postbacks';
import {
  aliasEvents,
  feedbackEvents,
  leadFeedbackEvents,
  postbackEvents,
  postbackTokenEvents,
  revenueEvents,
  statementEvents,
} from '#libs/revenue';

/** Events that are told together, in the order of the reference. */
export interface EventContext {
  readonly title: string;
  readonly events: readonly EventDefinition[];
}

/** Every stored event of the system. To add a context, add its events here. */
export const eventContexts: readonly EventContext[] = [
  { title: 'Leads', events: leadEvents },
  { title: 'Suppression', events: suppressionEvents },
  { title: 'Meaning of do-not-call lists', events: dncRulesEvents },
  { title: 'Calls', events: dialEvents },
  { title: 'Prequalification', events: prequalificationEvents },
  { title: 'Transfers', events: transferEvents },
  { title: 'Destinations', events: destinationEvents },
  { title: 'Destination caps', events: destinationUsageEvents },
  { title: 'Scripts', events: scriptEvents },
  { title: 'Dialing settings', events: dialingEvents },
  { title: 'Numbers to call from', events: callerIdEvents },
  { title: 'Postbacks', events: postbackEvents },
  { title: 'Revenue', events: revenueEvents },
  { title: 'Feedback of buyers', events: [...feedbackEvents, ...leadFeedbackEvents] },
  { title: 'Postback tokens', events: postbackTokenEvents },
  { title: 'Alias maps', events: aliasEvents },
  { title: 'Postback targets', events: postbackTargetEvents },
  { title: 'Postback deliveries', events: postbackDeliveryEvents },
  { title: 'Statements of buyers', events: statementEvents },
  { title: 'Tenants and API keys', events: accountEvents },
  { title: 'The system itself', events: heartbeatEvents },
];
