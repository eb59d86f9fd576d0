import { callEvents } from '#events/calls';
import { leadEvents } from '#events/leads';
import { aliasEvents, postbackTokenEvents } from '../domain/postback-settings.events.js';
import { feedbackEvents, leadFeedbackEvents } from '../domain/lead-feedback.events.js';
import { postbackEvents } from '../domain/postback.events.js';
import { revenueEvents } from '../domain/revenue.events.js';
import { statementEvents } from '../domain/statement.events.js';

/** Everything on the streams that revenue reads and writes. */
export const revenueStreamEvents = [
  ...leadEvents,
  ...callEvents,
  ...revenueEvents,
  ...leadFeedbackEvents,
  ...feedbackEvents,
  ...postbackEvents,
  ...postbackTokenEvents,
  ...aliasEvents,
  ...statementEvents,
] as const;
