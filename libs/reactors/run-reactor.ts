import { EventCatalog, type EventStore, followLog, pause, withDeadline } from '#libs/event-store';
import { HeartbeatRecorded } from '#libs/heartbeat';
import { type Clock } from '#libs/kernel';
import { failureReason } from './failure-reason.js';
import { firstVisit, placedAt } from './first-visit.js';
import { Interrupted } from './interrupted.js';
import { orderOf } from './order.js';
import { patiently } from './patiently.js';
import { reactionOf } from './reaction-of.js';
import { type Again, type Reactor, type SeenEvent } from './reactor.js';
import { type ReactorLedger, type Visit } from './reactor-ledger.js';
import { type ReactorLimits } from './reactor-limits.js';
import { type ReactorNotice } from './reactor-notice.js';
import { StreamLanes } from './stream-lanes.js';
import { UndecodedLog } from './undecoded-log.js';
import { UnhurriedEvents } from './unhurried-events.js';
import { Watermark } from './watermark.js';

/** What a reactor runs with, for as long as one lease lasts. */
export interface RunReactorOptions {
  readonly reactor: Reactor;
  readonly store: EventStore;
  readonly ledger: ReactorLedger;
  readonly clock: Clock;
  readonly limits: ReactorLimits;
  readonly report: (notice: ReactorNotice) => void;
  readonly signal: AbortSignal;
}

/** Failed events are tried again after 1 s, 2 s, 4 s …, at most this far apart unless told. */
const RETRY_MS_MAX = 10 * 60 * 1_000;
const BUSY_POLL_MS = 20;
/** Between looks for events that have waited long enough. */
const UNHURRIED_POLL_MS = 100;
/** How long the events under way may take to finish when the process is to end. */
const FINISH_WITHIN_MS = 10_000;

/**
 * Shows a reactor the log from its checkpoint on, until the signal; rejects when a write fails or
 * another process has taken over, and then everything begins again at the checkpoint.
 *
 * Events of one stream are acted upon in their order, those of different streams side by side. The
 * checkpoint follows the oldest unfinished one, so whatever a crash interrupts is done again, with
 * the same command ids. A store or database out of reach is waited for. An event that fails in any
 * other way is parked: written down, passed over, and tried again with growing pauses; later events
 * of its stream are parked behind it.
 */
export class ReactorRun {
  readonly #options: RunReactorOptions;
  readonly #catalog: EventCatalog;
  readonly #lanes: StreamLanes;
  readonly #unhurried: UnhurriedEvents;
  readonly #revisiting = new Set<string>();
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  /** By stream, the events that later ones wait for. */
  #held = new Map<string, Set<string>>();
  #watermark = new Watermark(null);
  #saved: bigint | null = null;
  #parked = 0;
  #failed: (error: unknown) => void = () => undefined;

  constructor(options: RunReactorOptions) {
    this.#options = options;
    this.#catalog = new EventCatalog(options.reactor.events);
    this.#lanes = new StreamLanes(options.limits.concurrency);
    this.#unhurried = new UnhurriedEvents(options.reactor.unhurried);
    this.#signal = AbortSignal.any([options.signal, this.#closing.signal]);
  }

