import type { CallEvent, DestinationUsageEvent } from '#events/calls';

type Stated = CallEvent | DestinationUsageEvent;
type Of<Type extends Stated['type']> = Extract<Stated, { type: Type }>;
type Data<Type extends Stated['type']> = Of<Type>['data'];

/** An event with valid defaults, so that a spec states only what matters. */
function build<Type extends Stated['type']>(type: Type, defaults: Data<Type>) {
  return (data: Partial<Data<Type>> = {}) =>
    ({ type, data: { ...defaults, ...data } }) as unknown as Of<Type>;
}

const lead = { leadId: 'lead-1' };
const call = { ...lead, callId: 'call-1' };
const transfer = { ...call, transferId: 'transfer-1' };
const destination = { destinationId: 'buyer-1', destinationVersion: 1 };
const script = { scriptId: 'script-1', scriptVersion: 1 };
const callingHours = { rulePackVersion: '1', zones: ['America/Chicago'], states: ['TX'] };
const routing = { rulesVersion: 1, decidedAt: at(25), draw: 0.5, dncFinding: null, candidates: [] };

/** So many seconds into 10:00 on the day after the lead of these fixtures was received. */
function at(seconds: number): string {
  return new Date(Date.parse('2026-01-06T16:00:00.000Z') + seconds * 1_000).toISOString();
}

/** Not at that instant: it was too early, and the next morning will do. */
export const dialDeferred = build('DialDeferred', {
  ...lead,
  obstacles: ['outside_calling_hours'],
  nextAllowedAt: '2026-01-06T14:00:00.000Z',
  callingHours,
  dncFinding: null,
  settingsVersion: 1,
  deferredAt: '2026-01-05T12:00:00.000Z',
});

/** The first call to the lead, with everything the record must show. */
export const callAttempted = build('CallAttempted', {
  ...call,
  mode: 'live',
  attempt: 1,
  permission: {
    callingHours,
    ...{ attemptsIn24Hours: 0, attemptsMax24Hours: 3, suppressionEntryId: null },
    ...{ dncOutcome: 'clear', dncFinding: null, settingsVersion: 1 },
  },
  record: {
    ...{ telemarketer: 'Acme Calls', seller: 'Acme Solar', offering: 'solar panels' },
    ...{ calledParty: 'consumer', direction: 'outbound', prerecorded: true },
    ...{ callingNumber: '+15125550100', callerIdName: 'ACME', callerIdAuthorisation: 'own' },
    ...{ calledNumberHash: 'phone-1', ...script },
  },
  machineDetection: 'async',
  attemptedAt: at(0),
});

export const callPlaced = build('CallPlaced', {
  ...call,
  ...{ provider: 'twilio', providerCallId: 'CA1', placedAt: at(1) },
});

export const callRefused = build('CallRefused', {
  ...call,
  ...{ provider: 'twilio', providerCode: 20_003, concerns: 'account', refusedAt: at(1) },
});

export const callRang = build('CallRang', { ...call, rangAt: at(2) });

export const callAnswered = build('CallAnswered', {
  ...call,
  ...{ answeredBy: 'human', answeredAt: at(10) },
});

export const answererRecognised = build('AnswererRecognised', {
  ...call,
  ...{ transferId: null, answeredBy: 'human', recognisedAt: at(12) },
});

/** The consumer did not want to talk, unless told otherwise. */
export const callEnded = build('CallEnded', {
  ...call,
  ...{ disposition: 'hung_up', talkSeconds: 5, transferId: null, connectedSeconds: 0 },
  ...{ hungUpBy: 'consumer', measuredBy: 'provider', estimate: null, endedAt: at(15) },
});

/** The consumer’s leg, reported after the call had ended. */
export const talkMeasured = build('TalkMeasured', { ...call, talkSeconds: 7, measuredAt: at(16) });

export const leadExhausted = build('LeadExhausted', {
  ...lead,
  ...{ reason: 'attempts_exhausted', attempts: 6, exhaustedAt: at(16) },
});

export const prequalificationStarted = build('PrequalificationStarted', {
  ...{ ...call, ...script, disclosures: ['identity', 'ai_disclosure'], agent: 'script' },
  startedAt: at(11),
});

export const questionAnswered = build('QuestionAnswered', {
  ...{ ...call, questionId: 'owner', value: 'yes', given: 'key', tries: 1, personal: null },
  answeredAt: at(20),
});

export const leadQualified = build('LeadQualified', {
  ...{ ...call, ...script, answers: { owner: 'yes' }, qualifiedAt: at(24) },
});

export const leadDisqualified = build('LeadDisqualified', {
  ...{ ...call, ...script, answers: { owner: 'no' }, reason: 'not_owner' },
  disqualifiedAt: at(24),
});

export const callbackRequested = build('CallbackRequested', {
  ...{ ...call, ...script, callbackAt: '2026-01-06T20:00:00.000Z', requestedAt: at(14) },
});

export const consumerOptedOut = build('ConsumerOptedOut', {
  ...{ ...call, phoneHash: 'phone-1', given: 'key', words: '9', personal: null },
  optedOutAt: at(14),
});

export const prequalificationAbandoned = build('PrequalificationAbandoned', {
  ...{ ...call, reason: 'hung_up', abandonedAt: at(14) },
});

export const noDestinationFound = build('NoDestinationFound', {
  ...{ ...call, attempts: 1, routing, decidedAt: at(40) },
});

/** To the first buyer, who pays 30 dollars for 90 seconds. */
export const transferRequested = build('TransferRequested', {
  ...{ ...transfer, attempt: 1, ...destination, destinationName: 'Bright Solar' },
  ...{
    destinationAddress: '+15125550200',
    consumerHash: 'phone-1',
    mode: 'live',
    source: 'my-webform',
    campaign: {},
    presentedCallerId: null,
  },
  payout: {
    ...{ model: 'fixed', currency: 'USD', billableSeconds: 90, amountMinor: 3_000, tiers: [] },
  },
  ...{ routing, requestedAt: at(25) },
});

export const destinationDialed = build('DestinationDialed', {
  ...{ ...transfer, providerCallId: 'CA2', dialedAt: at(26) },
});

export const destinationAnswered = build('DestinationAnswered', {
  ...{ ...transfer, answeredBy: 'human', answeredAt: at(30) },
});

export const whisperPlayed = build('WhisperPlayed', {
  ...{ ...transfer, accepted: null, playedAt: at(34) },
});

export const callBridged = build('CallBridged', {
  ...{ ...transfer, ...destination, transferNumber: '+15125550200', partyName: 'Bright Solar' },
  ...{ consumerHash: 'phone-1', presentedCallerId: null, bridgedAt: at(35) },
});

export const transferFailed = build('TransferFailed', {
  ...{ ...transfer, ...destination, reason: 'busy', failedAt: at(30) },
});

/** The first transfer of an hour, to the first buyer. */
export const slotReserved = build('DestinationSlotReserved', {
  ...{ ...destination, transferId: 'transfer-1' },
  windows: {
    ...{ hour: '2026-01-06T10-06:00', day: '2026-01-06', week: '2026-01-05', month: '2026-01' },
  },
  counts: { hour: 1, day: 1, week: 1, month: 1, total: 1, concurrent: 1 },
  reservedAt: at(25),
});

export const slotReleased = build('DestinationSlotReleased', {
  ...{ destinationId: 'buyer-1', transferId: 'transfer-1', used: true, releasedAt: at(200) },
});
