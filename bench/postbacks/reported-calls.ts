import { randomUUID } from 'node:crypto';
import { callEvents } from '#events/calls';
import { leadEvents, leadStream } from '#events/leads';
import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import {
  callAttempted,
  callBridged,
  callEnded,
  destinationDialed,
  transferRequested,
} from '#events/testing';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { type Submissions } from '../intake/submissions.js';
import { tenant } from '../intake/ours.js';

/** A call that a buyer can report on. */
export interface ReportedCall {
  /** Of the consumer, as it was posted. */
  readonly phone: string;
  readonly transferId: string;
}

const IN_FLIGHT = 32;

/** Leads as a form posts them, each called, handed over and ended, with all of it in the log. */
export async function makeReportedCalls(
  { api, eventStore }: { readonly api: ApiClient; readonly eventStore: EventStore },
  submissions: Submissions,
  count: number,
  onProgress: (done: number) => void,
): Promise<ReportedCall[]> {
  const runner = new CommandRunner(eventStore, new EventCatalog([...leadEvents, ...callEvents]));
  const calls: ReportedCall[] = [];
  let begun = 0;
  const oneAfterAnother = async () => {
    while (begun < count) {
      begun += 1;
      const { body, idempotencyKey } = submissions.next();
      const lead = JSON.parse(body) as { readonly phone: string };
      const made = await api.send<{ lead_id: string }>('POST', '/v1/leads', lead, idempotencyKey);
      const transferId = await callAndHandOver(runner, made.lead_id);
      calls.push({ phone: lead.phone, transferId });
      onProgress(calls.length);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, oneAfterAnother));
  return calls;
}

async function callAndHandOver(runner: CommandRunner, leadId: string): Promise<string> {
  const stream = leadStream(leadId);
  const [received] = await runner.history<DomainEvent & { data: { phoneHash: string } }>(stream);
  const call = { leadId, callId: randomUUID() };
  const transfer = { ...call, transferId: randomUUID() };
  const now = new Date().toISOString();
  const events: DomainEvent[] = [
    callAttempted({ ...call, attemptedAt: now }),
    transferRequested({
      ...{ ...transfer, consumerHash: received?.data.phoneHash ?? '', requestedAt: now },
    }),
    destinationDialed({ ...transfer, dialedAt: now }),
    callBridged({ ...transfer, bridgedAt: now }),
    callEnded({ ...transfer, connectedSeconds: 95, endedAt: now }),
  ];
  await runner.run({
    stream,
    decider: { initialState: () => null, evolve: () => null, decide: () => events },
    command: null,
    context: {
      ...{ commandId: randomUUID(), tenantId: tenant as TenantId, occurredAt: now },
      actor: { kind: 'operator', id: 'bench' },
      ...{ correlationId: leadId, causationId: 'bench' },
    },
  });
  return transfer.transferId;
}
