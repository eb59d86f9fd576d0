import { type TenantId } from '#libs/kernel';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type MatchOutcome } from '../domain/matching.js';
import { type PostbackTokenSettings } from '../domain/postback-settings.events.js';
import { postbackTokenNotFound } from '../domain/postback-settings.errors.js';
import { type Reading } from '../domain/postback.events.js';
import { type Hit, splitHits } from '../domain/reading/hit.js';
import { AliasDirectory } from './alias-directory.js';
import { FeedbackReader, type FeedbackRecord } from './feedback-reader.js';
import { HitReader } from './hit-reader.js';
import { PostbackMatcher } from './postback-matcher.js';
import { PostbackReader, type PostbackRecord } from './postback-reader.js';
import { RevenueClock } from './revenue-clock.js';
import { TokenDirectory } from './token-directory.js';

/** A report on a call or on a lead, with everything that happened to it, and as it came (PB-2). */
export class GetPostbackQuery extends Query<PostbackRecord | FeedbackRecord> {
  constructor(
    readonly tenantId: TenantId,
    readonly postbackId: string,
  ) {
    super();
  }
}

/** Reads the stream of a report and opens what is sealed in it. */
@QueryHandler(GetPostbackQuery)
export class GetPostbackHandler implements IQueryHandler<GetPostbackQuery> {
  constructor(
    private readonly reader: PostbackReader,
    private readonly feedback: FeedbackReader,
  ) {}

  /** Whoever was answered an id can look it up, whatever it is of. */
  async execute({ tenantId, postbackId }: GetPostbackQuery) {
    const feedback = await this.feedback.recordIfAny(tenantId, postbackId);
    return feedback ?? this.reader.record(tenantId, postbackId);
  }
}

/** What would become of one report. */
export interface PreviewedPostback {
  readonly reading: Reading;
  readonly outcome: MatchOutcome;
}

/** What would become of reports that came like this. */
export class PreviewPostbackQuery extends Query<readonly PreviewedPostback[]> {
  constructor(
    readonly tenantId: TenantId,
    readonly hit: Hit,
    /** With which token; without one, as with a new one that has these settings. */
    readonly readAs: {
      readonly tokenId: string | null;
      readonly settings: Partial<PostbackTokenSettings>;
    },
  ) {
    super();
  }
}

const nothingSet: Omit<PostbackTokenSettings, 'label'> = {
  ...{ destinationId: null, amountUnit: 'by_name', timeZone: 'UTC', currency: 'USD' },
};

/** Reads and matches as if they had come now. Stores nothing. */
@QueryHandler(PreviewPostbackQuery)
export class PreviewPostbackHandler implements IQueryHandler<PreviewPostbackQuery> {
  constructor(
    private readonly reader: HitReader,
    private readonly matcher: PostbackMatcher,
    private readonly tokens: TokenDirectory,
    private readonly aliases: AliasDirectory,
    private readonly clock: RevenueClock,
  ) {}

  async execute({ tenantId, hit, readAs }: PreviewPostbackQuery): Promise<PreviewedPostback[]> {
    const { tokenId } = readAs;
    const token = this.#settings(tenantId, readAs);
    const additions = this.aliases.of(tenantId);
    const receivedAt = this.clock.now().toISOString();
    const previewed: PreviewedPostback[] = [];
    for (const each of splitHits(hit)) {
      const { reading, caller } = await this.reader.read(tenantId, each, { additions, token });
      const { destinationId } = token;
      const { method } = each;
      const call = { reading, receivedAt, tokenId, destinationId, method, caller };
      previewed.push({ reading, outcome: await this.matcher.preview(tenantId, call) });
    }
    return previewed;
  }

  #settings(tenantId: TenantId, { tokenId, settings }: PreviewPostbackQuery['readAs']) {
    if (tokenId === null) return { ...nothingSet, ...settings };
    const token = this.tokens.byId(tenantId, tokenId);
    if (token === null) throw postbackTokenNotFound();
    return token.settings;
  }
}
