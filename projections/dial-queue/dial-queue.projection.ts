import { type CallDisposition, type DialObstacle, isMachine } from '#events/calls';
import type { LeadMode, LeadStreamEvent } from '#libs/leads';
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
  textList,
  update,
} from '#libs/read-db';

/**
 * `waiting` for its next call; `calling` while one is under way; `closed`: nobody dials it again.
 */
export type QueueStatus = 'waiting' | 'calling' | 'closed';

/** Why nobody dials a lead again. */
export type QueueClosure = 'opted_out' | 'disqualified' | 'transferred' | 'exhausted';

const waiting = { status: 'waiting', eligible: true } as const;

/** A row per lead. */
export const dialQueueTable = defineTable({
  columns: {
    tenantId: text(),
    leadId: text(),
    mode: text<LeadMode>(),
    source: nullable(text()),
    receivedAt: instant(),
    status: text<QueueStatus>(),
    /** Whether the last verdict lets it be dialed. */
    eligible: boolean(),
    /**
     * From when on the dialer should look at it. Not when it may be dialed: that is decided then.
     * `null` while it is called, once it is closed, and where nothing is known to end the wait.
     */
    dueAt: nullable(instant()),
    /** What stood in the way when it was looked at last. */
    obstacles: textList<DialObstacle>(),
    attempts: integer(),
    currentCallId: nullable(text()),
    /** When the consumer asked to be called, until their phone rang for it. */
    callbackAt: nullable(instant()),
    closure: nullable(text<QueueClosure>()),
    /** Of the last event that changed the row. */
    position: bigInteger(),
  },
  key: ['tenantId', 'leadId'],
  partialIndexes: [
    // Read backwards for the newest first, of all sources or of one: what comes last in an index
    // fills its pages. And by when they are due. Leads that neither wait nor may be dialed, as
    // nearly all of them in the end, are in none of these.
    { where: waiting, columns: ['tenantId', 'receivedAt', 'leadId'] },
    { where: waiting, columns: ['tenantId', 'source', 'receivedAt', 'leadId'] },
    { where: waiting, columns: ['tenantId', 'dueAt', 'mode'] },
    { where: { status: 'calling' }, columns: ['tenantId', 'leadId', 'mode'] },
  ],
});

/** A lead, as the dialer sees it. */
export type DialQueueRow = Row<typeof dialQueueTable>;

/** Which leads are to be called, from when on, and which are being called? */
export const dialQueueProjection = defineProjection<LeadStreamEvent, typeof dialQueueTable>({
  name: 'dial_queue',
  version: 4,
  table: dialQueueTable,
  on: {
    LeadReceived: (event) => {
      const { mode, source, receivedAt, verdict } = event.data;
      return insert({
        ...{ ...keyOf(event), mode, source, receivedAt, ...untouched },
        ...{ eligible: verdict?.eligible === true, dueAt: receivedAt, position: event.position },
      });
    },
    LeadFoundEligible: (event) => {
      const { assessedAt } = event.data;
      return change(event, (row) => ({ eligible: true, ...due(row, assessedAt) }));
    },
    LeadFoundIneligible: (event) => change(event, () => ({ eligible: false })),
    DialDeferred: (event) => {
      const { nextAllowedAt: dueAt, obstacles } = event.data;
      return change(event, () => ({ dueAt, obstacles }));
    },
    CallAttempted: (event) => {
      const { attempt: attempts, callId: currentCallId } = event.data;
      const calling = { status: 'calling', dueAt: null, obstacles: [] } as const;
      return change(event, () => ({ ...calling, attempts, currentCallId }));
    },
    CallRang: reached,
    CallAnswered: reached,
    LeadDisqualified: (event) => change(event, closed('disqualified')),
    CallbackRequested: (event) => change(event, () => ({ callbackAt: event.data.callbackAt })),
    AnswererRecognised: (event) => {
      const { transferId, answeredBy } = event.data;
      return transferId === null && isMachine(answeredBy) ? change(event, unheard) : [];
    },
    ConsumerOptedOut: (event) => change(event, closed('opted_out')),
    CallBridged: (event) => change(event, closed('transferred')),
    CallEnded: (event) => {
      const { disposition, endedAt } = event.data;
      return change(event, (row) => afterCall(row, disposition, endedAt));
    },
    LeadExhausted: (event) => change(event, closed('exhausted')),
  },
});

const untouched = {
  status: 'waiting',
  obstacles: [],
  attempts: 0,
  currentCallId: null,
  callbackAt: null,
  closure: null,
} as const;

function keyOf(event: ProjectedEvent<LeadStreamEvent>) {
  return { tenantId: event.metadata.tenantId, leadId: event.data.leadId };
}

function change(
  event: ProjectedEvent<LeadStreamEvent>,
  what: (row: DialQueueRow) => Partial<DialQueueRow>,
) {
  return update(keyOf(event), (row: DialQueueRow) => ({
    ...{ ...row, ...what(row) },
    position: event.position,
  }));
}

/** The call that was asked for has come; one that nobody asked for changes nothing. */
function reached(event: ProjectedEvent<LeadStreamEvent>) {
  return update(keyOf(event), (row: DialQueueRow) =>
    row.callbackAt === null ? row : { ...row, callbackAt: null, position: event.position },
  );
}

/** What a lead waited for without an end may be over. */
function due({ status, dueAt }: DialQueueRow, at: string): Partial<DialQueueRow> {
  return status === 'waiting' && dueAt === null ? { dueAt: at } : {};
}

/**
 * A call that is under way still takes a line: the lead leaves the queue when it is over. An opt-out
 * stands whatever else comes to be, be it heard of on an earlier call, or after the end.
 */
function closed(reason: QueueClosure) {
  return ({ status, closure: known }: DialQueueRow): Partial<DialQueueRow> => {
    const closure = known === 'opted_out' ? known : reason;
    return status === 'calling' ? { closure } : { ...out, closure };
  };
}

/** What a mailbox seemed to say is nothing that a consumer said. */
function unheard({ closure }: DialQueueRow): Partial<DialQueueRow> {
  return { callbackAt: null, closure: closure === 'disqualified' ? null : closure };
}

const out = { status: 'closed', dueAt: null, obstacles: [] } as const;

const RESULTS: Partial<Record<CallDisposition, QueueClosure>> = {
  disqualified: 'disqualified',
  opted_out: 'opted_out',
  transferred: 'transferred',
};

/**
 * Without a result it is due again at once, or when the consumer asked for it: how long a lead is
 * spared between calls is a setting, which the dialer knows and defers by.
 */
function afterCall(
  row: DialQueueRow,
  disposition: CallDisposition,
  endedAt: string,
): Partial<DialQueueRow> {
  const closure = row.closure ?? RESULTS[disposition] ?? null;
  if (closure !== null) return { ...out, closure, currentCallId: null };
  // It rang, though that was never reported.
  const callbackAt = disposition === 'no_answer' ? null : row.callbackAt;
  return { status: 'waiting', currentCallId: null, dueAt: callbackAt ?? endedAt, callbackAt };
}
