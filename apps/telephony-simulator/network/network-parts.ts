import { type ConferenceRooms } from './conference-rooms.js';
import { type Faults } from './faults.js';
import { type OrderQueue } from './order-queue.js';
import { type SimulatedCall } from './simulated-call.js';
import { type SimulatedClock } from './simulated-clock.js';
import { type WebhookClient } from './webhook-client.js';

/** What all calls of a network share. */
export interface NetworkParts {
  readonly accountSid: string;
  readonly seed: number;
  readonly clock: SimulatedClock;
  readonly orders: OrderQueue;
  readonly webhooks: WebhookClient;
  readonly rooms: ConferenceRooms;
  /** What goes wrong at the moment. */
  readonly faults: () => Faults;
  /** Aborts when the network is closed. */
  readonly stop: AbortSignal;
  /** Keeps in mind that something is not finished yet; it must not reject. */
  readonly track: (work: Promise<void>) => void;
  /** Told of every step of every call, at the instant it is taken. */
  readonly onStep: (call: SimulatedCall) => void;
  /** Told what the application did not answer as it should. */
  readonly onTrouble: (sid: string, trouble: string) => void;
}
