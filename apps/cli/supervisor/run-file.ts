import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DncConnection } from '../connection/dnc-connection.js';

/**
 * What a running stack tells the other commands, in DATA_DIR/run.json. Holds the database's
 * password and the do-not-call provider's credential, so it is for its owner alone.
 */
export interface RunFile {
  readonly state: 'starting' | 'ready';
  readonly apiUrl: string;
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  /** How far ahead of the machine's clock it believes to be, in minutes. */
  readonly clockOffsetMinutes: number;
  /** The do-not-call provider it asks; `null` until it says so. */
  readonly dnc: DncConnection | null;
  /** Process ids by name, the supervisor's own among them. */
  readonly pids: Readonly<Record<string, number>>;
  /** What tells each of these processes from a later one with the same number. */
  readonly marks: Readonly<Record<string, string>>;
}

/** Where it is. */
export function runFilePath(dataDir: string): string {
  return join(dataDir, 'run.json');
}

/** `null` if there is none, or none that can be read. */
export function readRunFile(dataDir: string): RunFile | null {
  try {
    return JSON.parse(readFileSync(runFilePath(dataDir), 'utf8')) as RunFile;
  } catch {
    return null;
  }
}

/**
 * Replaces it in one step: a reader sees the old one or the new one. One that a killed process left
 * unfinished is not written into, for nobody knows who may read it.
 */
export function writeRunFile(dataDir: string, content: RunFile): void {
  const path = runFilePath(dataDir);
  const unfinished = `${path}.${process.pid}`;
  rmSync(unfinished, { force: true });
  const text = `${JSON.stringify(content, null, 2)}\n`;
  writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, path);
}

export function removeRunFile(dataDir: string): void {
  rmSync(runFilePath(dataDir), { force: true });
}
