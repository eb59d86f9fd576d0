import { type BuildStatus, type ReadModelsStatus } from '#libs/read-db';
import { describe, expect, it } from '@jest/globals';
import { outcomeText, rebuildLine, stateText, statusText } from './projections-text.js';

function aBuild(fields: Partial<BuildStatus> = {}): BuildStatus {
  return {
    ...{ name: 'lead_list', build: 1, version: 1, tableName: 'lead_list_v1', state: 'live' },
    ...{ serving: true, position: 81_273n, appliedCount: 31_007n, appliedDigest: '', head: null },
    ...{ failure: null, finding: null, eventsSeen: 0n, requestedBy: 'deploy', requestedAt: '' },
    ...{ startedAt: null, finishedAt: null, updatedAt: '', lagSeconds: 2.41, filling: null },
    ...{ parkedEvents: 0, parkedKeys: 0, skippedEvents: 0 },
    ...fields,
  };
}

function building(fields: Partial<BuildStatus> = {}): BuildStatus {
  return aBuild({
    ...{ build: 2, state: 'building', serving: false, lagSeconds: null, eventsSeen: 50_000n },
    filling: { ratio: 0.5, ratioBefore: 0, eventsPerSecond: 25_000, secondsLeft: 2 },
    ...fields,
  });
}

function statusOf(
  builds: readonly BuildStatus[],
  audit: ReadModelsStatus['projections'][number]['audit'] = null,
): ReadModelsStatus {
  const held = { name: 'live', owner: 'db-1:4711:0a1b2c3d', held: true };
  const serving = builds.find((build) => build.serving) ?? null;
  return { projections: [{ name: 'lead_list', serving, builds, audit }], leases: [held] };
}

const linesOf = (status: ReadModelsStatus) => statusText(status).split('\n');

describe('the table of read models', () => {
  it('has a line for each build, and none beside it while all is well', () => {
    const lines = linesOf(statusOf([aBuild(), building()]));
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      [
        ...['READ MODEL', 'BUILD', 'VERSION', 'STATE', 'SERVED', 'LAG', 'EVENTS', 'CHECKPOINT'],
        ...['PARKED', 'AUDIT', 'OWNER'],
      ],
      ['lead_list', '1', '1', 'live', 'yes', '2.4 s', '31,007', '81273', '-', '-', 'db-1:4711'],
      ['lead_list', '2', '1', 'building 50 %', '-', '-', '31,007', '81273', '-', '-', '-'],
    ]);
  });

  it('says below it what is wrong, and what to do', () => {
    const audit = {
      ...({
        name: 'lead_list',
        build: 1,
        state: 'differs',
        position: 9n,
        checkedAt: null,
      } as const),
      ...{ message: 'LeadReceived x was not applied.', findings: [] },
    };
    const failing = aBuild({ failure: 'the disk is full', parkedEvents: 3, parkedKeys: 2 });
    const { projections } = statusOf([failing], audit);
    const lines = linesOf({ projections, leases: [] });
    expect(lines.slice(2)).toEqual([
      'lead_list build 1: the disk is full',
      'lead_list build 1: 3 events of 2 rows wait; see projections dead-letters list lead_list.',
      'lead_list: LeadReceived x was not applied.',
      'No worker keeps the read models. Start one: npm start.',
    ]);
  });
});

describe('the state of a build', () => {
  it.each([
    [aBuild(), 'live'],
    [aBuild({ failure: 'refused' }), 'stopped'],
    [aBuild({ serving: false }), 'verifying'],
    [aBuild({ serving: false, state: 'kept', finishedAt: 'then' }), 'kept'],
    [
      building({
        filling: { ratio: 0.999, ratioBefore: 0, eventsPerSecond: null, secondsLeft: null },
      }),
      'building 99 %',
    ],
  ])('is told in a word: %#', (build, text) => {
    expect(stateText(build)).toBe(text);
  });
});

describe('the line of a rebuild', () => {
  it('tells of the slowest of several how far it is, how fast, and how long it takes', () => {
    const slow = building({
      ...{ name: 'dedupe', eventsSeen: 30_000n },
      filling: { ratio: 0.25, ratioBefore: 0.1, eventsPerSecond: 15_000, secondsLeft: 10 },
    });
    expect(rebuildLine([building(), slow])).toBe(
      '[#######·······················]  25 %  30,000 events  15,000/s  10 s left  2 read models',
    );
  });

  it('tells what is waited for before and after', () => {
    const requested = building({
      ...{ state: 'requested', eventsSeen: 0n },
      filling: { ratio: 0, ratioBefore: 0, eventsPerSecond: null, secondsLeft: null },
    });
    expect(rebuildLine([requested])).toBe('lead_list build 2: waiting for the rebuilder');
    expect(rebuildLine([aBuild({ build: 2, serving: false })])).toBe(
      'lead_list build 2: filled; verifying, then switching over',
    );
  });
});

describe('the outcome of a rebuild', () => {
  it.each([
    [
      aBuild({ build: 2, finding: 'It applied 5 events, as the log says.' }),
      'lead_list: build 2 is served. It applied 5 events, as the log says.',
    ],
    [
      aBuild({ build: 2, state: 'failed', serving: false, failure: 'LeadReceived x: no phone' }),
      'lead_list: build 2 was given up. LeadReceived x: no phone',
    ],
    [aBuild({ build: 2, state: 'cancelled', serving: false }), 'lead_list: build 2 is cancelled.'],
  ])('is a sentence: %#', (build, text) => {
    expect(outcomeText(build)).toBe(text);
  });
});
