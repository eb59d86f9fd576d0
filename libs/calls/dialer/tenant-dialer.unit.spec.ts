import { fixedClock, type TenantId } from '#libs/kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KnownDestination } from '../application/destination-directory.js';
import { type DialResult } from '../application/dialler.js';
import { someSettings } from '../domain/calls.fixtures.js';
import { someSettings as someDestination } from '../domain/destination.fixtures.js';
import { type DialingState } from '../domain/dialing.js';
import { type DialNotice, TenantDialer } from './tenant-dialer.js';
import { ToldQueue } from './told-queue.fixtures.js';

const acme = 'acme' as TenantId;

let queue: ToldQueue;
let dialed: string[];
let isSpoken: boolean;
let result: DialResult;
let notices: DialNotice[];
let destinations: KnownDestination[];
let state: DialingState;
let stopping: AbortController;
let finish: () => void;
let roomLeft: number;
let wanting: boolean | null;
let mayBegin: boolean;
let dialer: TenantDialer;
let shown: { position: bigint };

beforeEach(async () => {
  queue = new ToldQueue();
  [dialed, isSpoken, notices, destinations] = [[], true, [], []];
  shown = { position: 0n };
  roomLeft = Infinity;
  wanting = null;
  mayBegin = true;
  const settings = someSettings({ concurrentCallsMax: 2 });
  state = { settings, version: 1, stopped: false, pausedSources: ['radio'] };
  stopping = new AbortController();
  const finished = Promise.withResolvers<undefined>();
  finish = () => {
    finished.resolve(undefined);
  };
  result = { outcome: 'called', position: 9n };
  dialer = new TenantDialer(
    acme,
    {
      ...{
        queue,
        shown,
        clock: fixedClock('2026-11-30T17:00:00.000Z'),
        report: (notice) => notices.push(notice),
      },
      dialing: { of: () => state },
      leadsOf: () => Promise.resolve([]),
      destinations: { of: () => destinations },
      voice: { mayDial: () => isSpoken },
      pace: {
        room: () => roomLeft,
        admit: () => mayBegin && (roomLeft -= 1) >= 0,
        wants: (_, isWanting) => void (wanting = isWanting),
        hasJustAsked: () => wanting === true,
        release: () => undefined,
      },
      dialler: {
        dial: async (_, leadId) => {
          dialed.push(leadId);
          await finished.promise;
          return result;
        },
      },
    },
    stopping.signal,
  );
  dialer.wake();
  await dialer.idle();
});
afterEach(async () => {
  stopping.abort();
  finish();
  await dialer.idle();
});

const arrives = (leadId: string, source: string | null = null) => {
  dialer.arrived({ tenantId: acme, leadId, source });
};

describe('whoever waits for a destination to open', () => {
  const { schedule: always } = someDestination();
  const sundays = { ...always, hours: { sunday: [{ from: '09:00', to: '10:00' }] } };
  const at = (schedule: typeof always, paused = false): KnownDestination[] => [
    { destinationId: 'a', version: 1, settings: someDestination({ schedule }), paused },
  ];
  const round = async () => {
    dialer.wake();
    await dialer.idle();
  };
  beforeEach(() => {
    queue.patient = ['lead-1', 'lead-2', 'lead-3'];
    finish();
    result = { outcome: 'deferred', position: 9n };
  });

  it.each([
    ['all are closed', at({ ...sundays, offHours: 'queue' })],
    ['all are paused', at(always, true)],
    ['there is none', []],
  ])('is left alone while %s', async (_, known) => {
    destinations = known;
    await round();
    expect([dialed, queue.looks]).toEqual([[], 0]);
  });

  it('is looked at once, as soon as one is open by its schedule as it is now', async () => {
    destinations = at({ ...sundays, offHours: 'queue' });
    await round();
    destinations = at(always);
    await round();
    await round();
    expect([dialed, queue.looks]).toEqual([['lead-1', 'lead-2', 'lead-3'], 1]);
  });

  it('is looked for once more when the queue shows what was decided by destinations of before', async () => {
    destinations = at(always);
    queue.patient = [];
    arrives('lead-9');
    dialer.wake();
    await dialer.idle();
    expect([dialed, queue.looks]).toEqual([['lead-9'], 1]);
    [shown.position, queue.patient] = [9n, ['lead-9']];
    await round();
    await round();
    expect([dialed, queue.looks]).toEqual([['lead-9', 'lead-9'], 2]);
  });

  it('is given out again where dialing came to nothing', async () => {
    destinations = at(always);
    mayBegin = false;
    await round();
    expect([dialed, queue.looks]).toEqual([[], 1]);
    mayBegin = true;
    await round();
    expect([dialed, queue.looks]).toEqual([['lead-1', 'lead-2', 'lead-3'], 1]);
  });

  it('is looked at again after every change, and none is forgotten that was held meanwhile', async () => {
    destinations = at(always);
    await round();
    destinations = at(always);
    await round();
    expect([dialed, queue.looks]).toEqual([['lead-1', 'lead-2', 'lead-3'], 2]);
    dialed.length = 0;
    shown.position = 9n;
    await round();
    expect(dialed).toEqual(['lead-1', 'lead-2', 'lead-3']);
  });
});

