import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';

/** What the name of the heartbeats' one stream begins with, for filters on the log. */
export const HEARTBEAT_PREFIX = 'system-heartbeat';
/** The one stream of all heartbeats. Only its newest are kept. */
export const heartbeatStream = HEARTBEAT_PREFIX;

export const HeartbeatRecorded = defineEvent({
  type: 'HeartbeatRecorded',
  version: 1,
  doc: 'The worker that keeps the read models was alive, so that their lag is known in silence too.',
  schema: Type.Object({
    leaseEpoch: Type.String({
      description: 'Which holder of the lease wrote it; a whole number that grows with each.',
    }),
  }),
});

/** What the system itself records; the stored format of the stream `system-heartbeat`. */
export const heartbeatEvents = [HeartbeatRecorded] as const;

/** Any event of the system itself. */
export type HeartbeatEvent = EventOf<(typeof heartbeatEvents)[number]>;
