import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { LaunchedStack, removeFolder, temporaryFolder } from './launcher.harness.js';

const austin = { state: 'TX', zip: '78701', areaCode: '512', countries: ['US'], isUnread: false };

/**
 * The stack that a reader of a guide has started, in which it is day in Texas and calls pass fifty
 * times as fast.
 */
export class GuideStack {
  private constructor(
    private readonly dataDir: string,
    private readonly stack: LaunchedStack,
    /** The variables that a guide tells its reader to set; what it has them keep is added. */
    readonly env: Record<string, string>,
  ) {}

  static async start(): Promise<GuideStack> {
    const dataDir = await temporaryFolder();
    const stack = new LaunchedStack(dataDir, {
      CLOCK_OFFSET_MINUTES: String(minutesToDaytime(new Date(), [austin])),
      TELEPHONY_SIMULATOR_SPEED: '50',
      LOG_LEVEL: 'warn',
    });
    const { apiUrl } = await stack.ready();
    const key = (await readFile(join(dataDir, 'demo-api-key'), 'utf8')).trim();
    const { PATH = '' } = process.env;
    return new GuideStack(dataDir, stack, { PATH, LEADLEDGER_URL: apiUrl, LEADLEDGER_KEY: key });
  }

  async stop(): Promise<void> {
    await this.stack.interrupt();
    await removeFolder(this.dataDir);
  }
}
