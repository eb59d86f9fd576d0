import { type CommandRunner, type Folder, standingOf, type StoredEvent } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { type DataKeys, type Erased, isErased, type Sealed } from '#libs/privacy';
import { type AliasAdditions, aliasMapDecider } from '../domain/alias-map.decider.js';
import { type FeedbackEvent } from '../domain/lead-feedback.events.js';
import { type KnownPostback } from '../domain/postback.js';
import { postbackDecider } from '../domain/postback.decider.js';
import { type AliasEvent, type PostbackTokenEvent } from '../domain/postback-settings.events.js';
import { type PostbackEvent } from '../domain/postback.events.js';
import { type PostbackToken } from '../domain/postback-token.js';
import { postbackTokenDecider } from '../domain/postback-token.decider.js';
import { statementDecider, withNamesOf } from '../domain/opened-statement.js';
import { postbackIsFeedback, postbackNotFound } from '../domain/revenue.errors.js';
import { type StatementEvent } from '../domain/statement.events.js';
import { mapVersionOf } from '../domain/reading/alias-map.js';
import { type HitReader, type ReadingSettings } from './hit-reader.js';
import { leadFeedbackStream, postbackStream } from './postback-streams.js';
import { hitOf, type RawReport } from './raw-report.js';
import { aliasMapStream, postbackTokenStream, statementStream } from './settings-streams.js';

/** A report as its events tell of it; the raw report is closed. */
export interface ClosedRecord {
  readonly postback: KnownPostback;
  readonly history: readonly StoredEvent<PostbackEvent>[];
}

/** A report with all that is known of it, straight from the log. */
export interface PostbackRecord extends ClosedRecord {
  /** As it came. */
  readonly raw: RawReport | Erased;
}

/** A report as it is read under the settings of now. */
export interface FreshReading {
  readonly reading: KnownPostback['reading'];
  readonly destinationId: string | null;
  readonly caller: string | null;
}

type Settings = ReadingSettings & {
  readonly token: { readonly destinationId: string | null };
};

/** A token, and whether it ever was other than it is. */
interface TokenSoFar {
  readonly token: PostbackToken;
  readonly wasChanged: boolean;
}

/** One object: what it made of streams is remembered. */
const tokenSoFar: Folder<TokenSoFar, PostbackTokenEvent> = {
  initialState: () => ({ token: postbackTokenDecider.initialState(), wasChanged: false }),
  evolve: ({ token, wasChanged }, event) => ({
    token: postbackTokenDecider.evolve(token, event),
    wasChanged: wasChanged || event.type === 'PostbackTokenChanged',
  }),
};

