import { type TenantId } from '#libs/kernel';
import { type CallableLead, type OpenCall } from '../domain/lead-calls.js';
import { type ConsumerData } from './consumers.js';
import { type StopCheck } from './stop-check.js';

/** A consumer on the phone who waits for a destination, with whatever the choice rests on. */
export interface WaitingConsumer {
  readonly tenantId: TenantId;
  readonly lead: CallableLead;
  readonly call: OpenCall;
  /** `null` once erased. */
  readonly consumer: ConsumerData | null;
  /** Which attempt to hand them over this is, from 1. */
  readonly attempt: number;
  readonly transferId: string;
  /** The clock of the choice, ISO-8601. */
  readonly at: string;
  readonly stop: StopCheck;
}
