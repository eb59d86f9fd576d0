import { type EligibilityChecks, type LeadEvent } from '#events/leads';
import { fold } from '#libs/kernel';
import { type CallRecord } from './dial-facts.js';
import {
  type BeginConversation,
  type CallCommand,
  type HearConsumer,
  type LegStatus,
  type ReportConsumerLeg,
  type ReportDestinationLeg,
  type ReportMeeting,
  type RequestTransfer,
  type StartCall,
} from './calls.commands.js';
import { callsDecider } from './calls.decider.js';
import { ALWAYS_OPEN } from './destination.fixtures.js';
import { type DialingSettings } from './dialing.events.js';
import { type LeadStreamEvent } from './lead-calls.js';
import { type ScriptContent } from './script.events.js';

/** Builders with valid defaults, for specs: a test states only what matters. */

export const LEAD_ID = '11111111-1111-8111-8111-111111111111';
export const CALL_ID = '22222222-2222-5222-8222-222222222222';
export const TRANSFER_ID = '33333333-3333-5333-8333-333333333333';
/** A Monday, 10:00 in Texas. */
export const RECEIVED_AT = '2026-11-16T16:00:00.000Z';

/** So many seconds after the lead was received. */
export const after = (seconds: number): string =>
  new Date(Date.parse(RECEIVED_AT) + seconds * 1_000).toISOString();

const checks: EligibilityChecks = {
  policyVersion: 1,
  tenantMode: 'sandbox',
  countries: ['US'],
  consentMaxAgeDays: 90,
  suppressionEntryId: null,
  suppressionScope: null,
  dnc: { outcome: 'not_checked', lists: [], checkedAt: null, listVersion: null },
  dncRules: null,
};

export const aLead = (
  data: Partial<Extract<LeadEvent, { type: 'LeadReceived' }>['data']> = {},
): LeadStreamEvent => ({
  type: 'LeadReceived',
  data: {
    ...{ leadId: LEAD_ID, ordinal: 0, mode: 'live', phoneHash: 'hash-1', source: 'webform' },
    phone: {
      ...{ country: 'US', valid: true, kind: 'MOBILE', areaCode: '512' },
      ...{ hasExtension: false, libraryVersion: '1' },
    },
    ...{ channel: 'api', apiKeyId: 'key-1', state: 'TX', country: null, campaign: {} },
    ...{ consent: null, warnings: [], keyId: 'data-key-1', personal: 'v1.data-key-1.sealed' },
    receivedAt: RECEIVED_AT,
    verdict: { eligible: true, reasons: [], checks, dncFinding: null },
    ...data,
  },
});

export const foundIneligible = (...reasons: string[]): LeadStreamEvent => ({
  type: 'LeadFoundIneligible',
  data: { leadId: LEAD_ID, reasons, checks, dncFinding: null, assessedAt: after(1) },
});

export const someSettings = (overrides: Partial<DialingSettings> = {}): DialingSettings => ({
  ...{ telemarketer: 'Acme Leads', seller: 'Acme Insurance', offering: 'car insurance' },
  ...{ callingNumbers: ['+15125550190'], callerIdName: null, callerIdAuthorisation: null },
  ...{ scriptId: 'script-1', concurrentCallsMax: 10, attemptsMax: 6, attempts24HoursMax: 3 },
  ...{
    spacingMinutes: 30,
    cadence: [],
    ringSeconds: 25,
    machineDetection: 'async',
    transferAttemptsMax: 3,
  },
  sourcePriorities: {},
  ...overrides,
});

const record: CallRecord = {
  ...{ telemarketer: 'Acme Leads', seller: 'Acme Insurance', offering: 'car insurance' },
  ...{ calledParty: 'consumer', direction: 'outbound', prerecorded: true },
  ...{ callingNumber: '+15125550190', callerIdName: null, callerIdAuthorisation: null },
  ...{ calledNumberHash: 'hash-1', scriptId: 'script-1', scriptVersion: 1 },
};

export const startCall = (overrides: Partial<StartCall> = {}): StartCall => ({
  type: 'StartCall',
  ...{ callId: CALL_ID, settings: someSettings(), settingsVersion: 1, earlierAttempts: [] },
  places: { state: 'TX', zip: '75201', areaCode: '512', countries: ['US'], isUnread: false },
  facts: { 'lead.state': 'TX' },
  ...{ suppressionEntryId: null, suppressionScope: null, isSuppressedForAllSellers: false },
  ...{ dnc: checks.dnc, dncRules: null, record, machineDetection: 'async' },
  ...{ until: after(30 * 24 * 3_600), destinations: [ALWAYS_OPEN], at: after(1) },
  ...overrides,
});

