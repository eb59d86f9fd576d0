/** Where a person watches what is going on. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Tells what is being done, and how long it takes where that is not at once. */
export class Progress {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Shows `title` while `work` goes on: on a terminal with a running count of seconds. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const seconds = (): number => Math.floor((performance.now() - startedAt) / 1_000);
    this.#screen.write(`  ${title} …${this.#screen.isTTY === true ? '' : '\n'}`);
    const ticks = setInterval(() => {
      this.#tick(title, seconds());
    }, 1_000);
    try {
      return await work();
    } finally {
      clearInterval(ticks);
      if (this.#screen.isTTY === true) this.#screen.write(`\r${stepLine(title, seconds())}\n`);
    }
  }

  #tick(title: string, seconds: number): void {
    if (this.#screen.isTTY === true) this.#screen.write(`\r${stepLine(title, seconds)}`);
    // A timer may fire a little early, while the second it announces is still 0.
    else if (seconds > 0 && seconds % 10 === 0) this.#screen.write(`${stepLine(title, seconds)}\n`);
  }
}

/** One line of progress; the seconds are told once there are two of them. */
export function stepLine(title: string, seconds: number): string {
  return seconds < 2 ? `  ${title} …` : `  ${title} … ${seconds} s`;
}
