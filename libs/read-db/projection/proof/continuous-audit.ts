import { setTimeout as pause } from 'node:timers/promises';
import { type ClientBase } from 'pg';
import { type Database } from '../../database.js';
import { fingerprintOf } from '../digest.js';
import { type Lease, renewLease } from '../lease.js';
import { type AuditFinding, describeFindings } from './audit-finding.js';
import { highestTarget } from './audit-read-models.js';
import { advanceAudits, type AuditRecord, loadAudit, replaceAudit } from './audit-table.js';
import { atTheBeginning, type AuditProgress, AuditTrack, type Mismatch } from './audit-track.js';
import {
  type AuditedLog,
  type AuditedMessage,
  readUpTo,
  type AuditedProjection,
} from './audited-log.js';
import { findFaults } from './find-faults.js';
import { HeadWatch } from './head-watch.js';
import { Pace } from './pace.js';
import { readServingBuilds, type ServingBuild } from './serving-builds.js';

/** What the auditor has to say, for logs. Nothing of it is personal. */
export type AuditNotice =
  | { readonly kind: 'standing_by' }
  | { readonly kind: 'started' }
  /** Alarm, once for each finding: a read model did not apply what is in the log. */
  | {
      readonly kind: 'differs';
      readonly name: string;
      readonly build: number;
      readonly message: string;
    }
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** What is audited, and at which pace. */
export interface RunAuditOptions {
  /** Connected as the worker. One of its connections is held all the time. */
  readonly database: Database;
  readonly projections: readonly AuditedProjection[];
  readonly log: AuditedLog;
  /** Where the log ends. The audit rests while live application is more than 6 s behind that. */
  readonly head: () => Promise<bigint | null>;
  readonly signal: AbortSignal;
  readonly report?: (notice: AuditNotice) => void;
  /** 2,000 unless told. */
  readonly eventsPerSecondMax?: number;
  /**
   * How often read models are looked at, and so how far apart faults can be told; 2 s unless told.
   */
  readonly sampleEveryMs?: number;
}

/** A build under audit. */
interface Audited {
  readonly track: AuditTrack;
  findings: readonly AuditFinding[];
  /** As the table has it. */
  saved: AuditProgress;
}

/** What a turn of counting came to for a build. */
interface Outcome {
  readonly audited: Audited;
  readonly record: AuditRecord;
  /** What this turn brought to light. */
  readonly found: readonly AuditFinding[];
}

type Options = RunAuditOptions & Required<Pick<RunAuditOptions, 'report'>>;

/**
 * So long a reading of the log goes on before others, at other places of the log, have their turn.
 */
const turnMs = 5_000;
const messagesAtOnce = 64;

/** The auditor at work, with the lease. */
export class ContinuousAudit {
  readonly #client: ClientBase;
  readonly #lease: Lease;
  readonly #options: Options;
  readonly #onSuccess: () => void;
  readonly #projections: ReadonlyMap<string, AuditedProjection>;
  readonly #audited = new Map<string, Audited>();
  readonly #pace: Pace;
  readonly #head: HeadWatch;
  readonly #sampleEveryMs: number;
  #sampledAt = -Infinity;

  constructor(client: ClientBase, lease: Lease, options: Options, onSuccess: () => void) {
    const { projections, eventsPerSecondMax = 2_000, sampleEveryMs = 2_000 } = options;
    this.#client = client;
    this.#lease = lease;
    this.#options = options;
    this.#onSuccess = onSuccess;
    this.#projections = new Map(projections.map((each) => [each.name, each]));
    this.#pace = new Pace(eventsPerSecondMax, performance.now());
    this.#head = new HeadWatch(options.head);
    this.#sampleEveryMs = sampleEveryMs;
  }

  /** Until the signal, or until anything fails. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await this.#sample();
      let isDone = true;
      for (const group of this.#groups()) isDone = (await this.#read(group)) && isDone;
      this.#onSuccess();
      if (isDone) await this.#rest(this.#sampleEveryMs);
    }
  }

  /** Gives a sign of life, and takes down where every serving build is. */
  async #sample(): Promise<void> {
    await renewLease(this.#client, this.#lease);
    const builds = await readServingBuilds(this.#client, this.#options.projections);
    for (const build of builds) await this.#sampleBuild(build);
    await this.#head.look(builds);
    this.#sampledAt = performance.now();
  }

  async #sampleBuild(served: ServingBuild): Promise<void> {
    const projection = this.#projections.get(served.name);
    // Only the version that fills it knows which events belong in a build.
    if (projection?.version !== served.version) return;
    let audited = this.#audited.get(served.name);
    if (audited?.track.build !== served.build) {
      audited = await this.#begin(projection, served.build);
      this.#audited.set(served.name, audited);
    }
    audited.track.sample(served);
  }

