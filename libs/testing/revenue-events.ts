import type { PostbackEvent, RevenueEvent } from '#events/revenue';

type Stated = PostbackEvent | RevenueEvent;
type Of<Type extends Stated['type']> = Extract<Stated, { type: Type }>;
type Data<Type extends Stated['type']> = Of<Type>['data'];

/** An event with valid defaults, so that a spec states only what matters. */
function build<Type extends Stated['type']>(type: Type, defaults: Data<Type>) {
  return (data: Partial<Data<Type>> = {}) =>
    ({ type, data: { ...defaults, ...data } }) as unknown as Of<Type>;
}

const lead = { leadId: 'lead-1' };
const transfer = { ...lead, callId: 'call-1', transferId: 'transfer-1' };
const receivedAt = '2026-01-06T16:05:00.000Z';
const recordedAt = '2026-01-06T16:05:01.000Z';
const postbackId = 'hit-1';

const reading: Data<'PostbackReceived'>['reading'] = {
  ...{ mapVersion: '1.0', format: 'json', ids: [], vendorCallId: 'vendor-1' },
  ...{ callerHash: 'phone-1', callerProblem: null, durationSeconds: 95, buyer: 'Bright' },
  ...{ payoutMinor: 4_500, payoutMode: 'set', currency: 'USD', billable: null },
  ...{ isDuplicate: false, callAt: null, fields: {}, warnings: [] },
};

/** How a report is read that names the caller and 45 dollars. */
export const aPostbackReading = (data: Partial<typeof reading> = {}) => ({ ...reading, ...data });

/** A report of 45 dollars from the first buyer's platform. */
export const postbackReceived = build('PostbackReceived', {
  ...{ postbackId, tokenId: 'token-1', destinationId: 'buyer-1', method: 'POST' },
  ...{ contentType: 'application/json', bytes: 120, reading },
  ...{ keyId: 'data-key-3', personal: 'v1.data-key-3.sealed', receivedAt },
  sequence: 0,
});

/** It means 70 dollars under a newer alias map. */
export const postbackReadAnew = build('PostbackReadAnew', {
  ...{ postbackId, destinationId: 'buyer-1', readAt: '2026-01-07T10:00:00.000Z' },
  reading: { ...reading, mapVersion: '1.1', payoutMinor: 7_000 },
});

export const postbackLeftUnmatched = build('PostbackLeftUnmatched', {
  ...{ postbackId, unmatchedReason: 'outside_window', nearestMs: 14_400_001 },
  ...{ rulesVersion: 1, aliasMapVersion: 1, decidedAt: recordedAt },
});

export const postbackSettled = build('PostbackSettled', {
  ...{ postbackId, ...lead, transferId: 'transfer-1', destinationId: 'buyer-1', mode: 'live' },
  ...{ outcome: 'matched', warnings: [], settledAt: recordedAt },
});

export const postbackUnlinked = build('PostbackUnlinked', {
  ...{ postbackId, ...lead, transferId: 'transfer-1', reason: 'wrong call' },
  unlinkedAt: '2026-01-08T10:00:00.000Z',
});

/** The first report of its call counts for another transfer. */
export const postbackMoved = build('PostbackMoved', {
  ...{ postbackId, ...lead, transferId: 'transfer-1', follows: 'hit-0' },
  movedAt: recordedAt,
});

export const postbackMatchConfirmed = build('PostbackMatchConfirmed', {
  ...{ postbackId, ...lead, transferId: 'transfer-1', reason: 'the other was a test' },
  confirmedAt: '2026-01-07T10:00:00.000Z',
});

export const postbackIgnored = build('PostbackIgnored', {
  ...{ postbackId, reason: 'a test', ignoredAt: '2026-01-08T10:00:00.000Z' },
});

const report: Data<'PostbackMatched'>['report'] = {
  ...{ postbackId, sender: { tokenId: 'token-1', destinationId: 'buyer-1' } },
  ...{ vendorCallId: 'vendor-1', payoutMinor: 4_500, payoutMode: 'set' },
  ...{ currency: 'USD', billable: null, durationSeconds: 95, buyer: 'Bright' },
  ...{ isDuplicate: false, callAt: null, receivedAt, sequence: 0 },
};

/** What a report of 45 dollars says of a transfer. */
export const aTransferReport = (data: Partial<typeof report> = {}) => ({ ...report, ...data });

export const postbackMatched = build('PostbackMatched', {
  ...{ ...transfer, report, outcome: 'matched', reason: null, matchedAt: recordedAt },
  match: {
    ...{ rulesVersion: 1, mapVersion: '1.0', rule: 'caller', distanceMs: 5, ambiguous: false },
    ...{ candidates: [], warnings: [] },
  },
});

/** The decision before it. */
export const postbackAssigned = build('PostbackAssigned', {
  ...{ postbackId, ...lead, transferId: 'transfer-1', reason: null, assignedAt: recordedAt },
  match: {
    ...{ rulesVersion: 1, mapVersion: '1.0', rule: 'caller', distanceMs: 5, ambiguous: false },
    ...{ candidates: [], warnings: [] },
  },
});

export const postbackRefused = build('PostbackRefused', {
  ...{ ...transfer, postbackId, takenBy: 'vendor-2', refusedAt: recordedAt },
});

export const postbackDetached = build('PostbackDetached', {
  ...{ ...transfer, postbackId, reason: 'wrong call', detachedAt: '2026-01-08T10:00:00.000Z' },
});

const entry = {
  ...{ ...transfer, destinationId: 'buyer-1', fromMinor: 0, toMinor: 4_500, currency: 'USD' },
  ...{ billable: true, becauseOf: postbackId, callAt: '2026-01-06T16:00:35.000Z', recordedAt },
};

/** 45 dollars, where 30 were estimated. */
export const revenueConfirmed = build('RevenueConfirmed', { ...entry, estimatedMinor: 3_000 });

/** From 45 to 70 dollars. */
export const revenueRevised = build('RevenueRevised', {
  ...{ ...entry, fromMinor: 4_500, toMinor: 7_000, confirmed: true, reason: 'later_report' },
});

/** From 45 dollars to nothing. */
export const revenueReversed = build('RevenueReversed', {
  ...{ ...entry, fromMinor: 4_500, toMinor: 0, billable: false },
  ...{ confirmed: true, reason: 'not_billable' },
});
