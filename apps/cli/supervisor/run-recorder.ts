import { type DncConnection } from '../connection/dnc-connection.js';
import { processMark } from './process-mark.js';
import { removeRunFile, type RunFile, writeRunFile } from './run-file.js';
import { type Servers } from './stack-plan.js';
import { type ProcessIds } from './supervisor.js';

/** Keeps DATA_DIR/run.json true. */
export class RunRecorder {
  readonly #dataDir: string;
  #file: RunFile = {
    state: 'starting',
    apiUrl: '',
    eventStoreUrl: '',
    databaseUrl: '',
    clockOffsetMinutes: 0,
    dnc: null,
    pids: {},
    marks: {},
  };
  #writing: Promise<void> = Promise.resolve();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  recordAddresses({ apiUrl }: { apiUrl: string }, servers: Servers): void {
    this.#change(() => ({ apiUrl, ...servers }));
  }

  recordClock({ clockOffsetMinutes }: { clockOffsetMinutes: number }): void {
    this.#change(() => ({ clockOffsetMinutes }));
  }

  recordDncProvider(dnc: DncConnection): void {
    this.#change(() => ({ dnc }));
  }

  async recordReady(): Promise<void> {
    this.#change(() => ({ state: 'ready' }));
    await this.#writing;
  }

  recordProcesses(ids: ProcessIds): void {
    const pids = { supervisor: process.pid, ...ids };
    this.#change(async () => ({ pids, marks: await marksOf(pids) }));
  }

  /** Nothing runs any longer. */
  async end(): Promise<void> {
    await this.#writing;
    removeRunFile(this.#dataDir);
  }

  #change(change: () => Partial<RunFile> | Promise<Partial<RunFile>>): void {
    this.#writing = this.#writing.then(async () => {
      this.#file = { ...this.#file, ...(await change()) };
      writeRunFile(this.#dataDir, this.#file);
    });
    // A full disk must not end a stack that works; the next change tries again.
    this.#writing = this.#writing.catch(() => undefined);
  }
}

async function marksOf(pids: ProcessIds): Promise<Record<string, string>> {
  const marks = await Promise.all(
    Object.entries(pids).map(async ([name, pid]) => [name, await processMark(pid)] as const),
  );
  return Object.fromEntries(marks.filter((entry): entry is [string, string] => entry[1] !== null));
}
