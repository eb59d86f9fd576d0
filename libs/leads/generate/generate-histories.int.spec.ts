import { beforeAll, describe, expect, it } from '@jest/globals';
import { EventCatalog, type RecordedEvent } from '#libs/event-store';
import { DomainError, fold, type TenantId } from '#libs/kernel';
import {
  DataKeys,
  MasterKey,
  MemoryDataKeyStore,
  MemoryTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { generatedHistory, generateLog, MemoryLog, startTestEventStore } from '#libs/testing';
import { intakePolicyOf } from '../application/intake-policy.js';
import { DEDUPE_WINDOW_MS, isWithinWindow } from '../domain/dedupe-window.js';
import { type Lead } from '../domain/lead.js';
import { leadDecider } from '../domain/lead.decider.js';
import { type LeadEvent, leadEvents } from '../domain/lead.events.js';
import { suppressionDecider } from '../domain/suppression.decider.js';
import { type SuppressionEvent, suppressionEvents } from '../domain/suppression.events.js';
import { generateHistories, type HistoriesPlan } from './generate-histories.js';

const LEADS = 2_000;
const FROM = Date.parse('2026-03-03T00:00:00Z');
const UNTIL = Date.parse('2026-06-01T00:00:00Z');

type Generated = Awaited<ReturnType<typeof generatedHistory>>;

let history: Generated;
let streams: Map<string, Generated>;

beforeAll(async () => {
  history = await generatedHistory({ leads: LEADS });
  streams = Map.groupBy(history, ({ stream }) => stream);
});

const outOfReach = () => new DomainError('unavailable', 'event_store_unavailable', 'It is away.');

const eventsOf = <Type extends (LeadEvent | SuppressionEvent)['type']>(type: Type) =>
  history.filter((event) => event.type === type) as Extract<Generated[number], { type: Type }>[];

const leadsNow = (): Lead[] =>
  [...streams]
    .filter(([stream]) => stream.startsWith('lead-'))
    .map(([, events]) => fold(leadDecider, events as LeadEvent[]));

describe('generated histories', () => {
  it('have as many leads as were asked for', () => {
    expect(eventsOf('LeadReceived')).toHaveLength(LEADS);
  });

  it('have everything that happens to leads', () => {
    const kinds = new Set(history.map(({ type }) => type));
    expect([...kinds].sort()).toEqual(
      [...leadEvents, ...suppressionEvents]
        .map(({ type }) => type)
        // Said on the phone or by an agent, and nobody is called in generated histories.
        .filter((type) => type !== 'ConsentRevoked')
        .sort(),
    );
    const reasons = new Set(leadsNow().flatMap((lead) => reasonsOf(lead)));
    expect([...reasons]).toEqual(
      expect.arrayContaining(['consent_missing', 'suppressed', 'dnc_national', 'litigator']),
    );
  });

  it('are in order of their time, up to what is under way at once, and within the days asked for', () => {
    const times = history.map(({ metadata }) => Date.parse(metadata.occurredAt));
    const sorted = [...times].sort((a, b) => a - b);
    for (const [index, time] of times.entries()) {
      expect(time).toBeGreaterThanOrEqual(FROM);
      expect(time).toBeLessThan(UNTIL);
      expect(time).toBeGreaterThanOrEqual(sorted[Math.max(0, index - 200)] ?? 0);
    }
  });

  it('could have happened: deciding them again, event by event, changes nothing', () => {
    for (const [stream, events] of streams) {
      expect(events.map(({ revision }) => revision)).toEqual(events.map((_, n) => BigInt(n)));
      if (stream.startsWith('lead-')) expectPossibleLead(events as LeadEvent[]);
      else expectPossibleEntry(events as SuppressionEvent[]);
    }
  });

  it('give a phone a second lead only after the window of the one before', () => {
    const byPhone = Map.groupBy(
      eventsOf('LeadReceived').map(({ data }) => data),
      ({ phoneHash, mode }) => `${mode}|${phoneHash}`,
    );
    const again = [...byPhone.values()].filter((leads) => leads.length > 1);
    expect(again.length).toBeGreaterThan(0);
    for (const leads of byPhone.values()) {
      expect(leads.map(({ ordinal }) => ordinal)).toEqual(leads.map((_, ordinal) => ordinal));
      for (const [n, { receivedAt }] of leads.slice(1).entries()) {
        expect(isWithinWindow(leads[n]?.receivedAt ?? '', receivedAt)).toBe(false);
      }
    }
  });

  it('find a lead suppressed only while its phone is', () => {
    const suppressed = eventsOf('LeadReceived').filter(
      ({ data }) => data.verdict?.checks.suppressionEntryId != null,
    );
    expect(suppressed.length).toBeGreaterThan(0);
    for (const { data, position, metadata } of suppressed) {
      const entry = streams.get(`suppression-${metadata.tenantId}_${data.phoneHash}`) ?? [];
      const before = entry.filter((event) => event.position < position) as SuppressionEvent[];
      expect(fold(suppressionDecider, before).status).toBe('active');
    }
  });

  it('say of each event that it was generated, and from which seed', () => {
    for (const { metadata } of history) {
      expect(metadata.actor).toEqual({ kind: 'system', id: 'generator' });
      expect(metadata.$causationId).toBe('generate-1');
    }
  });
});

/** Each stream by itself: what happens at once may be written in any order. */
const histories = (events: Generated) =>
  Map.groupBy(events.map(withoutKeys), ({ stream }) => stream);

describe('a seed', () => {
  it('gives the same histories again, but for keys, and another gives others', async () => {
    const again = await generatedHistory({ leads: LEADS });
    expect(histories(again)).toEqual(histories(history));
    const other = await generatedHistory({ leads: 50, seed: 2 });
    const phones = new Set(eventsOf('LeadReceived').map(({ data }) => data.phoneHash));
    for (const event of other) {
      if (event.type === 'LeadReceived') expect(phones).not.toContain(event.data.phoneHash);
    }
  });
});

describe('a generator', () => {
  const tenantId = 'acme' as TenantId;

  const plan = (overrides: Partial<HistoriesPlan> = {}): HistoriesPlan => ({
    policy: intakePolicyOf(tenantId, 'sandbox'),
    ...{ leads: 200, seed: 5, from: new Date(FROM), until: new Date(UNTIL) },
    ...overrides,
  });

  async function aGenerator() {
    const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
    const secrets = new TenantSecrets({ store: new MemoryTenantSecretStore(), masterKey });
    await secrets.create(tenantId);
    const keys = new DataKeys({ store: new MemoryDataKeyStore(), masterKey });
    const store = new MemoryLog();
    return { store, keys, secrets };
  }

  it('tries a step again where the store was out of reach for a moment', async () => {
    const parts = await aGenerator();
    const append = parts.store.append.bind(parts.store);
    let asked = 0;
    parts.store.append = async (...args) => {
      const nth = (asked += 1);
      if (nth === 10) throw outOfReach();
      const result = await append(...args);
      // Written, and nobody was told.
      if (nth === 20) throw outOfReach();
      return result;
    };
    const { created, alreadyThere, refused } = await generateHistories(parts, plan());
    expect([created + alreadyThere, refused]).toEqual([200, 0]);
    const calm = await aGenerator();
    await generateHistories(calm, plan());
    expect(parts.store.events).toHaveLength(calm.store.events.length);
  });

  it('adds nothing when it is run again', async () => {
    const parts = await aGenerator();
    const first = await generateHistories(parts, plan());
    expect(first).toMatchObject({ created: 200, alreadyThere: 0, refused: 0 });
    expect(first.events).toBe(parts.store.events.length);
    const again = await generateHistories(parts, plan());
    expect(again).toEqual({ created: 0, alreadyThere: 200, refused: 0, events: 0 });
  });

  it('adds what is missing when it was stopped, and comes to the same', async () => {
    const [whole, halves] = [await aGenerator(), await aGenerator()];
    await generateHistories(whole, plan());
    const stop = new AbortController();
    const onProgress = (done: number) => {
      if (done === 90) stop.abort();
    };
    const run = { signal: stop.signal, onProgress, inFlightMax: 16 };
    const first = await generateHistories(halves, plan(), run);
    expect(first.created).toBeLessThan(200);
    const rest = await generateHistories(halves, plan());
    expect(rest.created + rest.alreadyThere).toBe(200);
    expect(kindsOf(halves.store.events)).toEqual(kindsOf(whole.store.events));
  });

  it('seals what is personal', async () => {
    const parts = await aGenerator();
    await generateHistories(parts, plan());
    const text = JSON.stringify(parts.store.events.map(({ data, metadata }) => [data, metadata]));
    expect(text).toContain('"personal":"v1.');
    for (const canary of ['@example.com', '198.51.100', 'www.example.com', 'first_name']) {
      expect(text).not.toContain(canary);
    }
  });

  it.each([
    [
      'a tenant whose calls are real',
      { policy: intakePolicyOf(tenantId, 'live') },
      'generation_needs_sandbox',
    ],
    ['more leads than there are phones', { leads: 3_000_000 }, 'too_many_leads'],
  ])('refuses %s', async (_, overrides, code) => {
    const parts = await aGenerator();
    const refused = generateHistories(parts, plan(overrides));
    await expect(refused).rejects.toMatchObject({ code });
    expect(parts.store.events).toEqual([]);
  });
});

describe('a log filled for a test', () => {
  it('holds the same in a real store', async () => {
    const log = await startTestEventStore();
    try {
      const { created, events } = await generateLog(log.store, { leads: 100 });
      const catalog = new EventCatalog([...leadEvents, ...suppressionEvents]);
      const read = await firstEvents(log.store, events);
      expect(created).toBe(100);
      expect(read.map((event) => catalog.decode(event)?.type).sort()).toEqual(
        (await generatedHistory({ leads: 100 })).map(({ type }) => type).sort(),
      );
    } finally {
      await log.close();
    }
  });
});

async function firstEvents(
  store: Awaited<ReturnType<typeof startTestEventStore>>['store'],
  count: number,
): Promise<RecordedEvent[]> {
  const stop = new AbortController();
  const found: RecordedEvent[] = [];
  const streamPrefixes = ['lead-', 'suppression-'];
  for await (const message of store.subscribeToAll({
    ...{ after: null, streamPrefixes, signal: stop.signal },
  })) {
    if (message.kind === 'event') found.push(message.event);
    if (found.length === count || message.kind === 'caught_up') break;
  }
  stop.abort();
  return found;
}

function reasonsOf(lead: Lead): readonly string[] {
  return lead.status === 'absent' ? [] : lead.ineligibleReasons;
}

/** Each event follows from the state before it. */
function expectPossibleLead(events: readonly LeadEvent[]): void {
  let lead = leadDecider.initialState();
  for (const event of events) {
    const first = event.type === 'LeadReceived';
    expect(lead.status === 'absent').toBe(first);
    if (event.type === 'LeadDeduplicated' && lead.status !== 'absent') {
      const wait = Date.parse(event.data.submittedAt) - Date.parse(lead.receivedAt);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThan(DEDUPE_WINDOW_MS);
    }
    lead = leadDecider.evolve(lead, event);
  }
}

function expectPossibleEntry(events: readonly SuppressionEvent[]): void {
  let entry = suppressionDecider.initialState();
  for (const event of events) {
    if (event.type === 'SuppressionLifted') expect(entry.status).toBe('active');
    entry = suppressionDecider.evolve(entry, event);
  }
}

/** An event without what is random in every run. */
function withoutKeys({ type, stream, data, metadata }: Generated[number]) {
  const keys = { keyId: null, personal: null };
  return { type, stream, data: { ...data, ...keys }, metadata: { ...metadata, origin: null } };
}

/** How often each kind of event is there. */
function kindsOf(events: readonly RecordedEvent[]): Record<string, number> {
  const kinds = Map.groupBy(events, ({ type }) => type);
  return Object.fromEntries(
    [...kinds]
      .map(([type, all]) => [type, all.length] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
