import { DomainError } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { errorAnswer, STATUS_BY_KIND } from '../http/errors/error-answer.js';
import { errorCatalogue } from './error-catalogue.js';

const root = new URL('../../../', import.meta.url);
/** What an api process runs. Codes of the launcher and of the command line never reach a client. */
const FOLDERS = [
  'apps/api',
  ...['application', 'domain'].map((part) => `libs/calls/${part}`),
  'libs/event-store',
  'libs/filters',
  'libs/idempotency',
  ...['application', 'domain'].map((part) => `libs/revenue/${part}`),
  ...['application', 'domain', 'infrastructure', 'intake'].map((part) => `libs/leads/${part}`),
  'libs/privacy',
  'libs/read-db',
  ...['application', 'domain'].map((part) => `libs/revenue/${part}`),
];
/** Raised where no request is: at the start, or when the program misuses itself. */
const NEVER_SENT = [
  'caps_reached',
  'lead_not_callable',
  'lead_not_received',
  'port_taken',
  'servers_missing',
  'stream_deleted',
  'voice_unavailable',
];

interface Raised {
  readonly code: string;
  readonly status: number;
}

async function raisedIn(folder: string): Promise<Raised[]> {
  const names = await readdir(new URL(`${folder}/`, root), { recursive: true });
  // The projection engine runs in the worker.
  const ours = names.filter((name) => !name.startsWith('projection/'));
  const sources = ours.filter((name) => /(?<!\.spec|\.fixtures)\.ts$/.test(name));
  const texts = await Promise.all(
    sources.map((name) => readFile(new URL(`${folder}/${name}`, root), 'utf8')),
  );
  return texts.flatMap(raisedBy);
}

function raisedBy(text: string): Raised[] {
  const domain = [...text.matchAll(/new DomainError\(\s*'(\w+)',\s*'(\w+)'/g)].map(
    ([, kind = '', code = '']) => ({
      code,
      status: STATUS_BY_KIND[kind as keyof typeof STATUS_BY_KIND],
    }),
  );
  const http = [...text.matchAll(/new HttpRefusal\(\s*(\d{3}),\s*'(\w+)'/g)].map(
    ([, status = '', code = '']) => ({ code, status: Number(status) }),
  );
  return [...domain, ...http];
}

describe('the error catalogue', () => {
  it('has every code that is raised, with the status it is answered with', async () => {
    const raised = (await Promise.all(FOLDERS.map(raisedIn))).flat();
    expect(raised.length).toBeGreaterThan(20);
    const sent = raised.filter(({ code }) => !NEVER_SENT.includes(code));
    for (const { code, status } of sent) {
      const known = errorCatalogue.filter((entry) => entry.code === code);
      expect({ code, statuses: known.map((entry) => entry.status) }).toEqual({
        code,
        statuses: [status],
      });
    }
  });

  it('says in sentences what each means and what to do', () => {
    for (const { code, meaning, remedy } of errorCatalogue) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('an error nobody foresaw', () => {
  it('says nothing of the inside', () => {
    const cause = new Error('password authentication failed for user "postgres" at 10.0.0.5');
    const { status, body } = errorAnswer(cause, 'request-1');
    expect([status, body.error.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body)).not.toMatch(/password|postgres|10\.0/);
    expect(body.error.details).toEqual({ request_id: 'request-1' });
  });

  it('says nothing of the cause of one that was foreseen', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.5:5432');
    const error = new DomainError('unavailable', 'database_unavailable', 'Try again.', { cause });
    const { status, headers, body } = errorAnswer(error, 'request-1');
    expect([status, headers['retry-after']]).toEqual([503, '2']);
    expect(JSON.stringify(body)).not.toContain('10.0.0.5');
  });
});
