import { type Reading } from './postback.events.js';
import { type MatchFacts, type ReportSender, type TransferReport } from './revenue.events.js';
import { type MatchInput, type NamedCall, type TransferFacts } from './transfer-facts.js';

/** So many ms after the bridge of the transfer of these fixtures. */
export const afterBridge = (ms: number): string =>
  new Date(Date.parse('2026-01-06T16:00:00.000Z') + ms).toISOString();

/** A transfer that was bridged for two minutes. */
export const aTransfer = (facts: Partial<TransferFacts> = {}): TransferFacts => ({
  ...{ transferId: 'transfer-1', leadId: 'lead-1', callId: 'call-1' },
  ...{ destinationId: 'buyer-1', destinationName: 'Bright Solar' },
  ...{ requestedAt: afterBridge(-10_000), dialedAt: afterBridge(-9_000) },
  ...{ bridgedAt: afterBridge(0), endedAt: afterBridge(120_000), connectedSeconds: 120 },
  confirmedBy: [],
  ...facts,
});

/** A token for any destination. */
export const aSender: ReportSender = { tokenId: 'token-1', destinationId: null };

/** A call as that sender names it. */
export const named = (vendorCallId: string, sender = aSender): NamedCall => ({
  ...{ vendorCallId, sender },
});

/** How a report is read that names the caller, the time of the bridge, and 45 dollars. */
export const aReading = (reading: Partial<Reading> = {}): Reading => ({
  ...{ mapVersion: '1.0', format: 'json', ids: [], vendorCallId: null },
  ...{ callerHash: 'phone-1', callerProblem: null, durationSeconds: null, buyer: null },
  ...{ payoutMinor: 4_500, payoutMode: 'set', currency: 'USD', billable: null },
  ...{ isDuplicate: false, callAt: afterBridge(0), fields: {}, warnings: [] },
  ...reading,
});

/** What matching is asked, of a report that came a minute after the call. */
export const anInput = (
  reading: Partial<Reading> = {},
  input: Partial<Omit<MatchInput, 'reading'>> = {},
): MatchInput => ({
  reading: aReading(reading),
  sender: aSender,
  receivedAt: afterBridge(180_000),
  tokenDestinationId: null,
  ...{ candidates: [], byId: [], byVendorCallId: null },
  ...input,
});

/** What a report of 45 dollars says of a transfer. */
export const aReport = (report: Partial<TransferReport> = {}): TransferReport => ({
  ...{ postbackId: 'hit-1', sender: aSender },
  ...{ vendorCallId: 'vendor-1', payoutMinor: 4_500, payoutMode: 'set' },
  ...{ currency: 'USD', billable: null, durationSeconds: null, buyer: null, callAt: null },
  isDuplicate: false,
  ...{ receivedAt: afterBridge(180_000), sequence: 0 },
  ...report,
});

/** A match by the caller that nothing speaks against. */
export const aMatch: MatchFacts = {
  ...{ rulesVersion: 1, mapVersion: '1.0', rule: 'caller', distanceMs: 0, ambiguous: false },
  ...{ candidates: [], warnings: [] },
};
