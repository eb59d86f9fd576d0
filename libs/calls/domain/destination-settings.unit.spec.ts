import { type DomainError, type FieldError } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { someSettings } from './destination.fixtures.js';
import { DESTINATION_DEFAULTS, readDestinationSettings } from './destination-settings.js';

const least = { name: 'Northwind Insurance', address: { value: '+12125550142' } };
const read = (more: object = {}) => readDestinationSettings({ ...least, ...more });

/** Which fields are refused, each with its code. */
function refusals(value: unknown, base = undefined as ReturnType<typeof read> | undefined) {
  try {
    readDestinationSettings(value, base);
    return [];
  } catch (error) {
    const details = (error as DomainError).details as readonly FieldError[];
    return details.map(({ field, code }) => `${field} ${code}`);
  }
}
const refused = (more: object) => refusals({ ...least, ...more });

describe('the configuration of a destination', () => {
  it('needs a name and an address, and has a default for everything else', () => {
    expect(read()).toEqual(someSettings());
    expect(refusals({})).toEqual(['name required', 'address.value required']);
    expect(refusals(null)).toContain('(body) wrong_type');
  });

  it('is refused with everything that is wrong with it at once', () => {
    const wrong = {
      ...{ name: ' ', colour: 'red', ring_seconds: 4, weight: 0, accept_key: '12' },
      address: { value: '+442071838750', send_digits: 'call me' },
      caps: { day: -1, minute: 3 },
      schedule: { time_zone: 'Mars/Olympus', closed_on: ['2026-02-31'], expires_at: 'soon' },
      payout: { currency: 'XXQ', billable_seconds: 1.5 },
      presents_consumer: 'maybe',
    };
    expect(refusals(wrong).toSorted()).toEqual([
      'accept_key wrong_format',
      'address.send_digits wrong_format',
      'address.value invalid',
      'caps.day out_of_range',
      'caps.minute unknown_field',
      'colour unknown_field',
      'name required',
      'payout.billable_seconds wrong_type',
      'payout.currency not_allowed',
      'presents_consumer wrong_type',
      'ring_seconds out_of_range',
      'schedule.closed_on.0 wrong_format',
      'schedule.expires_at wrong_format',
      'schedule.time_zone not_allowed',
      'weight out_of_range',
    ]);
  });

  it('takes numbers of the US and Canada, and SIP addresses', () => {
    expect(read({ address: { value: 'sip:desk@pbx.example.com' } }).address).toEqual({
      ...{ kind: 'sip', value: 'sip:desk@pbx.example.com', sendDigits: null },
    });
    for (const value of ['12125550142', '+11125550142', 'sip:desk', 'tel:+12125550142']) {
      expect(refused({ address: { value } })).toEqual(['address.value invalid']);
    }
    const disguised = { kind: 'sip', value: '+12125550142' };
    expect(refused({ address: disguised })).toEqual(['address.kind invalid']);
  });

  it('reads the number as somebody says who knows numbering plans', () => {
    const value = { ...least, address: { value: '(212) 555-0142' } };
    expect(readDestinationSettings(value, undefined, () => '+12125550142').address.value).toBe(
      '+12125550142',
    );
    expect(() => readDestinationSettings(value, undefined, () => null)).toThrow();
  });

  it('takes a SIP address only where somebody says that calls may go there', () => {
    const asked: string[] = [];
    const never = (host: string) => asked.push(host) === 0;
    const identity = (text: string) => text;
    for (const value of ['sip:a@10.0.0.7', 'sips:a@[fd00::1]:5061', 'sip:a@pbx;transport=tcp']) {
      const wish = { ...least, address: { value } };
      expect(() => readDestinationSettings(wish, undefined, identity, never)).toThrow(
        expect.objectContaining({
          details: [expect.objectContaining({ field: 'address.value', code: 'not_allowed' })],
        }),
      );
    }
    expect(asked).toEqual(['10.0.0.7', '[fd00::1]', 'pbx']);
  });

  it('that sends keys asks for one to accept, or for no detection of machines', () => {
    const address = { value: '+12125550142', send_digits: '1w2' };
    expect(refused({ address })).toEqual(['detect_machines not_allowed']);
    expect(refused({ address, accept_key: '1' })).toEqual([]);
    expect(refused({ address, detect_machines: false })).toEqual([]);
    expect(refused({ address, detect_machines: false, accept_key: '1' })).toEqual([]);
  });

  it('sends at most 32 keys', () => {
    const keys = (count: number) => ({ value: '+12125550142', send_digits: 'w'.repeat(count) });
    expect(refused({ address: keys(32), accept_key: '1' })).toEqual([]);
    expect(refused({ address: keys(33), accept_key: '1' })).toEqual([
      'address.send_digits too_long',
    ]);
  });

  it('writes one schedule always the same', () => {
    const opening = { from: '09:00', to: '17:00' };
    const { schedule } = read({
      schedule: {
        hours: { friday: [opening], monday: [opening], sunday: [] },
        closed_on: ['2026-12-25', '2026-11-26', '2026-12-25'],
        expires_at: '2027-01-01T00:00:00-05:00',
      },
    });
    expect(Object.keys(schedule.hours)).toEqual(['monday', 'friday']);
    expect(schedule.closedOn).toEqual(['2026-11-26', '2026-12-25']);
    expect(schedule.expiresAt).toBe('2027-01-01T05:00:00.000Z');
  });

  it('is not always open because every day of it was closed', () => {
    expect(refused({ schedule: { hours: { monday: [] } } })).toEqual(['schedule.hours invalid']);
    expect(read({ schedule: { hours: {} } }).schedule.hours).toEqual({});
  });

  it.each([
    [{ hours: { monday: [{ from: '9:00', to: '24:00' }] } }, 2],
    [{ hours: { monday: [{ from: '09:00' }] } }, 1],
    [{ hours: { someday: [] } }, 1],
    [{ hours: 'nine to five' }, 1],
    [{ time_zone: '+05:00' }, 1],
    [{ closed_on: 'christmas' }, 1],
    [{ stand_in_id: 'the other one' }, 1],
    [{ expires_at: '2026-02-31T00:00:00Z' }, 1],
  ])('refuses the schedule %j', (schedule, problems) => {
    expect(refused({ schedule })).toHaveLength(problems);
  });

  it('pays one amount or tiers that ascend', () => {
    const tier = (from_seconds: number) => ({ from_seconds, amount_minor: 100 });
    const tiers = [tier(60), tier(120)];
    expect(read({ payout: { model: 'duration_tiers', tiers } }).payout.tiers).toHaveLength(2);
    expect(refused({ payout: { model: 'duration_tiers' } })).toEqual(['payout.tiers required']);
    expect(refused({ payout: { tiers } })).toEqual(['payout.tiers not_allowed']);
    const both = { model: 'duration_tiers', tiers: tiers.toReversed(), amount_minor: 5 };
    expect(refused({ payout: both }).toSorted()).toEqual([
      'payout.amount_minor not_allowed',
      'payout.tiers invalid',
    ]);
  });

  it('sells under a brand of its own where it names one, and no more once it takes it back', () => {
    const named = read({ brand_name: 'Northwind' });
    expect([read({}).brandName, named.brandName]).toEqual([null, 'Northwind']);
    expect(readDestinationSettings({ brand_name: null }, named).brandName).toBeNull();
    expect(refused({ brand_name: '' })).toHaveLength(1);
  });

  it('whispers only what it can know', () => {
    expect(read({ whisper: '{{first_name}}, {{ answers.insured }}' }).whisper).not.toBeNull();
    for (const whisper of ['{{phone}}', '{{first_name', '{{answers.x y}}', 'a }} b']) {
      expect(refused({ whisper })).toEqual(['whisper unknown_placeholder']);
    }
  });

  it('names what is wrong with a filter beside the rest', () => {
    expect(refused({ filter: 'everybody', weight: 0 })).toEqual([
      'weight out_of_range',
      expect.stringMatching(/^filter/),
    ]);
  });
});