export const consumerLeg = (
  status: LegStatus,
  overrides: Partial<ReportConsumerLeg> = {},
): ReportConsumerLeg => ({
  type: 'ReportConsumerLeg',
  ...{ callId: CALL_ID, provider: 'twilio', providerCallId: 'CA1', status },
  ...{ answeredBy: null, durationSeconds: null, at: after(2) },
  ...overrides,
});

export const beginConversation = (
  overrides: Partial<BeginConversation> = {},
): BeginConversation => ({
  type: 'BeginConversation',
  ...{ callId: CALL_ID, provider: 'twilio', providerCallId: 'CA1', answeredBy: 'human' },
  ...{ agent: 'script', disclosures: ['identity'], at: after(5) },
  ...overrides,
});

/** One question, 1 for yes and 2 for no; no disqualifies. */
export const aScript = (overrides: Partial<ScriptContent> = {}): ScriptContent => ({
  ...{ name: 'Sample', language: 'en-US', identity: 'This is Acme.', aiDisclosure: 'A machine.' },
  ...{ callbackNumber: '+15125550190', optOut: 'Press 9 to stop.', optOutKey: '9' },
  questions: [
    {
      ...{ id: 'interested', prompt: 'Are you interested?', tries: 2 },
      options: [
        { value: 'yes', key: '1', words: ['yes'], callbackMinutes: null },
        { value: 'no', key: '2', words: ['no'], callbackMinutes: null },
        { value: 'later', key: '3', words: ['later'], callbackMinutes: 60 },
      ],
    },
  ],
  disqualify: [
    {
      reason: 'not_interested',
      when: { op: 'and', rules: [{ field: 'answers.interested', op: 'eq', value: 'no' }] },
    },
  ],
  ...{ qualified: 'Hold on.', disqualified: 'Thanks.', callback: 'We call back.' },
  ...{ optedOut: 'We stop.', noInput: 'Goodbye.', noDestination: 'Nobody is free.' },
  agent: { kind: 'script', url: null },
  ...overrides,
});

export const hearConsumer = (
  value: string | null,
  overrides: Partial<HearConsumer> = {},
): HearConsumer => ({
  type: 'HearConsumer',
  ...{ callId: CALL_ID, questionId: 'interested', tries: 1, script: aScript(), facts: {} },
  heard: value === null ? { kind: 'nothing' } : { kind: 'answer', value, given: 'key' },
  ...{ personal: null, at: after(10) },
  ...overrides,
});

export const requestTransfer = (
  attempt = 1,
  overrides: Partial<RequestTransfer> = {},
): RequestTransfer => ({
  type: 'RequestTransfer',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-${attempt}`, attempt, at: after(11) },
  destination: {
    ...{ destinationId: `destination-${attempt}`, destinationVersion: 1 },
    ...{ destinationName: 'Buyer', destinationAddress: '+15125550200', presentedCallerId: null },
    payout: {
      ...{ model: 'fixed', currency: 'USD', billableSeconds: 60, amountMinor: 4_250, tiers: [] },
    },
  },
  routing: { rulesVersion: 1, decidedAt: after(11), draw: 0.5, dncFinding: null, candidates: [] },
  ...overrides,
});

export const destinationLeg = (
  status: LegStatus,
  overrides: Partial<ReportDestinationLeg> = {},
): ReportDestinationLeg => ({
  type: 'ReportDestinationLeg',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, providerCallId: 'CA2', status },
  ...{ answeredBy: null, durationSeconds: null, at: after(14) },
  ...overrides,
});

/** The leg of the first destination was seen in the room, as soon as it was sent there. */
export const meeting = (overrides: Partial<ReportMeeting> = {}): ReportMeeting => ({
  type: 'ReportMeeting',
  ...{ callId: CALL_ID, providerCallId: 'CA2', since: null, at: after(20) },
  consumer: { kind: 'there' },
  ...overrides,
});

/** What commands decide on a history, one. */
export const decide = (history: readonly LeadStreamEvent[], command: CallCommand) =>
  callsDecider.decide(command, fold(callsDecider, history));

/** The history that commands lead to, one after the other. */
export function historyOf(
  begin: readonly LeadStreamEvent[],
  ...commands: readonly CallCommand[]
): LeadStreamEvent[] {
  return commands.reduce(
    (history, command) => [...history, ...decide(history, command)],
    [...begin],
  );
}
