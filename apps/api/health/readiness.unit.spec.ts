import { type ServedBuild } from '#libs/read-db';
import { describe, expect, it } from '@jest/globals';
import { readModelState } from './readiness.js';

const well: ServedBuild = { name: 'lead_list', state: 'live', failure: null, lagSeconds: 4.96 };

describe('the readiness of a read model', () => {
  it.each<[string, Partial<ServedBuild>, string, number | null]>([
    ['is current within three heartbeats', {}, 'current', 5],
    ['is behind after that', { lagSeconds: 15.1 }, 'behind', 15.1],
    ['is starting before its first event', { lagSeconds: null }, 'starting', null],
    [
      'is building when nothing was served before',
      { state: 'building', lagSeconds: null },
      'building',
      null,
    ],
    [
      'is building while it waits for that',
      { state: 'requested', lagSeconds: null },
      'building',
      null,
    ],
    ['has failed where it stands still, however short a time', { failure: 'refused' }, 'failed', 5],
    [
      'has failed where its first filling was given up',
      { state: 'failed', lagSeconds: null },
      'failed',
      null,
    ],
  ])('%s', (_, facts, state, lag_seconds) => {
    expect(readModelState({ ...well, ...facts })).toEqual({
      ...{ name: 'lead_list', state, lag_seconds },
    });
  });
});
