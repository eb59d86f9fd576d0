import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Servers, startServers } from '../e2e/api.harness.js';
import {
  countLeadEvents,
  ended,
  HEADER,
  jsonOf,
  leadRow,
  outcomesIn,
  phoneIn,
  startCommand,
} from '../e2e/import-command.harness.js';

const ROWS = 100_000;
/** Every tenth row repeats the one before. */
const REPEATED = ROWS / 10;
const HEAP_MB = 160;

let servers: Servers;
let folder: string;

beforeAll(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(tmpdir(), 'leadledger-soak-'));
  await ended(startCommand(servers, folder, ['tenants', 'create', 'demo', '--mode', 'sandbox']));
});
afterAll(async () => {
  await servers.close();
  await rm(folder, { recursive: true });
});

it('100,000 rows are imported in constant memory, once each, with a kill in the middle', async () => {
  const rows = Array.from(
    { length: ROWS },
    (_, row) => `${leadRow(phoneIn(212, row - Math.floor((row + 9) / 10)))},${'x'.repeat(600)}`,
  );
  await writeFile(join(folder, 'leads.csv'), `${HEADER},Notes\n${rows.join('\n')}\n`);
  const outcomes = join(folder, 'leads.csv.outcomes.csv');
  const run = () =>
    startCommand(
      ...([servers, folder] as const),
      ['import', 'leads.csv', '--tenant', 'demo', '--map', 'phone=Best number', '--json'],
      `--max-old-space-size=${HEAP_MB}`,
    );
  const killed = run();
  const end = ended(killed);
  await until(
    'half of the rows to be done',
    async () => (await stat(outcomes).catch(() => ({ size: 0 }))).size > ROWS * 25,
    { withinMs: 600_000 },
  );
  killed.kill('SIGKILL');
  expect((await end).signal).toBe('SIGKILL');
  const before = (await outcomesIn(outcomes)).length;
  const last = await ended(run());
  const result = jsonOf(last);
  console.log(
    `${ROWS - before} rows in ${String(result['seconds'])} s, start and first reading included; heap ${HEAP_MB} MB`,
  );
  expect(result).toMatchObject({
    ...{ rows: ROWS, created: ROWS - REPEATED, duplicate: REPEATED, ineligible: 0, error: 0 },
  });
  const events = await countLeadEvents(servers);
  expect([events.get('LeadReceived'), events.get('LeadDeduplicated')]).toEqual([
    ROWS - REPEATED,
    REPEATED,
  ]);
  expect((await outcomesIn(outcomes)).map(([row]) => Number(row))).toEqual(
    rows.map((_, index) => index + 1),
  );
}, 1_800_000);
