export { type LoggedRequest } from './logged-request.js';
export { RepeatedRequests } from './repeated-requests.js';
export { RequestLog, type RequestLogOptions } from './request-log.js';
export { sweepRequestLog } from './request-log-store.js';
