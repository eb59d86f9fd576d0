import { type PartName, partTitles, type ProcessExit } from './part.js';
import { deathsMax, windowMs } from './restart-policy.js';

/** How a process ended, as the end of a sentence: "The api …". */
export function describeExit({ code, signal }: ProcessExit): string {
  if (signal !== null) return `was killed by ${signal}`;
  return code === 0 ? 'ended by itself' : `ended with exit code ${String(code ?? 'unknown')}`;
}

/** A part died and is restarted. */
export function restartSentence(part: PartName, exit: ProcessExit): string {
  return `The ${partTitles[part]} ${describeExit(exit)}; starting it again.`;
}

/** What is known about a part that the whole stack has to stop for. */
export interface Failure {
  readonly part: PartName;
  readonly lastWords: readonly string[];
  readonly logFile: string;
}

/** A part ended before the stack was ready. */
export function startFailureSentence(failure: Failure, exit: ProcessExit): string {
  const title = partTitles[failure.part];
  const sentence = `The ${title} ${describeExit(exit)} before everything was ready, so nothing was started.`;
  return withLastWords(sentence, failure);
}

/** A part lives, but did not become ready. */
export function startTimeoutSentence(failure: Failure, withinMs: number): string {
  const sentence = `The ${partTitles[failure.part]} was not ready after ${withinMs / 1_000} seconds.`;
  return withLastWords(sentence, failure);
}

/** A part died again and again. */
export function gaveUpSentence(failure: Failure, exit: ProcessExit): string {
  const sentence =
    `The ${partTitles[failure.part]} ended ${deathsMax} times within ${windowMs / 1_000} ` +
    `seconds (the last time it ${describeExit(exit)}), so everything was stopped.`;
  return withLastWords(sentence, failure);
}

function withLastWords(sentence: string, { lastWords, logFile }: Failure): string {
  if (lastWords.length === 0) return `${sentence} Its log: ${logFile}`;
  const quoted = lastWords.map((line) => `    ${line}`).join('\n');
  return `${sentence} Its last words:\n${quoted}\n  The whole log: ${logFile}`;
}

/** The port the api should listen on cannot be had. */
export function portSentence(host: string, port: number, code: string | undefined): string {
  switch (code ?? '') {
    case 'EACCES':
      return `Port ${port} may not be opened by this user; choose one above 1023, for example: PORT=3000 npm start`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine; set HOST to 127.0.0.1, or to 0.0.0.0 for all of them.`;
    default:
      return `Port ${port} on ${host} is taken; stop what uses it, or choose another one, for example: PORT=${port === 65_535 ? port - 1 : port + 1} npm start`;
  }
}

/** The data folder cannot be used. */
export function unwritableSentence(folder: string): string {
  return `The data folder ${folder} cannot be written; make it writable, or set DATA_DIR to another one.`;
}

/** Somebody else's stack runs on the same data. */
export function inUseSentence(folder: string, pid: number): string {
  return `Leadledger already runs on ${folder} (process ${pid}); stop it first, or set DATA_DIR to another folder.`;
}

/** Data is there, but the key that seals it is not. */
export function masterKeyMissingSentence(file: string): string {
  return `${file} is missing, and the data in this folder is sealed with it; restore it from your backup, or set MASTER_KEY to the key this data was made with.`;
}

/** The key file holds something else. */
export function masterKeyUnreadableSentence(file: string): string {
  return `${file} does not hold a master key (32 bytes in base64); restore it from your backup.`;
}

/** The key is a key, but not the one this data was sealed with. */
export function masterKeyWrongSentence(source: string): string {
  return `The master key in ${source} is not the one this data was sealed with; give the right one, or point DATA_DIR or DATABASE_URL at the data it belongs to.`;
}

/** The log has a tenant whose keys are not in the database. */
export function keysLostSentence(): string {
  return 'The event store holds data whose keys are not in this database; restore the database from your backup, or point EVENTSTORE_URL and DATABASE_URL (or DATA_DIR) at servers that belong together.';
}

/** A server that is needed to start does not answer; `null` for any other trouble. */
export function unreachableSentence(code: string): string | null {
  switch (code) {
    case 'database_unavailable':
    case 'data_keys_unavailable':
      return 'The database does not answer; check that DATABASE_URL is right and that the server runs and can be reached from here.';
    case 'event_store_unavailable':
      return 'The event store does not answer; check that EVENTSTORE_URL is right and that the server runs and can be reached from here.';
    default:
      return null;
  }
}
