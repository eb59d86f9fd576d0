import type {
  AnsweredBy,
  CallDisposition,
  CallEvent,
  CallRecord,
  RevenueEstimate,
} from '#events/calls';
import type { LeadMode } from '#libs/leads';
import {
  bigInteger,
  boolean,
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** Who ended a call. */
export type HungUpBy = Extract<CallEvent, { type: 'CallEnded' }>['data']['hungUpBy'];

/** A row per call to a consumer. */
export const callListTable = defineTable({
  columns: {
    tenantId: text(),
    callId: text(),
    leadId: text(),
    mode: text<LeadMode>(),
    /** Which call to the lead it is, from 1. */
    attempt: integer(),
    attemptedAt: instant(),
    provider: nullable(text()),
    providerCallId: nullable(text()),
    rangAt: nullable(instant()),
    answeredAt: nullable(instant()),
    answeredBy: nullable(text<AnsweredBy>()),
    /** When whoever answered began to hear who calls. */
    greetedAt: nullable(instant()),
    bridgedAt: nullable(instant()),
    endedAt: nullable(instant()),
    disposition: nullable(text<CallDisposition>()),
    talkSeconds: nullable(integer()),
    hungUpBy: nullable(text<HungUpBy>()),
    /** How many destinations were chosen for the consumer. */
    transferAttempts: integer(),
    /** The transfer that was tried last, which is the one that was bridged if any was. */
    transferId: nullable(text()),
    destinationId: nullable(text()),
    destinationName: nullable(text()),
    /** Number or SIP address of the party the consumer was transferred to, once they were. */
    transferNumber: nullable(text()),
    connectedSeconds: nullable(integer()),
    /** What the destination’s payout says the call is worth, in minor units of the currency. */
    estimatedMinor: nullable(bigInteger()),
    currency: nullable(text()),
    billable: nullable(boolean()),
    scriptId: text(),
    scriptVersion: integer(),
    telemarketer: text(),
    seller: text(),
    offering: text(),
    calledParty: text<CallRecord['calledParty']>(),
    prerecorded: boolean(),
    callingNumber: text(),
    callerIdName: nullable(text()),
    callerIdAuthorisation: nullable(text()),
    /** Keyed hash; the number itself is sealed in the lead. */
    calledNumberHash: text(),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'callId'],
  indexes: [
    ['tenantId', 'attemptedAt desc', 'callId desc'],
    ['tenantId', 'leadId', 'attemptedAt desc', 'callId desc'],
    ['tenantId', 'destinationId', 'attemptedAt desc', 'callId desc'],
    ['tenantId', 'disposition', 'attemptedAt desc', 'callId desc'],
  ],
});

/** A call to a consumer, with what a telemarketing call record must show (CO-12). */
export type CallListRow = Row<typeof callListTable>;

/** Which calls were made, newest first, and what came of each? */
export const callListProjection = defineProjection<CallEvent, typeof callListTable>({
  name: 'call_list',
  version: 3,
  table: callListTable,
  on: {
    CallAttempted: (event) => insert(attempted(event)),
    CallPlaced: (event) => {
      const { provider, providerCallId } = event.data;
      return change(event, { provider, providerCallId });
    },
    CallRang: (event) => change(event, { rangAt: event.data.rangAt }),
    CallAnswered: (event) => {
      const { answeredAt, answeredBy } = event.data;
      return change(event, { answeredAt, answeredBy });
    },
    AnswererRecognised: (event) => {
      const { transferId, answeredBy } = event.data;
      return transferId === null ? change(event, { answeredBy }) : [];
    },
    PrequalificationStarted: (event) => change(event, { greetedAt: event.data.startedAt }),
    TransferRequested: (event) => {
      const { attempt: transferAttempts, transferId, destinationId, destinationName } = event.data;
      const chosen = { transferAttempts, transferId, destinationId, destinationName };
      return change(event, chosen);
    },
    CallBridged: (event) => {
      const { transferId, destinationId, partyName, transferNumber, bridgedAt } = event.data;
      const party = { destinationId, destinationName: partyName, transferNumber };
      return change(event, { transferId, ...party, bridgedAt });
    },
    CallEnded: (event) => {
      const { disposition, talkSeconds, connectedSeconds, hungUpBy, endedAt } = event.data;
      const measured = { disposition, talkSeconds, connectedSeconds, hungUpBy, endedAt };
      return change(event, { ...measured, ...worth(event.data.estimate) });
    },
    ConsumerOptedOut: (event) => update(keyOf(event), (row) => heardLate(row, event.position)),
    TalkMeasured: (event) => change(event, { talkSeconds: event.data.talkSeconds }),
  },
});

type Attempted = ProjectedEvent<Extract<CallEvent, { type: 'CallAttempted' }>>;

function attempted(event: Attempted): CallListRow {
  const { leadId, mode, attempt, record, attemptedAt } = event.data;
  const { scriptId, scriptVersion, telemarketer, seller, offering, calledParty } = record;
  const { prerecorded, callingNumber, callerIdName, callerIdAuthorisation } = record;
  return {
    ...{ ...keyOf(event), leadId, mode, attempt, attemptedAt, ...nothingYet },
    ...{ scriptId, scriptVersion, telemarketer, seller, offering, calledParty, prerecorded },
    ...{ callingNumber, callerIdName, callerIdAuthorisation },
    ...{ calledNumberHash: record.calledNumberHash, position: event.position },
  };
}

const nothingYet = {
  ...{ provider: null, providerCallId: null, rangAt: null, answeredAt: null, answeredBy: null },
  ...{
    greetedAt: null,
    bridgedAt: null,
    endedAt: null,
    disposition: null,
    talkSeconds: null,
    hungUpBy: null,
  },
  ...{ transferAttempts: 0, transferId: null, destinationId: null, destinationName: null },
  ...{ transferNumber: null, connectedSeconds: null },
  ...{ estimatedMinor: null, currency: null, billable: null },
};

/** What a call came to is known at its end, unless an opt-out is heard of only then (CO-8). */
function heardLate(row: CallListRow, position: bigint): CallListRow {
  const { disposition } = row;
  const stands = disposition === null || disposition === 'transferred' || disposition === 'machine';
  return stands ? row : { ...row, disposition: 'opted_out', position };
}

function worth(estimate: RevenueEstimate | null) {
  if (estimate === null) return {};
  const { amountMinor, currency, billable } = estimate;
  return { estimatedMinor: BigInt(amountMinor), currency, billable };
}

type OfCall = Extract<CallEvent, { data: { callId: string } }>;

function keyOf(event: ProjectedEvent<OfCall>) {
  return { tenantId: event.metadata.tenantId, callId: event.data.callId };
}

function change(event: ProjectedEvent<OfCall>, what: Partial<CallListRow>) {
  return update(keyOf(event), (row: CallListRow) => ({
    ...{ ...row, ...what },
    position: event.position,
  }));
}
