import { describe, expect, it } from '@jest/globals';
import { CallRegister } from './call-register.js';
import { SimulatedCall } from './simulated-call.js';

const NOW = new Date('2026-11-28T08:00:00.000Z');

function call(to: string): SimulatedCall {
  const order = { to, from: '+15125550001', source: { twiml: '' }, statusUrl: null };
  const rest = { statusEvents: new Set<string>(), ringSecondsMax: 60, sendDigits: '' };
  return new SimulatedCall({ ...order, ...rest, machines: { detection: 'off' } }, 0, NOW);
}

describe('the calls that are known', () => {
  it('are all open ones, and those that ended last', () => {
    const register = new CallRegister(2);
    const [open, first, second, third] = ['+1', '+2', '+2', '+3'].map(call) as [
      ...[SimulatedCall, SimulatedCall, SimulatedCall, SimulatedCall],
    ];
    for (const known of [open, first, second, third]) register.add(known);
    for (const known of [first, third, second]) register.ended(known);
    expect(register.all()).toEqual([third, second, open]);
    expect(register.get(first.sid)).toBeUndefined();
    expect([register.countTo('+2'), register.to('+2')]).toEqual([1, [second]]);
    expect(register.countTo('+9')).toBe(0);
  });
});

describe('the log of a call', () => {
  it('does not grow without end', () => {
    const long = call('+1');
    for (let entry = 0; entry < 1_000; entry += 1) long.note(NOW, 'waits');
    expect(long.log).toHaveLength(200);
  });
});
