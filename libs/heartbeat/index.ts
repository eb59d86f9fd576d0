export { Heart, heartbeatEveryMs, type HeartOptions } from './heart.js';
export {
  HEARTBEAT_PREFIX,
  type HeartbeatEvent,
  heartbeatEvents,
  HeartbeatRecorded,
  heartbeatStream,
} from './heartbeat.events.js';
