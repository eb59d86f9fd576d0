import { type CallEvent, callEvents } from '#events/calls';
import { type Clock, systemClock, type TenantId } from '#libs/kernel';
import { type TenantSecrets } from '#libs/privacy';
import {
  type Again,
  type Answer,
  defineReactor,
  type Memo,
  type Occasion,
  type Order,
  type Reactor,
  type SeenEvent,
  type Unhurried,
} from '#libs/reactors';
import {
  type NamesOfTransfer,
  type PostbackLookup,
  type ShownSoFar,
  type WaitingFor,
  type WaitingPage,
} from '../application/ports.js';
import { type PostbackMatcher, type ReceivedEvent } from '../application/postback-matcher.js';
import {
  type AliasEvent,
  aliasEvents,
  type PostbackTokenEvent,
  postbackTokenEvents,
} from '../domain/postback-settings.events.js';
import { type PostbackEvent, postbackEvents } from '../domain/postback.events.js';
import { PostbackDetached, type RevenueEvent } from '../domain/revenue.events.js';
import { MATCH_WINDOW_MS } from '../domain/call-time.js';
import { OurNumberHashes } from './our-number-hashes.js';

/** What the reactor wants done with a report. */
export type MatchingCommand =
  | { readonly do: 'match_received'; readonly received: ReceivedEvent }
  | { readonly do: 'match_again' | 'read_and_match'; readonly postbackId: string }
  | { readonly do: 'gather'; readonly postbackIds: readonly string[] };

/** What `matching` is put together from. */
export interface MatchingParts {
  readonly matcher: PostbackMatcher;
  readonly postbacks: PostbackLookup;
  readonly shown: ShownSoFar;
  readonly secrets: Pick<TenantSecrets, 'phoneHash'>;
  /** The machine's clock if left out. */
  readonly clock?: Clock;
  /** How reports are paced that have just come; {@link receivedPace} if left out. */
  readonly pace?: ReceivedPace;
}

/** How fast reports are matched as they come, and at what age the others are. */
export type ReceivedPace = Pick<Unhurried, 'perSecond' | 'untilMs'>;

/** The everyday is matched as it comes. A burst is taken in first, with all of the machine. */
export const receivedPace: ReceivedPace = { perSecond: 100, untilMs: 10_000 };

type Detached = Extract<RevenueEvent, { type: 'PostbackDetached' }>;
type Seen = CallEvent | PostbackEvent | Detached | AliasEvent | PostbackTokenEvent;
type AboutTransfer = (CallEvent | Detached) & { data: { readonly transferId: string | null } };

/** Its name, which is also that of who runs its commands. */
const NAME = 'matching';
/** How long to wait for a read side that is behind: within a turn, and between turns. */
const WAIT_MS = 5_000;
const BEHIND_MS = 1_000;

/**
 * Sees to it that every report ends at the transfer that the rules find for it (PB-8): looks at
 * each report, and again at those that wait when a transfer, another report of the call, or other
 * settings come. Reports that count are read anew under other settings, too, and their ledgers
 * revised. What a person unlinked or ignored is left alone.
 *
 * Reports and transfers cross each other on their way. So whichever comes later in the log is
 * looked at only when the read side shows everything up to it, the other one included.
 */
export class Matching {
  /** Starts at the beginning: to match late is better than never, and twice does nothing. */
  readonly reactor: Reactor;
  readonly #parts: MatchingParts;
  readonly #clock: Clock;
  readonly #hashes: OurNumberHashes;

  constructor(parts: MatchingParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#hashes = new OurNumberHashes(parts.secrets);
    this.reactor = this.#declare();
  }

