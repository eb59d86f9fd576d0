import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiKeyIssuer, parseApiKey, tenantStream } from '#libs/accounts';
import { DomainError, type TenantId } from '#libs/kernel';
import { MasterKey, WrongMasterKey } from '#libs/privacy';
import { migrate } from '#libs/read-db';
import { type Settings } from '#libs/settings';
import { liveProjections } from '../../worker/live-projections.js';
import { type StackConnection, withServers } from '../connection/stack-connection.js';
import { createKey, createTenant } from '../operations/accounts.js';
import { listed } from '../operations/list-keys.js';
import { type MasterKey as GivenMasterKey } from './master-key.js';
import { keysLostSentence, masterKeyWrongSentence, unreachableSentence } from './messages.js';
import { type Servers } from './stack-plan.js';
import { StartRefused } from './start-refused.js';

export interface ProvisionOptions {
  readonly settings: Settings;
  readonly servers: Servers;
  readonly masterKey: GivenMasterKey;
}

const demo = 'demo' as TenantId;

/**
 * Makes the servers ready for the api and the worker, and checks that they belong together. Returns
 * a working key of the demo tenant; `null` where there is to be none.
 */
export async function provision(options: ProvisionOptions): Promise<string | null> {
  try {
    return await prepare(options);
  } catch (error) {
    const sentence = error instanceof DomainError ? unreachableSentence(error.code) : null;
    if (sentence === null) throw error;
    throw new StartRefused(sentence, { cause: error });
  }
}

async function prepare(options: ProvisionOptions): Promise<string | null> {
  const { settings, servers, masterKey } = options;
  await migrate(servers.databaseUrl, liveProjections);
  return withServers({ ...servers, masterKey: masterKey.base64 }, async (stack) => {
    await checkMasterKey(stack, masterKey);
    return settings.demoTenant ? demoKey(stack, settings.dataDir) : null;
  });
}

/** Any key of the database will do: they are all wrapped by the same one. */
async function checkMasterKey(
  { database }: StackConnection,
  { base64, source }: GivenMasterKey,
): Promise<void> {
  const row = await database.kysely
    .selectFrom('tenantSecret')
    .select(['tenantId', 'wrapped'])
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return;
  const context = { tenantId: row.tenantId as TenantId, use: 'identity' };
  try {
    MasterKey.fromBase64(base64).unwrap(context, row.wrapped);
  } catch (error) {
    if (!(error instanceof WrongMasterKey)) throw error;
    throw new StartRefused(masterKeyWrongSentence(source), { cause: error });
  }
}

/** The key of earlier starts, or a new one if there is none that still works. */
async function demoKey(stack: StackConnection, dataDir: string): Promise<string> {
  await checkDemoBelongsHere(stack);
  await createTenant(stack, demo, 'Demo', 'sandbox');
  const file = join(dataDir, 'demo-api-key');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '' && (await works(stack, kept.trim()))) return kept.trim();
  const { text } = await createKey(stack, demo, {
    name: 'first steps',
    scopes: ['read', 'write'],
  });
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return text;
}

/**
 * A tenant without its keys would be given new ones, under which nothing it has can be read or
 * recognised: the event store and the database were not made together.
 */
async function checkDemoBelongsHere({ runner, database }: StackConnection): Promise<void> {
  const events = await runner.history(tenantStream(demo));
  const row = await database.kysely
    .selectFrom('tenantSecret')
    .select('tenantId')
    .where('tenantId', '=', demo)
    .executeTakeFirst();
  if (events.length > 0 && row === undefined) throw new StartRefused(keysLostSentence());
}

async function works({ runner }: StackConnection, text: string): Promise<boolean> {
  const parsed = parseApiKey(text);
  if (parsed === null) return false;
  const key = await new ApiKeyIssuer(runner).load(parsed.keyId);
  return key.status !== 'absent' && listed(key, new Date()).standing === 'usable';
}
