import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Moment, recordedBy, UndecodableEvent } from '#libs/event-store';
import { LEAD_STATUSES, type LeadStreamEvent } from '#libs/leads';
import {
  connectDatabase,
  type Database,
  foldInMemory,
  inTenant,
  type ProjectedEvent,
} from '#libs/read-db';
import {
  applyEvents,
  aVerdict,
  callAttempted,
  callEnded,
  consentRecorded,
  type FreshDatabase,
  freshDatabase,
  lawRuns,
  leadDeduplicated,
  leadFoundEligible,
  leadFoundIneligible,
  leadReceived,
  storedEvent,
} from '#libs/testing';
import {
  foldsPerPageMax,
  type LeadListFilter,
  leadListProjection,
  type LeadListRow,
  type LeadListSources,
  listCandidates,
  listLeadsAsOf,
} from './index.js';

const startMs = Date.parse('2026-01-05T12:00:00.000Z');

let fresh: FreshDatabase;
let api: Database;
let worker: Database;
let histories = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [leadListProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** One thing that happens to one of a few leads; the first one is always its receipt. */
interface Step {
  readonly lead: number;
  readonly kind: 'duplicate' | 'consent' | 'eligible' | 'ineligible' | 'called' | 'ended';
  readonly afterMs: number;
  /** By how much the clock that dates receipts differs from the log's. */
  readonly skewMs: number;
  readonly eligible: boolean;
  readonly source: string | null;
  readonly state: string | null;
  readonly mode: 'live' | 'test';
}

const step: fc.Arbitrary<Step> = fc.record({
  lead: fc.nat({ max: 9 }),
  kind: fc.constantFrom('duplicate', 'consent', 'eligible', 'ineligible', 'called', 'ended'),
  afterMs: fc.constantFrom(0, 1, 500, 40_000, 3_600_000),
  skewMs: fc.integer({ min: -5_000, max: 59_000 }),
  eligible: fc.boolean(),
  source: fc.constantFrom('web', 'radio', null),
  state: fc.constantFrom('TX', 'CA', null),
  mode: fc.constantFrom('live', 'test'),
});

function eventOf(
  { kind, ...facts }: Step,
  leadId: string,
  first: boolean,
  at: number,
): LeadStreamEvent {
  const { skewMs, eligible, source, state, mode } = facts;
  if (first) {
    const receivedAt = new Date(at + skewMs).toISOString();
    const verdict = eligible ? aVerdict() : aVerdict('consent_missing');
    const phoneHash = `phone-${facts.lead % 4}`;
    return leadReceived({ leadId, receivedAt, verdict, source, state, mode, phoneHash });
  }
  if (kind === 'duplicate') return leadDeduplicated(new Date(at).toISOString(), leadId);
  if (kind === 'consent') return consentRecorded(leadId);
  if (kind === 'called') return callAttempted({ leadId });
  if (kind === 'ended') return callEnded({ leadId });
  return kind === 'eligible' ? leadFoundEligible(leadId) : leadFoundIneligible(['x'], leadId);
}

/** A history of a tenant of its own, further on in the log than any before it. */
function historyOf(steps: readonly Step[]): ProjectedEvent<LeadStreamEvent>[] {
  histories += 1;
  const tenantId = `tenant-${histories}`;
  const revisions = new Map<string, bigint>();
  let atMs = startMs;
  return steps.map((each, index) => {
    atMs += each.afterMs;
    const leadId = `lead-${each.lead}`;
    const revision = (revisions.get(leadId) ?? -1n) + 1n;
    revisions.set(leadId, revision);
    const event = eventOf(each, leadId, revision === 0n, atMs);
    return storedEvent(event, BigInt(histories * 1_000_000 + index * 10), {
      ...{ tenantId, revision, stream: leadId, recordedAt: new Date(atMs).toISOString() },
    });
  });
}

const streamOf = (events: readonly ProjectedEvent<LeadStreamEvent>[], leadId: string) =>
  events.filter(({ stream }) => stream === leadId);

/** As the api puts it together, with a log in memory that counts what is read of it. */
function sourcesOf(
  events: readonly ProjectedEvent<LeadStreamEvent>[],
  moment: Moment,
  filter: LeadListFilter,
): LeadListSources & { readonly read: string[] } {
  const tenantId = events[0]!.metadata.tenantId;
  const next = events.find(
    ({ position }) => moment.kind === 'position' && position > moment.position,
  );
  const recordedUntil =
    moment.kind === 'instant'
      ? moment.instant
      : (next?.recordedAt.toISOString() ?? '2027-01-01T00:00:00.000Z');
  const read: string[] = [];
  return {
    read,
    candidates: (after, limit) =>
      inTenant(api, tenantId, (transaction) =>
        listCandidates(transaction, filter, { moment, recordedUntil, after, limit }),
      ),
    events: (leadId) => {
      read.push(leadId);
      return Promise.resolve(recordedBy(streamOf(events, leadId), moment));
    },
  };
}

async function everyPage(
  sources: LeadListSources,
  moment: Moment,
  filter: LeadListFilter,
  limit: number,
): Promise<LeadListRow[]> {
  const rows: LeadListRow[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listLeadsAsOf>> = await listLeadsAsOf(
      ...([sources, moment, filter] as const),
      { limit, ...(cursor !== null && { cursor }) },
    );
    expect(page.items.length).toBeLessThanOrEqual(limit);
    if (page.nextCursor !== null) expect(page.items).toHaveLength(limit);
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}

/** What the list must be: a fold of the past, filtered and sorted. */
function expected(
  events: readonly ProjectedEvent<LeadStreamEvent>[],
  moment: Moment,
  filter: LeadListFilter,
): LeadListRow[] {
  const { receivedFrom = '', receivedTo = '9', ...equal } = filter;
  return foldInMemory(leadListProjection, recordedBy(events, moment))
    .filter((row) =>
      Object.entries(equal).every(([name, value]) => row[name as keyof LeadListRow] === value),
    )
    .filter(({ receivedAt }) => receivedAt >= receivedFrom && receivedAt < receivedTo)
    .sort((a, b) => (`${a.receivedAt} ${a.leadId}` < `${b.receivedAt} ${b.leadId}` ? 1 : -1));
}

const optional = <Value>(name: string, value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined }).map((each) => (each === undefined ? {} : { [name]: each }));
const instantIn = fc
  .integer({ min: 0, max: 40 * 3_600_000 })
  .map((ms) => new Date(startMs + ms).toISOString());

const anyFilter = fc
  .tuple(
    optional('status', fc.constantFrom(...LEAD_STATUSES)),
    optional('mode', fc.constantFrom('live', 'test')),
    optional('source', fc.constantFrom('web', 'radio')),
    optional('state', fc.constantFrom('TX', 'CA')),
    optional('phoneHash', fc.constantFrom('phone-0', 'phone-1')),
    optional('receivedFrom', instantIn),
    optional('receivedTo', instantIn),
  )
  .map((parts): LeadListFilter => Object.assign({}, ...parts) as LeadListFilter);

describe('the list of leads as it stood', () => {
  it('is the fold of what had been recorded by then, for any filter and page', async () => {
    const arbitrary = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
      questions: fc.array(
        fc.record({
          cut: fc.nat({ max: 59 }),
          byInstant: fc.boolean(),
          filter: fc.oneof(fc.constant<LeadListFilter>({}), anyFilter),
          limit: fc.integer({ min: 1, max: 12 }),
        }),
        { minLength: 8, maxLength: 8 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ steps, questions }) => {
        const events = historyOf(steps);
        await applyEvents(worker, [leadListProjection], events);
        for (const { cut, byInstant, filter, limit } of questions) {
          const { recordedAt, position } = events[Math.min(cut, events.length - 1)]!;
          const moment: Moment = byInstant
            ? { kind: 'instant', instant: recordedAt.toISOString() }
            : { kind: 'position', position };
          const sources = sourcesOf(events, moment, filter);
          const rows = await everyPage(sources, moment, filter, limit);
          expect(rows).toEqual(expected(events, moment, filter));
        }
      }),
      { numRuns: lawRuns({ quick: 30, full: 300 }) },
    );
  });

  const steps = Array.from({ length: 30 }, (_, index): Step => ({
    ...{ lead: index % 10, kind: 'eligible', afterMs: 1_000, skewMs: 0, eligible: false },
    ...{ source: 'web', state: 'TX', mode: 'live' },
  }));

  it('reads from the log only the leads that have changed since', async () => {
    const events = historyOf(steps);
    await applyEvents(worker, [leadListProjection], events);
    const moment: Moment = { kind: 'position', position: events[26]!.position };
    const sources = sourcesOf(events, moment, {});
    expect(await everyPage(sources, moment, {}, 50)).toHaveLength(10);
    expect(sources.read.sort()).toEqual(['lead-7', 'lead-8', 'lead-9']);
  });

  it('reads none of the leads that came after it', async () => {
    const events = historyOf(steps.slice(0, 10));
    await applyEvents(worker, [leadListProjection], events);
    const moment: Moment = { kind: 'instant', instant: events[3]!.recordedAt.toISOString() };
    const sources = sourcesOf(events, moment, {});
    expect(await everyPage(sources, moment, {}, 50)).toHaveLength(4);
    expect(sources.read).toEqual([]);
  });

  it('shows a lead with an event that cannot be read as it stood before that', async () => {
    const events = historyOf(steps.slice(0, 11));
    await applyEvents(worker, [leadListProjection], events);
    const moment: Moment = { kind: 'position', position: events[9]!.position };
    const [recorded] = events;
    const sources = {
      ...sourcesOf(events, moment, {}),
      events: () => Promise.reject(new UndecodableEvent(recorded!, 'its data is odd')),
    };
    expect(await everyPage(sources, moment, {}, 50)).toHaveLength(10);
  });

  it('ends a page early where more leads have changed than one page may read, and goes on', async () => {
    const received = leadReceived({ receivedAt: '2026-01-05T12:00:00.000Z' });
    const all = Array.from({ length: foldsPerPageMax + 50 }, (_, index) => ({
      ...foldInMemory(leadListProjection, [storedEvent(received, 900n)])[0]!,
      ...{ leadId: `lead-${String(9_999 - index)}`, revision: 1n },
    }));
    const moment: Moment = { kind: 'position', position: 500n };
    const folded = new Set<string>();
    const sources: LeadListSources = {
      candidates: (after, limit) => {
        const start = all.findIndex(({ leadId }) => leadId === after?.id) + 1;
        return Promise.resolve(all.slice(start, start + limit));
      },
      events: (leadId) => {
        folded.add(leadId);
        return Promise.resolve(
          leadId === all.at(-1)?.leadId ? [storedEvent(leadReceived({ leadId }), 400n)] : [],
        );
      },
    };
    const first = await listLeadsAsOf(sources, moment, {});
    expect(first.items).toEqual([]);
    expect(folded.size).toBeLessThan(foldsPerPageMax + 16);
    const second = await listLeadsAsOf(sources, moment, {}, { cursor: first.nextCursor! });
    expect(second).toMatchObject({ items: [{ leadId: all.at(-1)?.leadId }], nextCursor: null });
    expect(folded.size).toBe(all.length);
  });
});
