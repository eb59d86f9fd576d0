import { type ColumnType, type Generated } from 'kysely';

/** Read as an ISO-8601 UTC string; written as one, or as a Date. */
export type InstantColumn = ColumnType<string, string | Date, string | Date>;
type NullableInstantColumn = ColumnType<
  string | null,
  string | Date | null | undefined,
  string | Date | null
>;
type NullableText = ColumnType<string | null, string | null | undefined, string | null>;
/** Set by the database to the present instant unless given. */
type InstantByDefault = ColumnType<string, string | Date | undefined, string | Date>;

/** A tenant's identity key (it makes keyed hashes of phones), wrapped by the master key. */
export interface TenantSecretTable {
  tenantId: string;
  wrapped: Buffer;
  createdAt: InstantByDefault;
}

/** Keys that seal personal data, wrapped together by the master key; null once all are erased. */
export interface DataKeyBlockTable {
  blockId: string;
  tenantId: string;
  wrapped: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  createdAt: InstantByDefault;
  /** When a key of it was erased last. */
  erasedAt: NullableInstantColumn;
}

/**
 * One use of an Idempotency-Key: who is at work on it, and its outcome unless the log holds that.
 */
export interface IdempotencyKeyTable {
  tenantId: string;
  /** UUID, derived from the key and what it was sent to. */
  commandId: string;
  /** SHA-256 of the canonical body. */
  fingerprint: string;
  claimedAt: InstantByDefault;
  /** Until this instant somebody may be at work on it; another may take over then. */
  leaseUntil: InstantColumn;
  /** Null while the request is under way, and for good where the log holds the outcome. */
  status: number | null;
  headers: ColumnType<Record<string, string> | null, string | null | undefined, string | null>;
  body: string | null;
}

/** How much of a key's allowance of one minute is handed out. */
export interface RateWindowTable {
  tenantId: string;
  apiKeyId: string;
  windowStart: InstantColumn;
  used: number;
}

/** When an API key was last used; up to 10 s behind. */
export interface ApiKeyUsageTable {
  tenantId: string;
  keyId: string;
  lastUsedAt: InstantColumn;
}

/** One request to the api. `body` is sealed. */
export interface RequestLogTable {
  /** `noTenant` for a request that no key vouched for. */
  tenantId: string;
  id: string;
  at: InstantColumn;
  keyId: NullableText;
  method: string;
  route: string;
  status: number;
  latencyMs: number;
  bytesIn: number;
  bytesOut: number;
  outcome: NullableText;
  leadId: NullableText;
  errorCode: NullableText;
  body: NullableText;
}

/** One table of a projection: which version fills it, how far it has come, and proof of that. */
export interface ProjectionBuildTable {
  name: string;
  /** 1, 2, 3 … of each name. */
  build: number;
  version: number;
  tableName: string;
  /** Hash of the table's declaration, so that a change without a new version is noticed. */
  shape: string;
  state: 'requested' | 'building' | 'live' | 'cancelled' | 'failed' | 'kept';
  /** Whether the view of the projection's name shows it. */
  serving: boolean;
  /** Of the last event considered; null before the first. int8, never a float. */
  position: Generated<bigint | null>;
  /** How many events its handlers were given. */
  appliedCount: Generated<bigint>;
  /** Sum of their ids (`EventDigest`), 32 hex digits. */
  appliedDigest: Generated<string>;
  /** Why it stands still; null while it is well. */
  failure: Generated<string | null>;
  /** Of the live lease whose owner applies it, or did last; null before that. */
  epoch: Generated<bigint | null>;
  /** What its verification found; null before that. */
  finding: Generated<string | null>;
  /** Where the log ended when it began to be filled. */
  head: Generated<bigint | null>;
  /** How many events were looked at to fill it, those that do not concern it included. */
  eventsSeen: Generated<bigint>;
  requestedBy: string;
  requestedAt: InstantByDefault;
  startedAt: NullableInstantColumn;
  finishedAt: NullableInstantColumn;
  /** Where it stood when filling it began, or began again; null: at the beginning of the log. */
  filledFrom: Generated<bigint | null>;
  /** When the last event it has passed was recorded, by the clock of the event store. */
  passedAt: NullableInstantColumn;
  updatedAt: InstantByDefault;
}

/** What somebody asked to be done with the builds of a projection; kept as the record of it. */
export interface ProjectionRequestTable {
  /** UUID. */
  id: string;
  /** Requests are handled in this order. */
  place: Generated<bigint>;
  action: 'rebuild' | 'cancel' | 'resume' | 'rollback' | 'drop' | 'retry' | 'skip';
  name: string;
  build: number | null;
  details: ColumnType<Readonly<Record<string, unknown>>, string | undefined, string>;
  requestedBy: string;
  requestedAt: InstantByDefault;
  handledAt: NullableInstantColumn;
  /** `done`, or why not and what to do; null while it waits. */
  outcome: ColumnType<string | null, string | null | undefined, string | null>;
}

