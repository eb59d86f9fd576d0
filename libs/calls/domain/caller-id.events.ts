import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';
import { instant, OneOf } from './field-types.js';

export const CallerIdTaken = defineEvent({
  type: 'CallerIdTaken',
  version: 1,
  doc: 'A tenant took a number to call from; no other tenant may show it, as long as it does.',
  schema: Type.Object({
    number: Type.String({ description: 'A number of ours, E.164.' }),
    mode: OneOf(['live', 'sandbox'] as const, {
      description: 'Of the tenant: what sandboxes take keeps nobody from real calls.',
    }),
    tenantId: Type.String({ description: 'Who took it.' }),
    takenAt: instant('When.'),
  }),
});

/** What happens to a number that is called from; on `callerId-<number>` streams. */
export const callerIdEvents = [CallerIdTaken] as const;

/** Any of them. */
export type CallerIdEvent = EventOf<(typeof callerIdEvents)[number]>;
/** Whether a tenant’s calls ring real phones. */
export type CallerIdMode = CallerIdEvent['data']['mode'];