describe('a change of it', () => {
  const base = read({
    caps: { day: 5, hour: 2 },
    payout: { amount_minor: 2_500 },
    address: { value: '+12125550142', send_digits: '1w2' },
    ...{ whisper: 'A call.', accept_key: '1' },
  });
  const changed = (change: object) => readDestinationSettings(change, base);

  it('leaves what it does not name as it was', () => {
    expect(changed({})).toEqual(base);
    expect(changed({ caps: { day: 9 } })).toEqual({ ...base, caps: { ...base.caps, day: 9 } });
  });

  it('takes away what it names as null', () => {
    expect(changed({ caps: { day: null }, whisper: null })).toEqual({
      ...{ ...base, whisper: null },
      caps: { ...base.caps, day: null },
    });
    expect(refusals({ name: null }, base)).toEqual(['name wrong_type']);
    expect(refusals({ caps: null }, base)).toEqual(['caps wrong_type']);
  });

  it('of the payout model leaves nothing of the other model behind', () => {
    const tiers = [{ from_seconds: 60, amount_minor: 100 }];
    const tiered = changed({ payout: { model: 'duration_tiers', tiers } });
    expect(tiered.payout.amountMinor).toBe(0);
    const back = readDestinationSettings({ payout: { model: 'fixed', amount_minor: 7 } }, tiered);
    expect(back.payout).toEqual({ ...base.payout, amountMinor: 7 });
  });

  it('to another kind of address sends it no keys meant for the old one', () => {
    expect(changed({ address: { value: '+12125550143' } }).address.sendDigits).toBe('1w2');
    expect(changed({ address: { value: 'sip:a@b.example' } }).address.sendDigits).toBeNull();
  });

  it('may come from a form, which knows text only', () => {
    expect(changed({ ring_seconds: '45', detect_machines: 'false' })).toEqual({
      ...base,
      ...{ ringSeconds: 45, detectMachines: false },
    });
  });
});

it('is open in Eastern time, without limits, unless it says otherwise', () => {
  expect(DESTINATION_DEFAULTS.schedule.timeZone).toBe('America/New_York');
  expect(Object.values(DESTINATION_DEFAULTS.caps).every((cap) => cap === null)).toBe(true);
});
