import { type TenantId } from '#libs/kernel';
import { MasterKey, MemoryDataKeyStore, MemoryTenantSecretStore } from '#libs/privacy';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EligibilityLookups } from '../application/eligibility-lookups.js';
import { aPolicy, startInstance } from '../application/intake.fixtures.js';
import { OccurrenceClock } from '../application/occurrence.js';
import { OrdinalHint } from '../application/ports.js';
import { ReceiveLeadHandler } from '../application/receive-lead.handler.js';
import { NoDncProvider } from '../infrastructure/http-dnc-provider.js';
import { type ImportPlan } from './file-import.js';
import { type ReceiveLead } from './row-importer.js';

export const aPlan = (tenant: string, overrides: Partial<ImportPlan> = {}): ImportPlan => ({
  policy: aPolicy(tenant),
  mode: 'live',
  source: null,
  mapping: { fields: {}, ignored: [] },
  ...overrides,
});

class NoHint extends OrdinalHint {
  override latestOrdinal = () => Promise.resolve(null);
}

/** The embedded event store; libs may not import it, specs may. */
interface RunningEventStore {
  readonly url: string;
  close(): Promise<void>;
}

/** An event store, a folder for files, and intakes on them; `tenants` have their identity keys. */
export async function startImportBench(
  startEventStore: (options: { dataDir: string }) => Promise<RunningEventStore>,
  tenants: readonly string[],
) {
  const folder = await mkdtemp(join(tmpdir(), 'leadledger-import-'));
  const server = await startEventStore({ dataDir: join(folder, 'log') });
  const stores = {
    keys: new MemoryDataKeyStore(),
    secrets: new MemoryTenantSecretStore(),
    masterKey: MasterKey.fromBase64(randomBytes(32).toString('base64')),
  };
  const instances: ReturnType<typeof startInstance>[] = [];

  /** A process of its own, with nothing remembered from another. */
  const startIntake = async () => {
    const instance = startInstance(server.url, stores, () => null);
    instances.push(instance);
    await instance.list.ready;
    const { runner, keys, secrets, list, time, reader } = instance;
    const lookups = new EligibilityLookups(list, new NoDncProvider(), runner);
    const clock = new OccurrenceClock(time);
    const handler = new ReceiveLeadHandler(runner, keys, secrets, lookups, new NoHint(), clock);
    const receive: ReceiveLead = (command) => handler.execute(command);
    return { receive, keys, secrets, list, time, reader, suppress: instance.suppress };
  };
  const first = await startIntake();
  for (const tenant of tenants) await first.secrets.create(tenant as TenantId);

  return {
    folder,
    stores,
    startIntake,
    write: async (name: string, lines: readonly string[]) => {
      const path = join(folder, name);
      await writeFile(path, `${lines.join('\n')}\n`);
      return path;
    },
    stop: async () => {
      await Promise.all(instances.map((instance) => instance.stop()));
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
