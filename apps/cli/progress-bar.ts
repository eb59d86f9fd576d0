/** What a progress line is made of. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Done when this run began. */
  readonly before: number;
  readonly elapsedMs: number;
}

const BAR_WIDTH = 30;
const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 5_000;

/** `[#####·····]  50 %  50,000 of 100,000  2,150/s  23 s left` */
export function progressLine({ done, total, before, elapsedMs }: Progress): string {
  const perSecond = elapsedMs === 0 ? 0 : ((done - before) / elapsedMs) * 1_000;
  const left = perSecond === 0 ? '' : `  ${timeText((total - done) / perSecond)} left`;
  const bar = barText(total === 0 ? 1 : done / total);
  return `${bar}  ${count(done)} of ${count(total)}  ${count(perSecond)}/s${left}`;
}

/** How far a walk through the log has come, whose length in events nobody knows beforehand. */
export interface WalkProgress {
  readonly events: number;
  /** Of the way from the beginning of the log to its end, 0 to 1. */
  readonly share: number;
  /** The `share` at which this run began; 0 unless told. */
  readonly shareBefore?: number;
  readonly elapsedMs: number;
}

/** `[#####·····]  50 %  50,000 events  21,500/s  3 s left` */
export function walkLine({ events, share, shareBefore = 0, elapsedMs }: WalkProgress): string {
  const perSecond = elapsedMs === 0 ? 0 : (events / elapsedMs) * 1_000;
  const gained = share - shareBefore;
  const leftSeconds = (elapsedMs / 1_000 / gained) * (1 - share);
  const left = perSecond === 0 || gained <= 0 ? '' : `  ${timeText(leftSeconds)} left`;
  return `${barText(share)}  ${count(events)} events  ${count(perSecond)}/s${left}`;
}

function barText(share: number): string {
  const filled = Math.floor(share * BAR_WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${'#'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}] ${percent} %`;
}

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Where progress is shown: a line that redraws itself on a terminal, and now and then one
 * elsewhere.
 */
export class ProgressBar {
  readonly #startedAt = performance.now();
  #before: number | null = null;
  #shownAt = -Infinity;
  #shown = '';

  constructor(private readonly output: NodeJS.WriteStream = process.stderr) {}

  show(done: number, total: number): void {
    const before = (this.#before ??= done);
    this.#show(done >= total, (elapsedMs) => progressLine({ done, total, before, elapsedMs }));
  }

  /** As {@link show}, of a walk through the log. */
  showWalk(events: number, share: number): void {
    this.#show(share >= 1, (elapsedMs) => walkLine({ events, share, elapsedMs }));
  }

  /** A line that was made elsewhere; the last one is shown however soon it comes. */
  showText(line: string, isLast: boolean): void {
    this.#show(isLast, () => line);
  }

  #show(isLast: boolean, lineAfter: (elapsedMs: number) => string): void {
    const now = performance.now();
    const everyMs = this.output.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    const first = this.#shownAt === -Infinity;
    if (now - this.#shownAt < everyMs && !isLast) return;
    this.#shownAt = now;
    this.#draw(lineAfter(first && !isLast ? 0 : now - this.#startedAt));
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.output.isTTY && this.#shown !== '') this.output.write('\n');
  }

  #draw(line: string): void {
    const blank = ' '.repeat(Math.max(0, this.#shown.length - line.length));
    this.output.write(this.output.isTTY ? `\r${line}${blank}` : `${line}\n`);
    this.#shown = line;
  }
}