describe('a lead that comes in', () => {
  it('is dialed at once while a line is free, without asking the queue', () => {
    const { asked } = queue;
    arrives('lead-1');
    expect(dialed).toEqual(['lead-1']);
    expect(queue.asked).toBe(asked);
  });

  it('is dialed once, however often it is heard of', () => {
    arrives('lead-1');
    arrives('lead-1');
    expect(dialed).toEqual(['lead-1']);
  });

  it('waits for its turn where all lines are taken', () => {
    for (const leadId of ['lead-1', 'lead-2', 'lead-3']) arrives(leadId);
    expect(dialed).toEqual(['lead-1', 'lead-2']);
  });

  it('waits where lines were left, but others are on the phone that the queue shows since', async () => {
    queue.linesTaken = 2;
    dialer.changed();
    arrives('lead-1');
    stopping.abort();
    finish();
    await dialer.idle();
    expect(dialed).toEqual([]);
  });

  it('is not dialed before those who wait', async () => {
    queue.waiting = ['waiting-1', 'waiting-2', 'waiting-3'];
    dialer.wake();
    arrives('lead-1');
    stopping.abort();
    finish();
    await dialer.idle();
    expect(dialed).not.toContain('lead-1');
  });

  it('waits while its source is paused, dialing stopped or nobody there to talk to it', () => {
    arrives('lead-1', 'radio');
    isSpoken = false;
    arrives('lead-2');
    isSpoken = true;
    state = { ...state, stopped: true };
    arrives('lead-3');
    expect(dialed).toEqual([]);
  });
});

describe('where the provider takes so many orders a second', () => {
  it('no more leads are dealt with than there is room for, be they new or waiting', async () => {
    queue.waiting = ['waiting-1', 'waiting-2'];
    roomLeft = 1;
    finish();
    dialer.wake();
    await dialer.idle();
    expect(dialed).toEqual(['waiting-1']);
    arrives('lead-1');
    expect(dialed).toEqual(['waiting-1']);
  });

  it('room is wanted while there is none for those who wait, who are not asked for each time', async () => {
    roomLeft = 0;
    queue.waiting = ['waiting-1'];
    const { asked } = queue;
    dialer.wake();
    await dialer.idle();
    dialer.wake();
    await dialer.idle();
    expect([dialed, wanting, queue.asked]).toEqual([[], true, asked + 1]);
  });

  it('no room is wanted where nobody waits', async () => {
    roomLeft = 0;
    dialer.wake();
    await dialer.idle();
    expect([dialed, wanting]).toEqual([[], false]);
  });

  it('a lead that comes in waits in the queue while there is none, and the next round finds it', async () => {
    roomLeft = 0;
    arrives('lead-1');
    expect(dialed).toEqual([]);
    queue.waiting = ['lead-1'];
    roomLeft = 1;
    dialer.wake();
    finish();
    await dialer.idle();
    expect(dialed).toEqual(['lead-1']);
  });
});

describe('a tenant whose orders are refused', () => {
  const pauses = () => notices.filter(({ kind }) => kind === 'paused');

  it('dials nobody any more after a few, says so once, and goes on when it changes something', async () => {
    result = { outcome: 'refused', position: 9n, providerCode: 20_003 };
    queue.waiting = Array.from({ length: 20 }, (_, number) => `waiting-${number}`);
    finish();
    dialer.wake();
    await dialer.idle();
    expect(dialed.length).toBeLessThanOrEqual(6);
    expect(pauses()).toEqual([
      { kind: 'paused', tenantId: acme, pauseMs: 30_000, providerCode: 20_003 },
    ]);
    dialer.wake();
    arrives('lead-1');
    await dialer.idle();
    expect(dialed.length).toBeLessThanOrEqual(6);
    result = { outcome: 'nothing', position: null };
    dialer.changed();
    await dialer.idle();
    expect(dialed).toContain('waiting-19');
  });
});
