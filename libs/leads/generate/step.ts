import { type DncAnswer, type LeadChannel, type LeadMode } from '../domain/lead.events.js';
import { type ConsentSubmission, type LeadSubmission } from '../intake/lead-submission.js';
import { type MadeUpPerson } from './made-up-person.js';

/** A person of the traffic, and how their leads are sent. */
export interface Sender {
  readonly person: MadeUpPerson;
  /** 0, 1, 2 … in order of their first lead. */
  readonly number: number;
  readonly mode: LeadMode;
  readonly channel: LeadChannel;
}

/** What somebody does. */
export type Deed =
  /** A lead is sent: a new one, or one sent before (`repeated`). */
  | { readonly kind: 'submit'; readonly submission: LeadSubmission; readonly repeated: boolean }
  /** Consent is brought for the latest lead. */
  | { readonly kind: 'consent'; readonly consent: ConsentSubmission }
  /** The phone is put on the suppression list. */
  | {
      readonly kind: 'suppress';
      readonly reason: string;
      readonly source: string;
      readonly expiresAt: string | null;
    }
  /** The phone is taken off the list. */
  | { readonly kind: 'lift'; readonly reason: string };

/** One thing that happens in the traffic. */
export interface Step {
  readonly sender: Sender;
  /** Which step of its sender, from 0: with the sender's number it names the step for ever. */
  readonly number: number;
  /** When it happens, in milliseconds since 1970. */
  readonly at: number;
  readonly deed: Deed;
  /** What the do-not-call provider would say then. */
  readonly dnc: DncAnswer;
}
