import { describe, expect, it } from '@jest/globals';
import { type Dialing } from '#libs/calls';
import { type WaitingLead } from '#projections/dial-queue';
import { queuedLead, totalsView } from './queue.response.js';

const settings = {} as NonNullable<Dialing['settings']>;
const running: Dialing = { settings, version: 1, stopped: false, pausedSources: ['radio'] };
const stopped = { ...running, stopped: true };
const unset = { ...running, settings: null };

/** A lead of a source that is due, or not. */
function shown(dialing: Dialing, source: string | null, isDue = true) {
  const row = { source, obstacles: ['spacing'] } as unknown as WaitingLead['row'];
  const { state, held_by, obstacles } = queuedLead(dialing, { row, isDue });
  return [state, held_by, obstacles];
}

describe('a queued lead', () => {
  it('is held where its source is paused, the tenant has stopped, or nothing is configured', () => {
    expect(shown(running, 'web')).toEqual(['due', null, []]);
    expect(shown(running, null)).toEqual(['due', null, []]);
    expect(shown(running, 'radio')).toEqual(['held', 'source_paused', []]);
    expect(shown(stopped, 'radio')).toEqual(['held', 'dialing_stopped', []]);
    expect(shown(unset, 'web')).toEqual(['held', 'dialing_not_configured', []]);
  });

  it('that something else holds up, too, says both', () => {
    expect(shown(stopped, 'web', false)).toEqual(['blocked', 'dialing_stopped', ['spacing']]);
  });
});

describe('the totals of the queue', () => {
  it('count as held what is due and not dialed', () => {
    const totals = { waiting: 8, blocked: 3, paused: 2, calling: 1 };
    expect(totalsView(running, totals)).toEqual({ waiting: 8, blocked: 3, held: 2, calling: 1 });
    expect(totalsView(stopped, totals).held).toBe(5);
    expect(totalsView(unset, totals).held).toBe(5);
  });
});
