import { hash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { LaunchedStack, removeFolder, temporaryFolder } from './launcher.harness.js';

/** Not personal: it must be found, or the search below would prove nothing. */
const control = 'canary-source-7f3a91';

/** Everything about a person, and what a request may carry it in. */
const canaries = {
  phone: '5125550187',
  firstName: 'Zarquonetta',
  lastName: 'Blivethorpe',
  email: 'zq.canary@blive.example',
  address: '4711 Quuxberry Lane',
  city: 'Xanthippeville',
  dob: '1961-02-03',
  customField: 'glorbnax-blue-hatchback',
  clickId: 'gclid-canary-55d1c0',
  consentPage: 'https://forms.blive.example/canary-quote',
  userAgent: 'CanaryBrowser/9.81',
  forwardedFor: '198.51.100.187',
};

const lead = {
  source: control,
  first_name: canaries.firstName,
  last_name: canaries.lastName,
  phone: `(512) 555-0187`,
  email: canaries.email,
  address: canaries.address,
  city: canaries.city,
  dob: canaries.dob,
  custom_fields: { vehicle: canaries.customField },
  attribution: { gclid: canaries.clickId },
  consent: {
    consent_timestamp: new Date().toISOString(),
    consent_text_version: 'v1',
    source_url: canaries.consentPage,
  },
};

/** A hash that anybody can compute of every phone there is says whose it is. */
const telltales = [
  ...Object.values(canaries),
  '512-555-0187',
  '512) 555-0187',
  hash('sha256', '+15125550187', 'hex'),
  hash('sha256', '+15125550187', 'base64url'),
  hash('sha256', canaries.email, 'hex'),
  Buffer.from(canaries.firstName).toString('hex'),
];

let dataDir: string;
let stack: LaunchedStack;
let secrets: string[];
let rows: string;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  stack = new LaunchedStack(dataDir, { LOG_LEVEL: 'debug', TRUSTED_PROXIES: '127.0.0.1' });
  const { apiUrl, databaseUrl } = await stack.ready();
  const key = (await readFile(join(dataDir, 'demo-api-key'), 'utf8')).trim();
  const masterKey = (await readFile(join(dataDir, 'master.key'), 'utf8')).trim();
  secrets = [key, key.slice(16, 59), masterKey, Buffer.from(masterKey, 'base64').toString('hex')];
  await sendEverything(apiUrl, key);
  rows = await everyRow(databaseUrl, apiUrl, key);
  await stack.interrupt();
}, 240_000);

afterAll(async () => {
  await stack.interrupt();
  await removeFolder(dataDir);
});

/** Leads taken in, refused and repeated; each way a request can end. */
async function sendEverything(apiUrl: string, key: string): Promise<void> {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${apiUrl}/v1/leads`, {
      method: 'POST',
      body,
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        'User-Agent': canaries.userAgent,
        'X-Forwarded-For': canaries.forwardedFor,
        ...headers,
      },
    });
  const text = JSON.stringify(lead);
  expect((await post(text, { 'Idempotency-Key': 'once' })).status).toBe(201);
  expect((await post(text)).status).toBe(200);
  const refusals = await Promise.all([
    post(text.slice(0, -1)),
    post(JSON.stringify({ ...lead, phone: `${canaries.phone}${canaries.phone}` })),
    post(JSON.stringify({ ...lead, consent: canaries.firstName })),
    post(text, { Authorization: `Bearer ${key}x` }),
    post(text, { 'Content-Type': 'text/plain' }),
    fetch(`${apiUrl}/v1/leads?phone=${canaries.phone}&name=${canaries.firstName}`),
    fetch(`${apiUrl}/v1/${canaries.firstName}`),
  ]);
  for (const { status } of refusals) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
}

/** Every row of every table as text, once the lead has reached the read model. */
async function everyRow(databaseUrl: string, apiUrl: string, key: string): Promise<string> {
  await stack.until(async () => {
    const headers = { Authorization: `Bearer ${key}` };
    return (await (await fetch(`${apiUrl}/v1/leads`, { headers })).text()).includes(control);
  }, 'the lead is in the list');
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  let text = '';
  for (const { name } of tables.rows) {
    const { rows: found } = await client.query<{ row: string }>(
      `select t::text as row from ${name} t`,
    );
    text += found.map(({ row }) => row).join('\n');
  }
  await client.end();
  return text;
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(await realpath(folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Which of the texts are in the files of a folder, and where. */
async function foundIn(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of await filesUnder(folder)) {
    const content = await readFile(file);
    found.push(
      ...texts.filter((text) => content.includes(text)).map((text) => `${text} in ${file}`),
    );
  }
  return found;
}

describe('after leads came in and the stack stopped, nothing personal and no key is to be read', () => {
  it('in the files of the event store', async () => {
    const folder = join(dataDir, 'eventstore');
    expect(await foundIn(folder, [control])).not.toEqual([]);
    expect(await foundIn(folder, [...telltales, ...secrets])).toEqual([]);
  });

  it('in the files of Postgres, its write-ahead log among them', async () => {
    const folder = join(dataDir, 'postgres/cluster');
    expect(await foundIn(folder, [control])).not.toEqual([]);
    expect(await foundIn(folder, [...telltales, ...secrets])).toEqual([]);
  });

  it('in any row of any table', () => {
    expect(rows).toContain(control);
    expect([...telltales, ...secrets].filter((text) => rows.includes(text))).toEqual([]);
  });

  it('in any log, at its most talkative', async () => {
    const folder = join(dataDir, 'logs');
    expect(await foundIn(folder, ['listening'])).not.toEqual([]);
    const password = await readFile(join(dataDir, 'postgres/password'), 'utf8');
    expect(await foundIn(folder, [...telltales, ...secrets, password.trim()])).toEqual([]);
  });
});