/** Whether that is how a report is read already. */
export function isReadSo(
  { reading, destinationId }: FreshReading,
  postback: Pick<KnownPostback, 'reading' | 'destinationId'>,
): boolean {
  const isSame = JSON.stringify(reading) === JSON.stringify(postback.reading);
  return isSame && destinationId === postback.destinationId;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads reports, and the settings they are read under, straight from the log. */
export class PostbackReader {
  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: DataKeys,
    private readonly reader: HitReader,
  ) {}

  /** Rejects with `postback_not_found`, also for another tenant’s, and `postback_is_feedback`. */
  async record(tenantId: TenantId, postbackId: string): Promise<PostbackRecord> {
    return this.open(tenantId, await this.closed(tenantId, postbackId));
  }

  /** As it stands. Rejects as {@link record}. */
  async closed(tenantId: TenantId, postbackId: string): Promise<ClosedRecord> {
    const id = postbackId.toLowerCase();
    if (!UUID.test(id)) throw postbackNotFound();
    const history = await this.runner.history<PostbackEvent>(postbackStream(id));
    if (history.length === 0) await this.#refuseFeedback(tenantId, id);
    return this.told(tenantId, history);
  }

  /** Feedback on leads is shown under ids of the same kind, and is no report on a call. */
  async #refuseFeedback(tenantId: TenantId, id: string): Promise<void> {
    const [first] = await this.runner.history<FeedbackEvent>(leadFeedbackStream(id));
    if (first?.metadata.tenantId === tenantId) throw postbackIsFeedback();
  }

  /**
   * As these events tell of it, which are its first. What is decided of it next rests on them, if
   * there are no more by then. Rejects as {@link record}.
   */
  told(tenantId: TenantId, history: readonly StoredEvent<PostbackEvent>[]): ClosedRecord {
    const [first] = history;
    if (first?.type !== 'PostbackReceived' || first.metadata.tenantId !== tenantId) {
      throw postbackNotFound();
    }
    const standing = standingOf(postbackDecider, history);
    this.runner.remember(first.stream, postbackDecider, standing);
    const { state: postback } = standing;
    if (postback.status === 'absent') throw postbackNotFound();
    return { postback, history };
  }

  /** With the raw report, or without if its key is gone. */
  async open(tenantId: TenantId, closed: ClosedRecord): Promise<PostbackRecord> {
    const [first] = closed.history;
    if (first?.type !== 'PostbackReceived') throw postbackNotFound();
    const box = first.data.personal as Sealed<RawReport>;
    const [raw] = await this.keys.openAll(tenantId, [box]);
    if (raw === undefined) throw postbackNotFound();
    return { ...closed, raw };
  }

  /** How a report is read now; `null` if nobody can tell: its key or its token is gone. */
  async readAgain(tenantId: TenantId, record: PostbackRecord): Promise<FreshReading | null> {
    const { tokenId, method } = record.postback;
    if (isErased(record.raw)) return null;
    const aliases = await this.runner.history<AliasEvent>(aliasMapStream(tenantId));
    const additions = fold(aliasMapDecider, aliases);
    const settings =
      method === 'IMPORT'
        ? await this.#ofStatement(tenantId, tokenId, additions)
        : await this.#ofToken(tenantId, tokenId, additions);
    return settings === null ? null : this.#readUnder(tenantId, record, settings);
  }

  /**
   * Whether a report that has just come is read as the settings of now have it. Whoever took it in
   * knew those of a moment ago: where they were changed just before it was in the log, nothing after
   * it tells of that.
   *
   * Asked of every report, so of most no more is read than that nothing came since. Under which
   * settings of its token one was read is not told; where those ever changed, it is read again.
   */
  async isUpToDate(tenantId: TenantId, record: PostbackRecord): Promise<boolean> {
    const { reading, tokenId, method } = record.postback;
    const [{ state: additions }, { state: known }] = await Promise.all([
      this.runner.standing(aliasMapStream(tenantId), aliasMapDecider),
      this.runner.standing(postbackTokenStream(tokenId), tokenSoFar),
    ]);
    if (mapVersionOf(additions.version) !== reading.mapVersion) return false;
    const { token, wasChanged } = known;
    // A statement stays as it was brought in.
    if (method === 'IMPORT' || token.status === 'absent' || !wasChanged) return true;
    const fresh = await this.#readUnder(tenantId, record, { additions, token: token.settings });
    return fresh === null || isReadSo(fresh, record.postback);
  }

  async #readUnder(
    tenantId: TenantId,
    { raw, postback: { method } }: PostbackRecord,
    settings: Settings,
  ): Promise<FreshReading | null> {
    if (isErased(raw)) return null;
    const { destinationId } = settings.token;
    return { ...(await this.reader.read(tenantId, hitOf(raw, method), settings)), destinationId };
  }

  async #ofToken(tenantId: TenantId, tokenId: string, additions: AliasAdditions) {
    const tokens = await this.runner.history<PostbackTokenEvent>(postbackTokenStream(tokenId));
    const token = fold(postbackTokenDecider, tokens);
    if (token.status === 'absent' || tokens[0]?.metadata.tenantId !== tenantId) return null;
    return { additions, token: token.settings };
  }

  async #ofStatement(tenantId: TenantId, statementId: string, additions: AliasAdditions) {
    const events = await this.runner.history<StatementEvent>(statementStream(statementId));
    const terms = fold(statementDecider, events);
    if (terms === null || events[0]?.metadata.tenantId !== tenantId) return null;
    return { additions: withNamesOf(terms, additions), token: terms };
  }
}