  async run(): Promise<void> {
    const { reactor, store, ledger, report } = this.#options;
    const begin = () => (reactor.startAt === 'now' ? store.headPosition() : Promise.resolve(null));
    this.#saved = await ledger.open(reactor.name, begin);
    this.#watermark = new Watermark(this.#saved);
    this.#held = await ledger.heldStreams(reactor.name);
    this.#parked = await ledger.countParked(reactor.name);
    report({ kind: 'started', reactor: reactor.name, after: this.#saved });
    const failure = new Promise<never>((_, reject) => (this.#failed = reject));
    const loops = [this.#follow(), this.#revisit(), this.#letGoInTime(), this.#saveNowAndThen()];
    try {
      await Promise.race([failure, Promise.all(loops)]);
    } finally {
      this.#closing.abort();
      await Promise.allSettled([...loops, withDeadline(this.#lanes.idle(), FINISH_WITHIN_MS)]);
    }
    await this.#save();
  }

  async #follow(): Promise<void> {
    const { reactor, store, report } = this.#options;
    const log = followLog({
      store,
      catalog: new UndecodedLog(),
      after: this.#saved,
      // Nothing else is sent here: most events of the log are nothing to most reactors.
      typePrefixes: [...Object.keys(reactor.on), HeartbeatRecorded.type],
      signal: this.#signal,
      onDisconnected: (error) => {
        report({ kind: 'disconnected', reactor: reactor.name, error });
      },
    });
    for await (const message of log) {
      await this.#room();
      if (message.kind === 'checkpoint') this.#watermark.begin(message.position, null)();
      if (message.kind === 'event') this.#begin(message.event);
    }
  }

  #begin(event: SeenEvent): void {
    const { stream, position, recordedAt, type } = event;
    const finish = this.#watermark.begin(position, recordedAt);
    if (this.#options.reactor.on[type] === undefined) {
      finish();
      return;
    }
    const visit = firstVisit(event);
    const ready = this.#unhurried.turnOf(event);
    // Thousands may wait: these are read again, so that only their names are in memory meanwhile.
    const seen = ready === null ? event : null;
    const act = () =>
      this.#held.has(stream) ? this.#parkBehind(visit) : this.#visitStored(visit, seen);
    this.#lanes.run(stream, act, ready).then(finish).catch(this.#giveUp);
  }

  /** Whatever an event cannot be parked for ends the run, and everything begins again. */
  readonly #giveUp = (error: unknown): void => {
    if (!(error instanceof Interrupted)) this.#failed(error);
  };

  /** Waits while there is as much to do as may be at once. */
  async #room(): Promise<void> {
    const { limits, reactor, report } = this.#options;
    let told = false;
    while (!this.#signal.aborted) {
      const tooManyParked = this.#parked >= limits.parked;
      if (tooManyParked && !told) {
        report({ kind: 'standing_still', reactor: reactor.name, parked: this.#parked });
        told = true;
      }
      if (!tooManyParked && !this.#isFull()) return;
      await pause(5, this.#signal);
    }
  }

  #isFull(): boolean {
    const { limits } = this.#options;
    const { unfinished, remembered } = this.#watermark;
    const { patient } = this.#lanes;
    const isBusy = unfinished - patient >= limits.unfinished;
    return isBusy || patient >= limits.unhurried || remembered >= limits.remembered;
  }

  async #letGoInTime(): Promise<void> {
    while (this.#options.reactor.unhurried !== undefined && !this.#signal.aborted) {
      this.#unhurried.letGo();
      await pause(UNHURRIED_POLL_MS, this.#signal);
    }
    this.#unhurried.close();
  }

  /** Shows events again whose time has come. */
  async #revisit(): Promise<void> {
    const { ledger, reactor, clock, limits } = this.#options;
    while (!this.#signal.aborted) {
      const free = limits.revisits - this.#revisiting.size;
      const besides = [...this.#revisiting];
      const due = free > 0 ? await ledger.due(reactor.name, clock.now(), besides, free) : [];
      for (const visit of due) this.#beginAgain(visit);
      const busy = free === 0 || due.length > 0;
      await pause(busy ? BUSY_POLL_MS : limits.pollMs, this.#signal);
    }
  }

  #beginAgain(visit: Visit): void {
    this.#revisiting.add(visit.eventId);
    this.#lanes
      .run(visit.stream, async () => {
        await this.#visitStored(visit, null);
        this.#revisiting.delete(visit.eventId);
      })
      .catch(this.#giveUp);
  }

  /** `seen`: the event, if it is still at hand. One that is gone from the log is done with. */
  async #visitStored(visit: Visit, seen: SeenEvent | null): Promise<void> {
    if (this.#signal.aborted) throw new Interrupted();
    const event = seen ?? (await patiently(() => this.#stored(visit), this.#signal));
    await (event === null ? this.#settle(visit, null) : this.#visit(visit, event));
  }

  async #stored({ stream, revision, position }: Visit): Promise<SeenEvent | null> {
    const there = this.#options.store.readStream(stream, { from: revision, maxCount: 1 });
    for await (const event of there) {
      return event.revision === revision ? placedAt(position, event) : null;
    }
    return null;
  }

  async #visit(visit: Visit, undecoded: SeenEvent): Promise<void> {
    if (this.#signal.aborted) throw new Interrupted();
    let again: Again | null;
    try {
      again = await patiently(() => this.#act(visit, undecoded), this.#signal);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      await this.#park(visit, failureReason(undecoded, error));
      return;
    }
    await this.#settle(visit, again);
  }

  /** Has the event handled and its commands run; resolves to when it wants to be seen again. */
  async #act({ turn, memo }: Visit, undecoded: SeenEvent): Promise<Again | null> {
    const { reactor, ledger, limits } = this.#options;
    await ledger.assertOwned();
    const event = this.#catalog.decode(undecoded) as SeenEvent | null;
    const handle = reactor.on[undecoded.type];
    if (event === null || handle === undefined) return null;
    const act = async (): Promise<Again | null> => {
      const { commands = [], again = null } = reactionOf(await handle(event, { turn, memo }));
      for (const [index, command] of commands.entries()) {
        await reactor.run(command, orderOf(reactor.name, event, turn, index));
      }
      return again;
    };
    return withDeadline(act(), limits.timeoutMs);
  }

  async #settle(visit: Visit, again: Again | null): Promise<void> {
    const { ledger, reactor } = this.#options;
    const { eventId, turn, attempts, holdsStream } = visit;
    if (again !== null) {
      const next = { turn: turn + 1, memo: again.memo ?? null, holdsStream: false, attempts: 0 };
      await ledger.keep(reactor.name, { ...visit, ...next }, { dueAt: again.at, failure: null });
    } else if (turn > 0 || holdsStream) await ledger.drop(reactor.name, eventId);
    if (holdsStream) this.#release(visit);
    if (attempts > 0 || holdsStream) this.#parked = await ledger.countParked(reactor.name);
  }

  async #park(visit: Visit, failure: string): Promise<void> {
    const attempts = visit.attempts + 1;
    const { reactor, report } = this.#options;
    const retryInMs = Math.min(reactor.retryMsMax ?? RETRY_MS_MAX, 500 * 2 ** attempts);
    await this.#keepFailed({ ...visit, attempts }, failure, retryInMs);
    report({ kind: 'parked', reactor: reactor.name, failure, attempts, retryInMs });
  }

  /** Not a failure of its own: it is tried as soon as nothing before it is parked. */
  async #parkBehind(visit: Visit): Promise<void> {
    // Parked before a restart, and not yet passed by the checkpoint then.
    if (this.#held.get(visit.stream)?.has(visit.eventId) === true) return;
    const failure = `${visit.stream}@${visit.revision} waits for an earlier event of its stream.`;
    await this.#keepFailed(visit, failure, 0);
  }

  async #keepFailed(visit: Visit, failure: string, inMs: number): Promise<void> {
    const { ledger, reactor, clock } = this.#options;
    const { eventId, stream, turn } = visit;
    const dueAt = new Date(clock.now().getTime() + inMs);
    const holdsStream = turn === 0;
    await ledger.keep(reactor.name, { ...visit, holdsStream }, { dueAt, failure });
    if (holdsStream) this.#held.set(stream, (this.#held.get(stream) ?? new Set()).add(eventId));
    this.#parked = await ledger.countParked(reactor.name);
  }

  #release({ stream, eventId }: Visit): void {
    const holding = this.#held.get(stream);
    holding?.delete(eventId);
    if (holding?.size === 0) this.#held.delete(stream);
  }

  async #saveNowAndThen(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#save();
      await pause(this.#options.limits.saveMs, this.#signal);
    }
  }

  async #save(): Promise<void> {
    const { position, passedAt } = this.#watermark;
    if (position === null || position === this.#saved) return;
    await this.#options.ledger.advance(this.#options.reactor.name, this.#saved, position, passedAt);
    this.#saved = position;
  }
}
