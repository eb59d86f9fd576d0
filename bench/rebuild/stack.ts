import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectEventStore, type EventStore } from '#libs/event-store';
import { caughtUpTo, connectDatabase, type Database } from '#libs/read-db';
import { command } from '../../apps/cli/launch/launch-stack.js';
import { type Target } from '../intake/load.js';
import { type BenchStack, startStack, tenant } from '../intake/ours.js';
import { Submissions } from '../intake/submissions.js';
import { readModels } from './rebuilds.js';

/** A stack with a large log, and the ways in. */
export interface LoadedStack {
  readonly target: Target;
  readonly database: Database;
  readonly eventStore: EventStore;
  /** What was generated: how much, and how fast. */
  readonly generated: Generated;
  stop(): Promise<void>;
}

interface Generated {
  readonly events: number;
  readonly eventsPerSecond: number;
}

/** What the generator's histories have on average over a year. */
const eventsPerLead = 1.37;
const days = '365';
const caughtUpWithinMs = 600_000;

/** Starts a stack and fills its log through the command line, as anybody would. */
export async function startLoadedStack(events: number, seed: number): Promise<LoadedStack> {
  const stack = await startStack({ profile: null, tenantMode: 'sandbox' });
  try {
    const generated = await generate(stack, events, seed);
    const { eventStoreUrl, databaseUrl } = await addresses(stack);
    const eventStore = connectEventStore(eventStoreUrl);
    const database = connectDatabase({
      url: databaseUrl,
      role: 'owner',
      max: 2,
      applicationName: 'bench-rebuild',
    });
    await untilCaughtUp(eventStore, database);
    return {
      target: { name: 'ours', ...stack, submissions: new Submissions(seed, 0.05, new Date()) },
      ...{ database, eventStore, generated },
      stop: async () => {
        await Promise.allSettled([eventStore.close(), database.close()]);
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

function generate({ env }: BenchStack, events: number, seed: number): Promise<Generated> {
  const leads = String(Math.max(1, Math.round(events / eventsPerLead)));
  const which = ['--leads', leads, '--seed', String(seed), '--days', days];
  return command<Generated>(env, ['generate', '--tenant', tenant, ...which]);
}

async function addresses({ dataDir }: BenchStack) {
  return JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8')) as {
    readonly eventStoreUrl: string;
    readonly databaseUrl: string;
  };
}

async function untilCaughtUp(eventStore: EventStore, database: Database): Promise<void> {
  const head = await eventStore.headPosition();
  const names = await readModels(database);
  const timeoutMs = caughtUpWithinMs;
  if (head === null || (await caughtUpTo(database, names, head, { timeoutMs }))) return;
  throw new Error('The read models did not catch up with the generated log.');
}
