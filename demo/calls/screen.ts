import { LiveText } from '../../apps/cli/live-text.js';
import { masked } from './cast.js';
import { type Fate, isSettled, wordsOf } from './fate.js';

const ROWS_DEFAULT = 24;
/** For the heading, and the line the cursor stands in. */
const ROWS_BESIDE = 3;

/**
 * Shows what happens to everybody: on a terminal a line for each, changing in its place; elsewhere
 * a line for each change.
 */
export class Screen {
  readonly #output: NodeJS.WriteStream;
  readonly #live: LiveText;
  readonly #startedAt = performance.now();
  readonly #shown = new Map<string, string>();
  /** When somebody's line changed last, counted in changes. */
  readonly #changes = new Map<string, number>();
  #count = 0;

  constructor(output: NodeJS.WriteStream = process.stdout) {
    this.#output = output;
    this.#live = new LiveText(output);
  }

  show(fates: readonly Fate[]): void {
    for (const fate of fates) this.#note(fate);
    if (this.#output.isTTY) this.#live.draw(this.#picture(fates));
  }

  #note(fate: Fate): void {
    const line = lineOf(fate);
    if (this.#shown.get(fate.leadId) === line) return;
    this.#shown.set(fate.leadId, line);
    this.#count += 1;
    this.#changes.set(fate.leadId, this.#count);
    if (!this.#output.isTTY) this.#output.write(`${this.#elapsed().padStart(6)} s  ${line}\n`);
  }

  /** As much as there is room for: those to whom something happened last. */
  #picture(fates: readonly Fate[]): string {
    const rows = Math.max(1, (this.#output.rows || ROWS_DEFAULT) - ROWS_BESIDE);
    const latest = [...fates]
      .sort((one, other) => this.#changeOf(other) - this.#changeOf(one))
      .slice(0, rows);
    const visible = new Set(latest);
    const lines = fates.filter((fate) => visible.has(fate)).map(lineOf);
    const settled = fates.filter(isSettled).length;
    const hidden = fates.length - lines.length;
    const more = hidden === 0 ? '' : `, ${hidden} not shown`;
    return [`${this.#elapsed()} s: ${settled} of ${fates.length} settled${more}`, ...lines].join(
      '\n',
    );
  }

  #changeOf({ leadId }: Fate): number {
    return this.#changes.get(leadId) ?? 0;
  }

  #elapsed(): string {
    return ((performance.now() - this.#startedAt) / 1_000).toFixed(1);
  }
}

function lineOf(fate: Fate): string {
  const { phone, town } = fate.participant;
  return `${masked(phone)}  ${`${town.name} ${town.state}`.padEnd(14)}  ${wordsOf(fate)}`;
}
