import { type Dialing, readDialingSettings } from '#libs/calls';
import { describe, expect, it } from '@jest/globals';
import { changeText, dialingText } from './dialing-text.js';

const idle: Dialing = { settings: null, version: 0, stopped: false, pausedSources: [] };
const settings = readDialingSettings({
  ...{ telemarketer: 'Leadline LLC', seller: 'Northwind', offering: 'quotes' },
  ...{ calling_numbers: ['+16465550100'], script_id: '5e3d9b80-1c7a-4f26-a4d9-8b0f2e6c1a57' },
});

describe('the text on dialing', () => {
  it('says first whether anybody is dialed', () => {
    expect(dialingText('demo', idle)).toBe(
      'Dialing of demo has no settings yet, so nobody is dialed.',
    );
    expect(dialingText('demo', { ...idle, stopped: true })).toMatch(/^Dialing of demo is stopped/);
    expect(dialingText('demo', { ...idle, settings, version: 1 })).toMatch(
      /^Dialing of demo is on/,
    );
  });

  it('shows who waits, and the settings with their version', () => {
    const text = dialingText('demo', { ...idle, settings, version: 2, pausedSources: ['a', 'b'] });
    expect(text).toContain('Paused sources: a, b');
    expect(text).toContain('Settings, version 2:');
    expect(text).toMatch(/seller +Northwind/);
  });

  it.each([
    [true, true, 'Dialing of demo is stopped.'],
    [true, false, 'Dialing of demo was stopped already.'],
    [false, true, 'Dialing of demo goes on.'],
    [false, false, 'Dialing of demo was not stopped.'],
  ])('tells what came of a wish (stopped %s, changed %s)', (stopped, changed, text) => {
    expect(changeText('demo', stopped, changed)).toBe(text);
  });
});
