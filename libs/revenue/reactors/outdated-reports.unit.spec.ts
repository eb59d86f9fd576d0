import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { type OutdatedPage } from '../application/ports.js';
import { OutdatedReports } from './outdated-reports.js';

const tenantId = 'acme' as TenantId;
const pages: Readonly<Record<string, OutdatedPage>> = {
  first: { reports: ['a', 'b'].map((postbackId) => ({ tenantId, postbackId })), next: 'second' },
  second: { reports: [{ tenantId, postbackId: 'c' }], next: null },
};

function sweepOf(looked: string[], problems: unknown[]) {
  return new OutdatedReports({
    postbacks: { outdated: (_, cursor) => Promise.resolve(pages[cursor ?? 'first']!) },
    matcher: {
      readAndMatch: (_, postbackId) => {
        looked.push(postbackId);
        return Promise.reject(new Error('out of reach'));
      },
    },
    onProblem: (error) => problems.push(error),
  });
}

describe('reports that older rules found nothing for', () => {
  it('are all looked at again, though some cannot be', async () => {
    const [looked, problems]: [string[], unknown[]] = [[], []];
    await sweepOf(looked, problems).sweep(new AbortController().signal);
    expect(looked).toEqual(['a', 'b', 'c']);
    expect(problems).toHaveLength(3);
  });

  it('are left alone once the lease has ended', async () => {
    const looked: string[] = [];
    await sweepOf(looked, []).run(AbortSignal.abort());
    expect(looked).toEqual([]);
  });
});
