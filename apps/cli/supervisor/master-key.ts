import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Settings } from '#libs/settings';
import { masterKeyMissingSentence, masterKeyUnreadableSentence } from './messages.js';
import { StartRefused } from './start-refused.js';

/** The key that wraps all keys of personal data, in base64, and where it came from. */
export interface MasterKey {
  readonly base64: string;
  /** For messages: `MASTER_KEY` or a path. */
  readonly source: string;
}

/** Where a generated one is kept. */
export function masterKeyPath(dataDir: string): string {
  return join(dataDir, 'master.key');
}

/**
 * MASTER_KEY, else the key kept in the data folder, else (for a folder without data) a new one
 * that is kept there. Rejects with {@link StartRefused} when data is there and its key is not.
 */
export async function masterKeyFor(settings: Settings): Promise<MasterKey> {
  const kept = await readMasterKey(settings);
  if (kept !== null) return kept;
  const path = masterKeyPath(settings.dataDir);
  // The key is made before the database, so a database without a key has lost it.
  if (existsSync(join(settings.dataDir, 'postgres'))) {
    throw new StartRefused(masterKeyMissingSentence(path));
  }
  // Loaded here: a start that finds its key, or is refused, need not wait for it.
  const { ensureMasterKeyFile } = await import('#libs/privacy');
  return { base64: await ensureMasterKeyFile(path), source: path };
}

/** The key there is; `null` if there is none yet. */
export async function readMasterKey(settings: Settings): Promise<MasterKey | null> {
  if (settings.masterKey !== null) {
    return { base64: settings.masterKey.reveal(), source: 'MASTER_KEY' };
  }
  const path = masterKeyPath(settings.dataDir);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  if (Buffer.from(text.trim(), 'base64').length !== 32) {
    throw new StartRefused(masterKeyUnreadableSentence(path));
  }
  return { base64: text.trim(), source: path };
}
