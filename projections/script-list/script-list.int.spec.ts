import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ScriptEvent } from '#events/calls';
import { DEFAULT_SCRIPT } from '#libs/calls';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import { applyEvents, type FreshDatabase, freshDatabase, history } from '#libs/testing';
import { listScripts, scriptListProjection } from './index.js';

const published = (
  version: number,
  data: { scriptId?: string; name?: string; publishedAt?: string } = {},
): ScriptEvent => {
  const { scriptId = 'script-1', name = 'Quote', publishedAt = `2026-11-0${version}` } = data;
  const content = { ...DEFAULT_SCRIPT, name };
  const at = new Date(publishedAt).toISOString();
  return {
    type: 'ScriptPublished',
    data: { scriptId, version, content, reason: null, publishedAt: at },
  };
};
const retired = (scriptId = 'script-1'): ScriptEvent => ({
  type: 'ScriptRetired',
  data: { scriptId, reason: null, retiredAt: '2026-11-09T00:00:00.000Z' },
});
const after = (...events: ScriptEvent[]) => foldInMemory(scriptListProjection, history(events));

describe('a script in the list', () => {
  it('is there in its latest version', () => {
    expect(after(published(1), published(2, { name: 'Quote, shorter' }))).toEqual([
      {
        ...{ tenantId: 'acme', scriptId: 'script-1', name: 'Quote, shorter', language: 'en-US' },
        ...{ agent: 'script', questionCount: 3, status: 'published', version: 2 },
        createdAt: '2026-11-01T00:00:00.000Z',
        publishedAt: '2026-11-02T00:00:00.000Z',
        retiredAt: null,
      },
    ]);
  });

  it('stays there when it is retired', () => {
    expect(after(published(1), retired())).toMatchObject([
      { status: 'retired', version: 1, retiredAt: '2026-11-09T00:00:00.000Z' },
    ]);
  });
});

describe('the list', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;

  beforeAll(async () => {
    fresh = await freshDatabase({ readModels: [scriptListProjection] });
    api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
    worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
    const made = ['a', 'b', 'c', 'd', 'e'].map((scriptId, index) =>
      // Two of one instant, so that the id has to tell them apart.
      published(1, { scriptId, publishedAt: `2026-11-0${Math.ceil((index + 1) / 2)}` }),
    );
    await applyEvents(worker, [scriptListProjection], history([...made, retired('c')]));
  });

  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  const idsOf = async (status?: 'published' | 'retired', limit = 50, tenantId = 'acme') => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const request = { limit, ...(cursor !== null && { cursor }) };
      const page: Awaited<ReturnType<typeof listScripts>> = await inTenant(
        api,
        tenantId as TenantId,
        (transaction) => listScripts(transaction, status === undefined ? {} : { status }, request),
      );
      ids.push(...page.items.map(({ scriptId }) => scriptId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return ids;
  };

  it('shows the newest first, page by page to its end', async () => {
    expect(await idsOf()).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await idsOf(undefined, 2)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('can be narrowed down to those that may be chosen', async () => {
    expect(await idsOf('published')).toEqual(['e', 'd', 'b', 'a']);
    expect(await idsOf('retired')).toEqual(['c']);
  });

  it('shows another tenant nothing', async () => {
    expect(await idsOf(undefined, 50, 'zenith')).toEqual([]);
  });
});
