import { createHash } from 'node:crypto';
import { CompiledQuery, type Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ApiKey } from './api-keys.js';
import type { PeerDatabase } from './database.js';
import { assessConsent } from './consent.js';
import { customFields, type LeadDto } from './lead.dto.js';
import { normalisePhone } from './phone.js';
import { PeerError } from './peer-error.js';
import { RECEIVE_LEAD } from './receive-lead.statement.js';

/** A submission and who made it. */
export interface Submission {
  readonly lead: LeadDto;
  readonly key: ApiKey;
  readonly idempotencyKey: string | null;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** What the caller is told. */
export interface Answer {
  readonly outcome: 'created' | 'duplicate';
  readonly lead_id: string;
  readonly status: string;
}

/** The same submission was answered before, with this. */
export interface Replay {
  readonly answer: Answer;
  readonly replayed: boolean;
}

const uniqueViolation = '23505';

/** Takes leads in. */
export class LeadService {
  constructor(private readonly database: Kysely<PeerDatabase>) {}

  /** Stores the lead, or finds the one there is; once per Idempotency-Key. */
  async receive(submission: Submission): Promise<Replay> {
    const fingerprint = submission.idempotencyKey === null ? null : fingerprintOf(submission.lead);
    try {
      const answer = await this.#store(submission, fingerprint);
      return { answer, replayed: false };
    } catch (error) {
      if (fingerprint === null || !isRepeatedKey(error)) throw error;
      return { answer: await this.#earlierAnswer(submission, fingerprint), replayed: true };
    }
  }

  async #store(submission: Submission, fingerprint: Buffer | null): Promise<Answer> {
    const values = rowValues(submission, fingerprint);
    const { rows } = await this.database.executeQuery<Answer>(
      CompiledQuery.raw(RECEIVE_LEAD, values),
    );
    const [answer] = rows;
    if (answer === undefined) throw new Error('The statement answers with one row.');
    return answer;
  }

  async #earlierAnswer({ key, idempotencyKey }: Submission, fingerprint: Buffer): Promise<Answer> {
    const row = await this.database
      .selectFrom('idempotency_key')
      .select(['fingerprint', 'outcome', 'lead_id', 'lead_status'])
      .where('tenant_id', '=', key.tenantId)
      .where('api_key_id', '=', key.id)
      .where('key', '=', idempotencyKey ?? '')
      .executeTakeFirstOrThrow();
    if (!row.fingerprint.equals(fingerprint)) {
      throw new PeerError(422, 'idempotency_key_reuse', 'This key came with another body before.');
    }
    return { outcome: row.outcome, lead_id: row.lead_id, status: row.lead_status };
  }
}

/** In the order of the statement's parameters. */
function rowValues(submission: Submission, fingerprint: Buffer | null): unknown[] {
  const { lead, key, idempotencyKey, ip, userAgent } = submission;
  const phone = normalisePhone(lead.phone);
  const now = new Date();
  const reasons = assessConsent(lead.consent, now);
  const status = reasons.length === 0 ? 'new' : 'ineligible';
  return [
    key.tenantId,
    phone.e164,
    uuidv7(),
    status,
    now.toISOString(),
    lead.phone,
    phone.extension,
    phone.country,
    phone.type,
    phone.valid,
    reasons,
    text(lead.source),
    text(lead.first_name),
    text(lead.last_name),
    text(lead.email),
    text(lead.state)?.toUpperCase() ?? null,
    text(lead.zip),
    text(lead.city),
    text(lead.dob),
    instant(lead.consent?.consent_timestamp),
    text(lead.consent?.consent_text_version),
    text(lead.consent?.source_url),
    JSON.stringify(lead.attribution ?? {}),
    JSON.stringify(customFields(lead)),
    key.id,
    ip,
    userAgent,
    idempotencyKey,
    fingerprint,
  ];
}

function text(value: string | undefined): string | null {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === '' ? null : trimmed;
}

function instant(value: string | undefined): string | null {
  const ms = Date.parse(value ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function fingerprintOf(lead: LeadDto): Buffer {
  return createHash('sha256').update(JSON.stringify(lead)).digest();
}

function isRepeatedKey(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === uniqueViolation &&
    'constraint' in error &&
    error.constraint === 'idempotency_key_pkey'
  );
}
