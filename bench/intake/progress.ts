const width = 24;

/** A bar on stderr with one step per round; where stderr is no terminal, one line per step. */
export class Progress {
  #taken = 0;

  constructor(private readonly steps: number) {}

  /** Begins the next step. */
  step(what: string): void {
    this.#show(what);
    this.#taken += 1;
  }

  done(): void {
    this.#show('done');
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  #show(what: string): void {
    const filled = Math.round((width * this.#taken) / this.steps);
    const line = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${what}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }
}
