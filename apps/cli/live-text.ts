/** A text on a terminal that is drawn anew in its place. */
export class LiveText {
  #lines = 0;

  constructor(private readonly output: NodeJS.WriteStream = process.stdout) {}

  draw(text: string): void {
    const width = this.output.columns;
    // A line that wraps would take two, and the next drawing would begin too far below.
    const lines = text.split('\n').map((line) => line.slice(0, Math.max(1, width - 1)));
    this.clear();
    this.output.write(`${lines.join('\n')}\n`);
    this.#lines = lines.length;
  }

  /** Takes the text away, so that something else can be written there. */
  clear(): void {
    if (this.#lines > 0) this.output.write(`\u001b[${this.#lines}A\u001b[J`);
    this.#lines = 0;
  }
}