  async #begin(projection: AuditedProjection, build: number): Promise<Audited> {
    const { name } = projection;
    let record = await loadAudit(this.#client, name, build);
    if (record === null) {
      record = { name, build, progress: atTheBeginning, findings: [] };
      await replaceAudit(this.#client, record);
    }
    const { progress, findings } = record;
    return { track: new AuditTrack(projection, build, progress), findings, saved: progress };
  }

  /** Those that go on from the same place read the log together; those who are furthest first. */
  #groups(): Audited[][] {
    const groups = new Map<bigint | null, Audited[]>();
    if (this.#head.isLiveBehind) return [];
    for (const audited of this.#audited.values()) {
      const { target, readPosition } = audited.track;
      if (target === null && !audited.track.isDue) continue;
      groups.set(readPosition, [...(groups.get(readPosition) ?? []), audited]);
    }
    return [...groups.entries()]
      .sort(([a], [b]) => Number((b ?? -1n) - (a ?? -1n)))
      .map(([, group]) => group);
  }

  /** Counts for a turn; resolves to whether everything is counted that there was. */
  async #read(group: readonly Audited[]): Promise<boolean> {
    const tracks = group.map(({ track }) => track);
    const mismatches = new Map<AuditTrack, Mismatch[]>(tracks.map((track) => [track, []]));
    const tell = (message: AuditedMessage) => {
      for (const [track, found] of toldOf(tracks, message)) mismatches.get(track)?.push(...found);
    };
    const upTo = highestTarget(tracks);
    const after = tracks[0]?.readPosition ?? null;
    const until = performance.now() + turnMs;
    let isDone = true;
    if (upTo !== null) {
      for await (const message of readUpTo(this.#paced, after, upTo, this.#options.signal)) {
        tell(message);
        isDone = performance.now() < until && !this.#head.isLiveBehind;
        if (!isDone) break;
      }
    }
    if (isDone) tell({ kind: 'checkpoint', position: upTo ?? after ?? 0n });
    await this.#save(group, mismatches);
    return isDone;
  }

  /**
   * Those with which all is well first: to look for faults, the log is read again, and where that
   * fails the others have come further all the same.
   */
  async #save(
    group: readonly Audited[],
    mismatches: ReadonlyMap<AuditTrack, readonly Mismatch[]>,
  ): Promise<void> {
    const mismatchesOf = ({ track }: Audited) => mismatches.get(track) ?? [];
    const well = group.filter((audited) => mismatchesOf(audited).length === 0);
    await this.#keep(await Promise.all(well.map((audited) => this.#outcomeOf(audited, []))));
    for (const audited of group) {
      if (well.includes(audited)) continue;
      await this.#keep([await this.#outcomeOf(audited, mismatchesOf(audited))]);
    }
  }

  /** All in one statement: as a rule every read model comes further with each look. */
  async #keep(outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const advances = outcomes.map(({ audited, record }) => ({ record, from: audited.saved }));
    const moved = await advanceAudits(this.#client, advances);
    for (const outcome of outcomes) {
      if (moved.has(outcome.record.name)) this.#take(outcome);
      else this.#audited.delete(outcome.record.name);
    }
  }

  async #outcomeOf(audited: Audited, mismatches: readonly Mismatch[]): Promise<Outcome> {
    const { projection, build, progress } = audited.track;
    const found: AuditFinding[] = [];
    for (const mismatch of mismatches) {
      const { signal } = this.#options;
      found.push(...(await findFaults(this.#attended, projection, mismatch, signal)));
    }
    const findings = [...audited.findings, ...found];
    return { audited, found, record: { name: projection.name, build, progress, findings } };
  }

  /** What was kept is how things are now. */
  #take({ audited, record, found }: Outcome): void {
    audited.findings = record.findings;
    audited.saved = record.progress;
    if (found.length === 0) return;
    const { name, build } = record;
    this.#options.report({ kind: 'differs', name, build, message: describeFindings(found) });
  }

  /** The log, while what has to be done now and then is done. */
  readonly #attended: AuditedLog = (after, signal) => this.#attend(after, signal, () => undefined);

  /** The same, no faster than allowed. */
  readonly #paced: AuditedLog = (after, signal) =>
    this.#attend(after, signal, () =>
      this.#rest(this.#pace.spend(messagesAtOnce, performance.now())),
    );

  async #rest(ms: number): Promise<void> {
    if (ms === 0) return;
    await pause(ms, undefined, { signal: this.#options.signal }).catch(() => undefined);
  }

  async *#attend(
    after: bigint | null,
    signal: AbortSignal,
    rest: () => Promise<void> | undefined,
  ): AsyncGenerator<AuditedMessage> {
    let messages = 0;
    for await (const message of this.#options.log(after, signal)) {
      yield message;
      messages += 1;
      if (messages % messagesAtOnce !== 0) continue;
      await rest();
      if (performance.now() - this.#sampledAt > this.#sampleEveryMs) await this.#sample();
    }
  }
}

/** What a message of the log brings to light, by track; hardly ever anything. */
function toldOf(tracks: readonly AuditTrack[], message: AuditedMessage) {
  const told: [AuditTrack, readonly Mismatch[]][] = [];
  const tell = (ask: (track: AuditTrack) => readonly Mismatch[]) => {
    for (const track of tracks) {
      const found = ask(track);
      if (found.length > 0) told.push([track, found]);
    }
  };
  if (message.kind === 'event') {
    const { event } = message;
    const fingerprint = fingerprintOf(event.id);
    tell((track) => track.take(event, fingerprint));
  } else if (message.kind === 'checkpoint') tell((track) => track.passTo(message.position));
  return told;
}
