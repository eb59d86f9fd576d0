import { type TenantId } from '#libs/kernel';
import { DialQueue, type DestinationWish } from './dial-queue.js';

/** A queue that shows what it is told, and counts how often it is asked. */
export class ToldQueue extends DialQueue {
  waiting: string[] = [];
  linesTaken = 0;
  /** The leads whose consumers are on a call. */
  readonly leadsOnCall: string[] = [];
  asked = 0;
  /** Whoever waits for a destination to open, and how often they were looked for. */
  patient: string[] = [];
  looks = 0;

  override next(_: TenantId, { limit, excluding }: Parameters<DialQueue['next']>[1]) {
    this.asked += 1;
    const free = this.waiting.filter((leadId) => !excluding.includes(leadId));
    return Promise.resolve(free.slice(0, limit));
  }

  override waitingForDestination(_: TenantId, { after }: DestinationWish) {
    this.looks += 1;
    const all = this.patient.map((leadId) => ({ at: '', leadId }));
    return Promise.resolve(after === null ? all : []);
  }

  override calling() {
    return Promise.resolve(this.linesTaken);
  }

  override onCall() {
    return Promise.resolve(this.leadsOnCall);
  }

  override expired() {
    return Promise.resolve([]);
  }
}
