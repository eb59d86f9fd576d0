import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { type OutdatedPage } from '../application/ports.js';
import { OutdatedReports } from './outdated-reports.js';

const tenantId = 'acme' as TenantId;
const pages: Readonly<Record<string, OutdatedPage>> = {
  first: {
    reports: ['a', 'b'].map((postbackId) => ({ tenantId, postbackId, since: null })),
    next: 'second',
  },
  second: { reports: [{ tenantId, postbackId: 'c', since: null }], next: null },
};

const clock = { now: () => new Date('2026-01-06T17:00:00.000Z') };

function sweepOf(looked: string[], problems: unknown[]) {
  return new OutdatedReports({
    postbacks: { outdated: (_, cursor) => Promise.resolve(pages[cursor ?? 'first']!) },
    matcher: {
      readAndMatch: (_, postbackId) => {
        looked.push(postbackId);
        return Promise.reject(new Error('out of reach'));
      },
    },
    clock,
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

  it('are looked at by another command once a time that they waited for has come', async () => {
    const commands: string[] = [];
    for (const since of [null, '2026-01-06T16:10:00.000Z']) {
      const asked: string[] = [];
      const outdated = new OutdatedReports({
        postbacks: {
          outdated: ({ at }) => {
            asked.push(at);
            return Promise.resolve({ reports: [{ tenantId, postbackId: 'a', since }], next: null });
          },
        },
        matcher: {
          readAndMatch: (_, __, { commandId }) => {
            commands.push(commandId);
            return Promise.reject(new Error('out of reach'));
          },
        },
        clock,
      });
      await outdated.sweep(new AbortController().signal);
      expect(asked).toEqual(['2026-01-06T17:00:00.000Z']);
    }
    expect(new Set(commands).size).toBe(2);
  });

  it('are left alone once the lease has ended', async () => {
    const looked: string[] = [];
    await sweepOf(looked, []).run(AbortSignal.abort());
    expect(looked).toEqual([]);
  });
});
