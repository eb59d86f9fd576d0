import { type Migration } from 'kysely';
import * as roles from './0001-roles.js';
import * as privacyKeys from './0002-privacy-keys.js';
import * as idempotencyKey from './0003-idempotency-key.js';
import * as rateWindow from './0004-rate-window.js';
import * as requestLog from './0005-request-log.js';
import * as projectionCheckpoint from './0006-projection-checkpoint.js';
import * as apiKeyUsage from './0007-api-key-usage.js';
import * as leadImport from './0008-lead-import.js';
import * as idempotencyClaim from './0009-idempotency-claim.js';
import * as dataKeyBlocks from './0010-data-key-blocks.js';
import * as requestLogByTime from './0011-request-log-by-time.js';
import * as projectionBuild from './0012-projection-build.js';
import * as projectionDeadLetter from './0013-projection-dead-letter.js';
import * as reactors from './0014-reactors.js';
import * as projectionAudit from './0015-projection-audit.js';
import * as projectionLag from './0016-projection-lag.js';

/**
 * Every step of the operational tables, in order. A step that was released is never changed; a new
 * one is a new file and a new line.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-roles': roles,
  '0002-privacy-keys': privacyKeys,
  '0003-idempotency-key': idempotencyKey,
  '0004-rate-window': rateWindow,
  '0005-request-log': requestLog,
  '0006-projection-checkpoint': projectionCheckpoint,
  '0007-api-key-usage': apiKeyUsage,
  '0008-lead-import': leadImport,
  '0009-idempotency-claim': idempotencyClaim,
  '0010-data-key-blocks': dataKeyBlocks,
  '0011-request-log-by-time': requestLogByTime,
  '0012-projection-build': projectionBuild,
  '0013-projection-dead-letter': projectionDeadLetter,
  '0014-reactors': reactors,
  '0015-projection-audit': projectionAudit,
  '0016-projection-lag': projectionLag,
};
