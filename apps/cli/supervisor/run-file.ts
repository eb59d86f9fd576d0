import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a running stack tells the other commands, in DATA_DIR/run.json. Holds the database's
 * password.
 */
export interface RunFile {
  readonly state: 'starting' | 'ready';
  readonly apiUrl: string;
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  /** How far ahead of the machine's clock it believes to be, in minutes. */
  readonly clockOffsetMinutes: number;
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

/** Replaces it in one step: a reader sees the old one or the new one. */
export function writeRunFile(dataDir: string, content: RunFile): void {
  const path = runFilePath(dataDir);
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}

export function removeRunFile(dataDir: string): void {
  rmSync(runFilePath(dataDir), { force: true });
}
