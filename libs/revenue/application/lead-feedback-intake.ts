import { type CommandRunner, type Position } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { type DataKeys, isErased, seal, type Sealed } from '#libs/privacy';
import { v5 as uuidv5 } from 'uuid';
import {
  feedbackDecider,
  type FeedbackCommand,
  type FeedbackPlace,
  type KnownFeedback,
  leadFeedbackDecider,
  reasonAgainst,
} from '../domain/lead-feedback.js';
import { type AliasAdditions } from '../domain/alias-map.decider.js';
import { type Hit } from '../domain/reading/hit.js';
import { readFeedback } from '../domain/reading/read-feedback.js';
import { type Caller, contextOf } from './caller.js';
import { postbackNotFound } from '../domain/revenue.errors.js';
import { type RawFeedback } from './feedback-reader.js';
import { type LeadFinder } from './lead-finder.js';
import { leadFeedbackStream, leadStream } from './postback-streams.js';
import { mediaTypeOf } from './postback-intake.js';
import { rawReport, type ReportOrigin, sizeOf } from './raw-report.js';
import { type Receipt } from './receive-postback.handler.js';
import { type LiveToken } from './token-directory.js';

/** Feedback as it came, without the token. */
export interface SentFeedback {
  readonly token: LiveToken;
  /** UUID. */
  readonly feedbackId: string;
  readonly hit: Hit;
  readonly origin: ReportOrigin;
  readonly receipt: Receipt;
  readonly additions: AliasAdditions;
}

/**
 * Feedback as it stands, and where its last event of now is in the log; `null` if there was none.
 */
export interface StandingFeedback {
  readonly feedback: KnownFeedback;
  readonly position: Position | null;
}

/** What {@link LeadFeedbackIntake} is put together from. */
export interface FeedbackParts {
  readonly runner: CommandRunner;
  readonly keys: DataKeys;
  readonly leads: LeadFinder;
  readonly clock: Clock;
}

/** Namespace of the ids of commands that tell leads; drawn once, permanent. */
const TELLING = '5e1b7a90-3c64-4f2d-9a58-c07d21e6b3f4';

/** Takes feedback of buyers on leads into the log, and tells the leads (PB-10). */
export class LeadFeedbackIntake {
  readonly #parts: FeedbackParts;

  constructor(parts: FeedbackParts) {
    this.#parts = parts;
  }

  /** Resolves once it is durable, whatever it says. The same id again changes nothing. */
  async receive(sent: SentFeedback, caller: Caller): Promise<StandingFeedback> {
    const { token, feedbackId, hit, origin, receipt, additions } = sent;
    const { tenantId, tokenId, settings } = token;
    const { reading, reason } = readFeedback(hit, additions);
    const key = await this.#parts.keys.take(tenantId);
    const personal = { ...rawReport(hit, origin, null), reason };
    const feedback = {
      ...{ feedbackId, tokenId, destinationId: settings.destinationId },
      ...{ method: hit.method === 'GET' ? ('GET' as const) : ('POST' as const) },
      ...{ contentType: mediaTypeOf(hit), bytes: sizeOf(hit), reading, keyId: key.id, ...receipt },
      personal: seal(key, { tenantId }, personal),
    };
    return this.#decide(tenantId, feedbackId, { type: 'ReceiveFeedback', feedback }, caller);
  }

  /**
   * Finds the lead and tells it. Repeating it changes nothing; what was not found is looked for.
   */
  async place(tenantId: TenantId, feedbackId: string, caller: Caller): Promise<StandingFeedback> {
    const { state, tenantId: owner } = await this.#parts.runner.standing(
      leadFeedbackStream(feedbackId),
      feedbackDecider,
    );
    if (state.status === 'absent' || owner !== tenantId) throw postbackNotFound();
    return this.placeAt(tenantId, state, await this.placeOf(tenantId, state), caller);
  }

  /** Where feedback belongs; `null` if nowhere, as far as is known. */
  async placeOf(tenantId: TenantId, { place, received }: KnownFeedback) {
    const { reading } = received;
    if (place !== null) return place;
    if (reasonAgainst(reading) !== null) return null;
    return this.#parts.leads.namedBy(tenantId, reading.ids);
  }

  /** Tells the lead that was found by {@link placeOf}. Repeating it changes nothing. */
  async placeAt(
    tenantId: TenantId,
    feedback: KnownFeedback,
    place: FeedbackPlace | null,
    caller: Caller,
  ): Promise<StandingFeedback> {
    if (feedback.status === 'placed') return { feedback, position: null };
    if (place !== null) return this.#tell(tenantId, feedback, place, caller);
    const { feedbackId, reading } = feedback.received;
    const reason = reasonAgainst(reading) ?? 'unknown_id';
    const leave = { type: 'LeaveUnplaced', reason, at: this.#now() } as const;
    return this.#decide(tenantId, feedbackId, leave, caller);
  }

  async #tell(
    tenantId: TenantId,
    { received }: KnownFeedback,
    place: FeedbackPlace,
    caller: Caller,
  ): Promise<StandingFeedback> {
    const { feedbackId, tokenId, destinationId, receivedAt, reading } = received;
    const { leadId } = place;
    const about = { ...place, feedbackId, tokenId, destinationId, receivedAt };
    const { state } = await this.#parts.runner.run({
      ...{ stream: leadStream(leadId), decider: leadFeedbackDecider },
      command: {
        ...{ type: 'TellLead', ...about, status: reading.status ?? 'accepted' },
        ...(await this.#sealedReason(tenantId, received)),
      },
      context: contextOf(
        { ...caller, commandId: uuidv5(feedbackId, TELLING) },
        ...([tenantId, leadId, this.#now()] as const),
      ),
    });
    const told = state.told.find((each) => each.feedbackId === feedbackId);
    const outcome = told?.outcome ?? 'matched';
    const placed = { type: 'PlaceFeedback', ...place, outcome, at: this.#now() } as const;
    return this.#decide(tenantId, feedbackId, placed, caller);
  }

  /** On its own, so that the lead’s history does not show all that the sender sent. */
  async #sealedReason(tenantId: TenantId, { personal }: KnownFeedback['received']) {
    const box = personal as Sealed<RawFeedback>;
    const [raw] = await this.#parts.keys.openAll(tenantId, [box]);
    const reason = raw === undefined || isErased(raw) ? null : raw.reason;
    const key = await this.#parts.keys.take(tenantId);
    return { keyId: key.id, personal: seal(key, { tenantId }, { reason }) };
  }

  async #decide(
    tenantId: TenantId,
    feedbackId: string,
    command: FeedbackCommand,
    caller: Caller,
  ): Promise<StandingFeedback> {
    const { state, position } = await this.#parts.runner.run({
      ...{ stream: leadFeedbackStream(feedbackId), decider: feedbackDecider, command },
      context: contextOf(
        { ...caller, commandId: uuidv5(`${command.type} ${feedbackId}`, caller.commandId) },
        ...([tenantId, feedbackId, this.#now()] as const),
      ),
    });
    if (state.status === 'absent') throw postbackNotFound();
    return { feedback: state, position };
  }

  #now(): string {
    return this.#parts.clock.now().toISOString();
  }
}
