import { connectEventStore } from '#libs/event-store';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Servers } from './api.harness.js';

/** Tests run from the root of the repository, after a build. */
const entry = resolve('dist/apps/cli/main.js');

/** Starts `leadledger` on these servers, in a folder. */
export function startCommand(
  { eventStoreUrl, databaseUrl, masterKey }: Servers,
  folder: string,
  parameters: readonly string[],
  nodeOptions = '',
): ChildProcess {
  return spawn(process.execPath, [entry, ...parameters], {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, NODE_OPTIONS: nodeOptions },
      ...{ EVENTSTORE_URL: eventStoreUrl, DATABASE_URL: databaseUrl, MASTER_KEY: masterKey },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What a command said, and how it ended. */
export async function ended(child: ChildProcess) {
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [stdout, stderr, [code, signal]] = await Promise.all([
    ...([text(child.stdout!), text(child.stderr!), closed] as const),
  ]);
  return { code, signal, stdout, stderr };
}

/** The JSON object a command printed last. */
export function jsonOf({ stdout }: { readonly stdout: string }): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}

/** The cells of each whole line of an outcome file; none if there is no file. */
export async function outcomesIn(path: string): Promise<string[][]> {
  const content = await readFile(path, 'utf8').catch(() => '');
  const lines = content.split('\n').slice(1, -1);
  return lines.map((line) => line.split(','));
}

export const HEADER = 'Best number,First Name,consent_timestamp,consent_text_version,source_url';

/** A row that makes an eligible lead. */
export const leadRow = (phone: string) =>
  `${phone},Jane,2026-07-05T12:00:00Z,webform-v2,https://example.com/quote`;

/** A number of an area code, all different. */
export const phoneIn = (areaCode: number, index: number) =>
  `${areaCode}${String(2_000_000 + index).padStart(7, '0')}`;

/** How many events of each type all leads of a store have. */
export async function countLeadEvents({ eventStoreUrl }: Servers): Promise<Map<string, number>> {
  const store = connectEventStore(eventStoreUrl);
  const stop = new AbortController();
  const counts = new Map<string, number>();
  const { signal } = stop;
  for await (const message of store.subscribeToAll({
    ...{ after: null, streamPrefixes: ['lead-'], signal },
  })) {
    if (message.kind === 'caught_up') break;
    if (message.kind !== 'event') continue;
    const { type } = message.event;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  stop.abort();
  await store.close();
  return counts;
}