  #declare(): Reactor {
    const transferMoved = (event: SeenEvent<AboutTransfer>, when: Occasion) =>
      this.#transferMoved(event, when);
    return defineReactor<Seen, MatchingCommand>({
      name: NAME,
      startAt: 'beginning',
      unhurried: { types: ['PostbackReceived'], ...(this.#parts.pace ?? receivedPace) },
      events: [
        ...[...callEvents, ...postbackEvents, PostbackDetached],
        ...[...aliasEvents, ...postbackTokenEvents],
      ],
      on: {
        PostbackReceived: (event) =>
          this.#onceShown(event, () => [{ do: 'match_received', received: event }]),
        PostbackAssigned: (event) => (isOwn(event) ? null : matchAgain([event.data.postbackId])),
        PostbackReadAnew: ({ data }) => matchAgain([data.postbackId]),
        PostbackUnlinked: ({ data }) => matchAgain([data.postbackId]),
        PostbackSettled: (event) => this.#onceShown(event, () => this.#sameCall(event)),
        TransferRequested: transferMoved,
        DestinationDialed: transferMoved,
        CallBridged: transferMoved,
        CallEnded: transferMoved,
        // Its names may be gone, by which others were taken for another call.
        PostbackDetached: transferMoved,
        AliasesChanged: (event, { memo }) => this.#settingsChanged(event, null, memo),
        PostbackTokenChanged: (event, { memo }) =>
          this.#settingsChanged(event, event.data.tokenId, memo),
      },
      run: (command, order) => this.#run(command, order),
    });
  }

  /**
   * Answers when the read side shows the event, and asks to be shown it again if it does not yet.
   */
  async #onceShown(
    { position }: SeenEvent,
    answer: () => Answer<MatchingCommand> | Promise<Answer<MatchingCommand>>,
    memo: Memo = {},
  ): Promise<Answer<MatchingCommand>> {
    if (await this.#parts.shown.reaches(position, WAIT_MS)) return answer();
    return { again: this.#later(BEHIND_MS, memo) };
  }

  /**
   * Other reports of a call may have waited for one of them to name its transfer, or were taken to
   * another at the same instant.
   */
  async #sameCall({ metadata, data }: SeenEvent<PostbackEvent>): Promise<Answer<MatchingCommand>> {
    const { postbackId } = data;
    const others = await this.#parts.postbacks.ofSameCall(metadata.tenantId, postbackId);
    const { waiting, split } = others;
    if (split.length === 0) return matchAgain(waiting);
    const postbackIds = [postbackId, ...split];
    return [{ do: 'gather', postbackIds }, ...matchAgain(waiting)];
  }

  async #transferMoved(
    event: SeenEvent<AboutTransfer>,
    { memo }: Occasion,
  ): Promise<Answer<MatchingCommand>> {
    const { transferId } = event.data;
    if (transferId === null) return null;
    const cursor = cursorIn(memo);
    return this.#onceShown(event, () => this.#waitingFor(event, transferId, cursor), {
      cursor,
    });
  }

  async #waitingFor(
    { metadata: { tenantId } }: SeenEvent,
    transferId: string,
    cursor: string | null,
  ): Promise<Answer<MatchingCommand>> {
    const { postbacks } = this.#parts;
    const within = { beforeMs: MATCH_WINDOW_MS, to: this.#windowEnd() };
    const numbers = this.#hashes.known(tenantId);
    const names = await postbacks.ifAwaited(tenantId, transferId, numbers, within);
    if (names === null) return null;
    const sought = await this.#soughtBy(tenantId, names);
    const page = await postbacks.waitingFor(tenantId, sought, cursor);
    return this.#answer(page);
  }

  async #soughtBy(tenantId: TenantId, names: NamesOfTransfer): Promise<WaitingFor> {
    const { consumerHash, presentedCallerId, requestedAt, transferId, callId, leadId } = names;
    const ids = [transferId, callId, leadId];
    if (presentedCallerId === null) return { consumerHash, ourNumber: null, ids };
    const hash = await this.#hashes.hashOf(tenantId, presentedCallerId);
    // Everybody is shown the same number: only reports of about that time can be meant.
    const from = new Date(Date.parse(requestedAt) - MATCH_WINDOW_MS).toISOString();
    return { consumerHash, ourNumber: { hash, from, to: this.#windowEnd() }, ids };
  }

  #windowEnd(): string {
    return new Date(this.#clock.now().getTime() + MATCH_WINDOW_MS).toISOString();
  }

  #settingsChanged(
    event: SeenEvent<AliasEvent | PostbackTokenEvent>,
    tokenId: string | null,
    memo: Memo | null,
  ): Promise<Answer<MatchingCommand>> {
    const { tenantId } = event.metadata;
    const sweep = memo ?? {};
    return this.#onceShown(event, () => this.#sweep(tenantId, tokenId, sweep), sweep);
  }

  /** First what waits, and then all that counts: there may be years of it. */
  async #sweep(
    tenantId: TenantId,
    tokenId: string | null,
    memo: Memo,
  ): Promise<Answer<MatchingCommand>> {
    const { postbacks } = this.#parts;
    const counted = memo['counted'] === true;
    const cursor = cursorIn(memo);
    const { postbackIds, next } = counted
      ? await postbacks.counted(tenantId, tokenId, cursor)
      : await postbacks.waiting(tenantId, tokenId, cursor);
    const commands = postbackIds.map(
      (postbackId) => ({ do: 'read_and_match', postbackId }) as const,
    );
    const isLast = next === null && counted;
    const rest = next === null ? { counted: true } : { counted, cursor: next };
    return { commands, again: isLast ? null : this.#later(0, rest) };
  }

  /** A page at a time, so that no turn takes long. */
  #answer({ postbackIds, next }: WaitingPage): Answer<MatchingCommand> {
    const commands = postbackIds.map(again);
    return { commands, again: next === null ? null : this.#later(0, { cursor: next }) };
  }

  #later(inMs: number, memo: Memo): Again {
    return { at: new Date(this.#clock.now().getTime() + inMs), memo };
  }

  async #run(command: MatchingCommand, order: Order): Promise<void> {
    const { matcher } = this.#parts;
    const { tenantId } = order;
    if (command.do === 'gather') await matcher.gather(tenantId, command.postbackIds, order);
    else if (command.do === 'match_received') await matcher.matchFromEvent(command.received, order);
    else if (command.do === 'match_again') {
      await matcher.matchAgain(tenantId, command.postbackId, order);
    } else await matcher.readAndMatch(tenantId, command.postbackId, order);
  }
}

function matchAgain(postbackIds: readonly string[]): MatchingCommand[] {
  return postbackIds.map(again);
}

function again(postbackId: string): MatchingCommand {
  return { do: 'match_again', postbackId };
}

/**
 * Whether this reactor assigned a report: it tells the ledger then, too, before it is done with the
 * event that it did so for, and does it over if it dies in between.
 */
function isOwn({ metadata: { actor } }: SeenEvent): boolean {
  return actor.kind === 'system' && actor.id === NAME;
}

/** Where a sweep goes on; from the beginning without. */
function cursorIn(memo: Memo | null): string | null {
  const cursor = memo?.['cursor'];
  return typeof cursor === 'string' ? cursor : null;
}
