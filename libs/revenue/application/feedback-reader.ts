import { type CommandRunner, type StoredEvent } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { type DataKeys, type Erased, type Sealed } from '#libs/privacy';
import { feedbackDecider, type KnownFeedback } from '../domain/lead-feedback.js';
import { type FeedbackEvent } from '../domain/lead-feedback.events.js';
import { leadFeedbackStream } from './postback-streams.js';
import { type RawReport } from './raw-report.js';

/** Feedback as it came, as `FeedbackReceived` seals it. */
export interface RawFeedback extends RawReport {
  /** As the buyer gave it. */
  readonly reason: string | null;
}

/** Feedback with all that is known of it, straight from the log. */
export interface FeedbackRecord {
  readonly feedback: KnownFeedback;
  readonly history: readonly StoredEvent<FeedbackEvent>[];
  readonly raw: RawFeedback | Erased;
}

/** Reads what buyers said of leads straight from the log (PB-10). */
export class FeedbackReader {
  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: DataKeys,
  ) {}

  /** `null` if there is none with this id, or it is another tenant’s. */
  async recordIfAny(tenantId: TenantId, feedbackId: string): Promise<FeedbackRecord | null> {
    const stream = leadFeedbackStream(feedbackId.toLowerCase());
    const history = await this.runner.history<FeedbackEvent>(stream);
    if (history[0]?.metadata.tenantId !== tenantId) return null;
    const feedback = fold(feedbackDecider, history);
    if (feedback.status === 'absent') return null;
    const box = feedback.received.personal as Sealed<RawFeedback>;
    const [raw] = await this.keys.openAll(tenantId, [box]);
    return raw === undefined ? null : { feedback, history, raw };
  }
}
