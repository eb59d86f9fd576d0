import { closeSync, openSync, renameSync, writeSync, fstatSync } from 'node:fs';

const bytesMax = 10 * 1024 * 1024;

/**
 * A log file that never grows beyond `maxBytes`: when it is full it becomes `<file>.1`, in place of
 * the one before. A full disk loses log lines and nothing else.
 */
export class BoundedLog {
  readonly file: string;
  readonly #maxBytes: number;
  #descriptor: number;
  #closed = false;
  #bytes: number;

  constructor(file: string, maxBytes = bytesMax) {
    this.file = file;
    this.#maxBytes = maxBytes;
    this.#descriptor = openSync(file, 'a', 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  write(chunk: Buffer): void {
    // Its descriptor may belong to another file by then.
    if (this.#closed) return;
    try {
      if (this.#bytes > 0 && this.#bytes + chunk.length > this.#maxBytes) this.#turnOver();
      this.#bytes += writeSync(this.#descriptor, chunk.subarray(0, this.#maxBytes));
    } catch {
      // Whoever logs must not fail because the log does.
    }
  }

  close(): void {
    this.#closed = true;
    closeSync(this.#descriptor);
  }

  #turnOver(): void {
    closeSync(this.#descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.#descriptor = openSync(this.file, 'a', 0o600);
    this.#bytes = 0;
  }
}
