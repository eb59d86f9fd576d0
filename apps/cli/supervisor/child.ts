import { type ChildProcess, spawn } from 'node:child_process';
import { type BoundedLog } from './bounded-log.js';
import { LogTail } from './log-tail.js';
import { memoryLayout } from './memory-layout.js';
import { type PartName, type ProcessExit } from './part.js';

/** How a part is launched, and how it tells that it is ready. */
export interface PartSpec {
  readonly name: PartName;
  /** The compiled entry file. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ready: (child: Child, signal: AbortSignal) => Promise<void>;
  /** A part that says nothing on its channel for this long counts as hung. */
  readonly silentMsMax?: number;
}

/** A launched process of a part. */
export interface Child {
  readonly pid: number;
  /** The process that does the work where the child only keeps it: the Postgres server. */
  readonly kept: () => number | null;
  readonly exited: Promise<ProcessExit>;
  readonly lastWords: () => string[];
  /** Everything it writes, as it comes. */
  readonly onOutput: (listener: (text: string) => void) => void;
  /** What it sends over its channel. */
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const lifeline = new URL('./lifeline.js', import.meta.url).href;

/**
 * Launches a part in a process group of its own, so that Ctrl-C reaches the supervisor alone and
 * the order of stopping stays in its hands.
 */
export function launch(spec: PartSpec, log: BoundedLog): Child {
  const args = [...memoryLayout, '--import', lifeline, spec.entry, ...spec.args];
  const process = spawn(globalThis.process.execPath, args, {
    env: spec.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const tail = new LogTail();
  let kept: number | null = null;
  forEachOutput(process, (chunk) => {
    log.write(chunk);
    tail.add(chunk.toString());
  });
  process.on('message', (message) => {
    kept = keptBy(message) ?? kept;
  });
  return {
    pid: process.pid ?? 0,
    kept: () => kept,
    exited: exitOf(process, tail),
    lastWords: () => tail.lines(),
    onOutput: (listener) => {
      forEachOutput(process, (chunk) => {
        listener(chunk.toString());
      });
    },
    onMessage: (listener) => process.on('message', listener),
    kill: (signal) => process.kill(signal),
  };
}

function forEachOutput(process: ChildProcess, listener: (chunk: Buffer) => void): void {
  process.stdout?.on('data', listener);
  process.stderr?.on('data', listener);
}

function exitOf(process: ChildProcess, tail: LogTail): Promise<ProcessExit> {
  return new Promise((settle) => {
    // Not `exit`: what it wrote last would still be on its way.
    process.once('close', (code, signal) => {
      settle({ code, signal });
    });
    process.once('error', (error) => {
      tail.add(`${error.message}\n`);
      settle({ code: null, signal: null });
    });
  });
}

function keptBy(message: unknown): number | null {
  const { keeps } = (message ?? {}) as { keeps?: unknown };
  return typeof keeps === 'number' ? keeps : null;
}