/** Who may apply projections. `epoch` grows with every new owner. */
export interface ProjectionLeaseTable {
  name: string;
  epoch: bigint;
  owner: string | null;
  /** Whether the owner's session has the advisory lock, so that a free lock means it is gone. */
  hasLock: boolean;
  expiresAt: InstantColumn;
}

/** An event that a build of a projection did not apply, under one of its keys. */
export interface ProjectionDeadLetterTable {
  name: string;
  build: number;
  key: string;
  position: bigint;
  /** `noTenant` if the event does not tell. */
  tenantId: string;
  eventId: string;
  eventType: string;
  stream: string;
  revision: bigint;
  /** Null if it only waits for one before it. */
  reason: string | null;
  state: Generated<'parked' | 'skipped'>;
  parkedAt: InstantByDefault;
  handledAt: NullableInstantColumn;
  handledBy: NullableText;
  note: NullableText;
}

/** A CSV import by the api. */
export interface LeadImportTable {
  tenantId: string;
  importId: string;
  /** Of the upload whose rows it works on. */
  uploadId: string;
  apiKeyId: string;
  mode: 'live' | 'test';
  source: string | null;
  /** The tenant's intake policy when the import was posted. */
  policy: ColumnType<Readonly<Record<string, unknown>>, string, string>;
  /** Sealed: the file's name and what becomes of each of its columns. */
  layout: string;
  /** The data key of the rows, destroyed when all are done. */
  rowsKeyId: string;
  rowsTotal: number;
  rowsDone: Generated<number>;
  created: Generated<number>;
  duplicate: Generated<number>;
  ineligible: Generated<number>;
  error: Generated<number>;
  /** How often its next rows failed in a way that waiting does not mend. */
  attempts: Generated<number>;
  /** Code of what ended it early; null while it is well. */
  failure: string | null;
  createdAt: InstantByDefault;
  startedAt: NullableInstantColumn;
  /** Those worked on longest ago come next. */
  workedAt: InstantByDefault;
  finishedAt: NullableInstantColumn;
}

/** Rows of an import that are still to be done. */
export interface LeadImportChunkTable {
  tenantId: string;
  uploadId: string;
  /** Number of the first of its rows. */
  firstRow: number;
  /** Sealed. */
  rows: string;
  createdAt: InstantByDefault;
}

/** What became of a row of an import. Holds nothing personal. */
export interface LeadImportOutcomeTable {
  tenantId: string;
  importId: string;
  row: number;
  outcome: 'created' | 'duplicate' | 'ineligible' | 'error';
  leadId: string | null;
  status: string | null;
  reason: string | null;
}

/** How far a reactor has come. No rebuild touches it. */
export interface ReactorCheckpointTable {
  name: string;
  /** Every event up to here is dealt with, or kept for later; null before the first. */
  position: bigint | null;
  /** When the last event it has passed was recorded; what is missing to now is its lag. */
  passedAt: NullableInstantColumn;
  /** Of the lease under which it was moved last. */
  epoch: bigint;
  /** How many events failed and wait to be tried again. */
  parked: Generated<number>;
  /** The first of them, and why it failed; null while all is well. */
  failure: string | null;
  updatedAt: InstantByDefault;
}

/** An event that a reactor is to be shown again. */
export interface ReactorLaterTable {
  reactor: string;
  eventId: string;
  stream: string;
  revision: bigint;
  position: bigint;
  dueAt: InstantColumn;
  /** How often it was shown, failures not counted. */
  turn: number;
  /** What the reactor wants to remember until then. Never personal. */
  memo: ColumnType<Readonly<Record<string, unknown>> | null, string | null, string | null>;
  /** Later events of the stream wait for it. */
  holdsStream: boolean;
  attempts: number;
  /** Why it failed last; null if the reactor asked for it. */
  failure: string | null;
}

/** The tables that are no read models, as Kysely sees them. */
export interface OperationalTables {
  tenantSecret: TenantSecretTable;
  dataKeyBlock: DataKeyBlockTable;
  idempotencyKey: IdempotencyKeyTable;
  rateWindow: RateWindowTable;
  apiKeyUsage: ApiKeyUsageTable;
  requestLog: RequestLogTable;
  projectionBuild: ProjectionBuildTable;
  projectionRequest: ProjectionRequestTable;
  projectionLease: ProjectionLeaseTable;
  projectionDeadLetter: ProjectionDeadLetterTable;
  leadImport: LeadImportTable;
  leadImportChunk: LeadImportChunkTable;
  leadImportOutcome: LeadImportOutcomeTable;
  reactorCheckpoint: ReactorCheckpointTable;
  reactorLater: ReactorLaterTable;
}
