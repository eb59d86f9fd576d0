import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  applyEvents,
  aPostbackReading,
  type FreshDatabase,
  freshDatabase,
  lawRuns,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackReceived,
  postbackSettled,
  postbackUnlinked,
  storedEvent,
  transferRequested,
} from '#libs/testing';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type NamesOfTransfer } from '../application/ports.js';

const projections = [transferMatchingProjection, postbackInboxProjection];
const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse('2026-01-06T12:00:00.000Z');
const [ourNumber, ourHash] = ['+15125550100', 'hash-of-ours'] as const;
const within = { beforeMs: 4 * HOUR_MS, to: atHour(6) };

let fresh: FreshDatabase;
let worker: Database;
let transfers: ReadModelTransferLookup;
let postbacks: ReadModelPostbackLookup;
let runs = 0;
let position = 0n;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: projections });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  transfers = new ReadModelTransferLookup(worker);
  postbacks = new ReadModelPostbackLookup(worker);
});
afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

function atHour(hour: number): string {
  return new Date(NOON_MS + hour * HOUR_MS).toISOString();
}

const aTransfer = fc.record({
  consumerHash: fc.constantFrom('phone-1', 'phone-2'),
  presentedCallerId: fc.constantFrom(null, ourNumber),
  hour: fc.integer({ min: -12, max: 6 }),
});

const aReport = fc.record({
  callerHash: fc.constantFrom(null, 'phone-1', 'phone-9', ourHash),
  ids: fc.constantFrom<string[]>([], ['t-0'], ['call-1', 'x'], ['lead-1']),
  hour: fc.integer({ min: -12, max: 12 }),
  callHour: fc.option(fc.integer({ min: -12, max: 12 }), { nil: null }),
  became: fc.constantFrom('received', 'unmatched', 'settled', 'unlinked', 'ignored'),
});

type Transfer = typeof aTransfer extends fc.Arbitrary<infer Value> ? Value : never;
type Report = typeof aReport extends fc.Arbitrary<infer Value> ? Value : never;

function requested({ hour, ...named }: Transfer, index: number): DomainEvent {
  const ids = { transferId: `t-${index}`, callId: `call-${index}`, leadId: `lead-${index}` };
  return transferRequested({ ...ids, ...named, requestedAt: atHour(hour) });
}

function reported(report: Report, index: number): DomainEvent[] {
  const postbackId = `hit-${index}`;
  const { callerHash, ids, hour, callHour, became } = report;
  const callAt = callHour === null ? null : atHour(callHour);
  const reading = aPostbackReading({ callerHash, ids, callAt });
  const receipt = postbackReceived({ postbackId, reading, receivedAt: atHour(hour) });
  const settled = postbackSettled({ postbackId });
  const then: Record<Report['became'], DomainEvent[]> = {
    received: [],
    unmatched: [postbackLeftUnmatched({ postbackId })],
    settled: [settled],
    unlinked: [settled, postbackUnlinked({ postbackId })],
    ignored: [postbackIgnored({ postbackId })],
  };
  return [receipt, ...then[became]];
}

/** Which reports wait for a transfer, by the question that tells them one by one. */
async function waitingFor(tenantId: TenantId, names: NamesOfTransfer): Promise<readonly string[]> {
  const { transferId, callId, leadId, consumerHash, presentedCallerId, requestedAt } = names;
  const from = new Date(Date.parse(requestedAt) - within.beforeMs).toISOString();
  const shown = presentedCallerId === null ? null : { hash: ourHash, from, to: within.to };
  const sought = { consumerHash, ourNumber: shown, ids: [transferId, callId, leadId] };
  return (await postbacks.waitingFor(tenantId, sought, null)).postbackIds;
}

describe('a transfer that moves', () => {
  it('is awaited exactly where reports wait for it, by whatever they name it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(aTransfer, { minLength: 1, maxLength: 3 }),
        fc.array(aReport, { maxLength: 4 }),
        async (handedOver, reports) => {
          const tenantId = `acme-${(runs += 1)}` as TenantId;
          const events = [...handedOver.map(requested), ...reports.flatMap(reported)];
          const stored = events.map((event) => storedEvent(event, (position += 1n), { tenantId }));
          await applyEvents(worker, projections, stored);
          for (const index of handedOver.keys()) {
            const transferId = `t-${index}`;
            const ask = (known: Record<string, string>, whose = tenantId) =>
              postbacks.ifAwaited(whose, transferId, known, within);
            const names = (await transfers.namesOf(tenantId, transferId))!;
            const answer = await ask({ [ourNumber]: ourHash });
            const waiting = await waitingFor(tenantId, names);
            expect(answer !== null).toBe(waiting.length > 0);
            if (answer !== null) expect(names).toMatchObject(answer);
            // A number that is not known leaves it open.
            const isOpen = names.presentedCallerId !== null || waiting.length > 0;
            expect((await ask({})) !== null).toBe(isOpen);
            expect(await ask({}, 'nobody' as TenantId)).toBeNull();
          }
        },
      ),
      { numRuns: lawRuns({ quick: 30, full: 200 }) },
    ));
});
