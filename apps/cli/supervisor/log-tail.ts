const linesMax = 12;

/** The last lines a process wrote, for the one sentence that tells why it ended. */
export class LogTail {
  #lines: string[] = [];
  #unfinished = '';

  add(text: string): void {
    const pieces = (this.#unfinished + text).split('\n');
    this.#unfinished = (pieces.pop() ?? '').slice(-4_096);
    this.#lines = [...this.#lines, ...pieces.filter((line) => line.trim() !== '')].slice(-linesMax);
  }

  /** Oldest first, made readable. */
  lines(): string[] {
    const unfinished = this.#unfinished.trim() === '' ? [] : [this.#unfinished];
    return [...this.#lines, ...unfinished].slice(-linesMax).map(readableLogLine);
  }
}

/** A structured log line as a person reads it; any other line as it is, but not endless. */
export function readableLogLine(line: string): string {
  const { msg, err } = parse(line);
  const parts = [msg, err?.message].filter((part) => typeof part === 'string' && part !== '');
  const text = parts.length === 0 ? line : [...new Set(parts)].join(': ');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function parse(line: string): { msg?: unknown; err?: { message?: unknown } } {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
  } catch {
    return {};
  }
}
