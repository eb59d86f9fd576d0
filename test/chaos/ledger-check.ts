import { isDeepStrictEqual } from 'node:util';
import { connectEventStore, EventCatalog, followLog } from '#libs/event-store';
import { LEAD_PREFIX, type LeadEvent, leadEvents } from '#libs/leads';
import { caughtUpTo, connectDatabase, foldInMemory, type ProjectedEvent } from '#libs/read-db';
import { leadListProjection } from '#projections/lead-list';
import { type Acknowledgement } from './submission.js';

type LoggedLeadEvent = ProjectedEvent<LeadEvent>;

const catchesUpWithinMs = 120_000;

/** Every event of every lead, in order, read from the log itself. */
export async function readLeads(eventStoreUrl: string): Promise<LoggedLeadEvent[]> {
  const store = connectEventStore(eventStoreUrl);
  const done = new AbortController();
  const events: LoggedLeadEvent[] = [];
  const log = followLog({
    store,
    catalog: new EventCatalog(leadEvents),
    after: null,
    streamPrefixes: [LEAD_PREFIX],
    signal: done.signal,
  });
  for await (const message of log) {
    if (message.kind === 'caught_up') break;
    if (message.kind === 'event') events.push(message.event as LoggedLeadEvent);
  }
  await store.close();
  return events;
}

/** What clients were told that the log does not bear out; empty if all is well. */
export function compareWithLog(
  acknowledgements: readonly Acknowledgement[],
  events: readonly LoggedLeadEvent[],
): string[] {
  const received = countBy(events, 'LeadReceived', (event) => event.data.leadId);
  const repeated = countBy(events, 'LeadDeduplicated', (event) => event.data.leadId);
  const byPhone = countBy(events, 'LeadReceived', (event) => phoneOf(event));
  const told = group(acknowledgements, ({ leadId }) => leadId);
  return [
    ...[...told].flatMap(([leadId, acks]) => checkLead(leadId, acks, received, repeated)),
    ...[...received.keys()].filter((id) => !told.has(id)).map((id) => `${id} was told to nobody`),
    ...doubled(received, 'lead'),
    ...doubled(byPhone, 'phone'),
    ...checkPhones(acknowledgements),
  ];
}

function checkLead(
  leadId: string,
  acks: readonly Acknowledgement[],
  received: ReadonlyMap<string, number>,
  repeated: ReadonlyMap<string, number>,
): string[] {
  const created = acks.filter(({ outcome }) => outcome === 'created').length;
  const duplicates = acks.length - created;
  const problems: string[] = [];
  if (!received.has(leadId)) problems.push(`${leadId} was acknowledged and is not in the log`);
  if (created !== 1) problems.push(`${leadId} was called created ${created} times`);
  const logged = repeated.get(leadId) ?? 0;
  if (logged !== duplicates) {
    problems.push(
      `${leadId} was called a duplicate ${duplicates} times and logged ${logged} times`,
    );
  }
  return problems;
}

/** Whatever was submitted under one phone has one id: the window of 30 days is not over yet. */
function checkPhones(acknowledgements: readonly Acknowledgement[]): string[] {
  const byPhone = group(acknowledgements, ({ submission }) => submission.phone);
  return [...byPhone.values()]
    .map((acks) => new Set(acks.map(({ leadId }) => leadId)))
    .filter((ids) => ids.size > 1)
    .map((ids) => `one phone has the leads ${[...ids].join(', ')}`);
}

/** Answers under one Idempotency-Key that differ from what was said the first time. */
export function compareReplays(
  first: readonly Acknowledgement[],
  again: readonly Acknowledgement[],
): string[] {
  const said = new Map(first.map((ack) => [ack.submission.idempotencyKey, ack]));
  return again
    .filter(({ submission, outcome, leadId }) => {
      const before = said.get(submission.idempotencyKey);
      return before?.leadId !== leadId || before.outcome !== outcome;
    })
    .map(({ submission }) => `key ${submission.idempotencyKey} was answered in two ways`);
}

/** Rows of the read model lead_list that differ from a fold of the log made here. */
export async function compareReadModel(
  databaseUrl: string,
  events: readonly LoggedLeadEvent[],
): Promise<string[]> {
  const database = connectDatabase({ url: databaseUrl, role: 'owner', applicationName: 'chaos' });
  try {
    const end = events.at(-1)?.position ?? 0n;
    const options = { timeoutMs: catchesUpWithinMs };
    if (!(await caughtUpTo(database, ['lead_list'], end, options))) {
      return [`lead_list did not catch up within ${catchesUpWithinMs / 1_000} s`];
    }
    const { rows } = await database.pool.query<Record<string, unknown>>('select * from lead_list');
    return differences(rows.map(camelCased), foldInMemory(leadListProjection, events));
  } finally {
    await database.close();
  }
}

function differences(
  actual: readonly Record<string, unknown>[],
  expected: readonly object[],
): string[] {
  const rows = new Map(actual.map((row) => [row.leadId, row]));
  const wrong = expected.filter((row) => {
    const { leadId } = row as { leadId?: unknown };
    return !isDeepStrictEqual({ ...rows.get(leadId) }, { ...row });
  });
  const problems = wrong.map(
    (row) => `lead_list differs for ${JSON.stringify(Object.values(row)[1])}`,
  );
  if (actual.length !== expected.length) {
    problems.push(`lead_list has ${actual.length} rows, the log ${expected.length} leads`);
  }
  return problems;
}

function camelCased(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

function phoneOf(event: LoggedLeadEvent): string {
  return event.type === 'LeadReceived' ? event.data.phoneHash : '';
}

function countBy(
  events: readonly LoggedLeadEvent[],
  type: LeadEvent['type'],
  key: (event: LoggedLeadEvent) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.type === type) counts.set(key(event), (counts.get(key(event)) ?? 0) + 1);
  }
  return counts;
}

function doubled(counts: ReadonlyMap<string, number>, what: string): string[] {
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `${what} ${key} was received ${count} times`);
}

function group<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
