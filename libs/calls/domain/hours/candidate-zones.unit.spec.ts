import { describe, expect, it } from '@jest/globals';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { AREA_CODE_ZONES, AREA_CODES } from './area-codes.data.js';
import { candidateZones, type Places } from './candidate-zones.js';
import { STATE_ZONES } from './state-zones.data.js';
import { ZIP_PREFIX_ZONES, ZIP_PREFIXES } from './zip-prefixes.data.js';

const [ET, CT, MT, PT] = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
] as const;
const [PHOENIX, ADAK, ANCHORAGE] = [
  'America/Phoenix',
  'America/Adak',
  'America/Anchorage',
] as const;
const zonesOf = (places: Partial<Places>) => candidateZones(somewhere(places)).zones;
const somewhere = (places: Partial<Places>): Places => ({
  ...{ state: null, zip: null, areaCode: null, countries: ['US'], isUnread: false },
  ...places,
});
const words = (table: Readonly<Record<string, string>>) =>
  Object.values(table).flatMap((list) => list.split(' '));

describe('where a consumer may be', () => {
  it.each<[string, Partial<Places>, readonly string[]]>([
    ['a state of one zone', { state: 'NY' }, [ET]],
    ['Florida', { state: 'FL' }, [CT, ET]],
    ['Idaho', { state: 'ID' }, [MT, PT]],
    ['Indiana', { state: 'IN' }, [CT, ET]],
    ['Kansas', { state: 'KS' }, [CT, MT]],
    ['Kentucky', { state: 'KY' }, [CT, ET]],
    ['Michigan', { state: 'MI' }, [CT, ET]],
    ['North Dakota', { state: 'ND' }, [CT, MT]],
    ['Nebraska', { state: 'NE' }, [CT, MT]],
    ['Oregon', { state: 'OR' }, [MT, PT]],
    ['South Dakota', { state: 'SD' }, [CT, MT]],
    ['Tennessee', { state: 'TN' }, [CT, ET]],
    ['Texas', { state: 'TX' }, [CT, MT]],
    ['Alaska', { state: 'AK' }, [ADAK, ANCHORAGE]],
    ['Arizona, where the Navajo Nation keeps daylight saving time', { state: 'AZ' }, [MT, PHOENIX]],
    ['Puerto Rico', { state: 'PR', countries: ['PR'] }, ['America/Puerto_Rico']],
    ['Guam', { areaCode: '671', countries: ['GU'] }, ['Pacific/Guam']],
    [
      'Guam, given as a country',
      { areaCode: '212', countries: ['US', 'GU'] },
      [ET, 'Pacific/Guam'],
    ],
    ['Miami by its ZIP code', { state: 'FL', zip: '33101' }, [ET]],
    ['Pensacola by its ZIP code', { state: 'FL', zip: '32501-1234' }, [CT]],
    ['a prefix on both sides of the border', { state: 'FL', zip: '32456' }, [CT, ET]],
    ['Phoenix by its ZIP code', { state: 'AZ', zip: '85001' }, [PHOENIX]],
    ['Window Rock by its ZIP code', { state: 'AZ', zip: '86515' }, [MT, PHOENIX]],
    ['El Paso by its ZIP code', { state: 'TX', zip: '79901' }, [MT]],
    ['American Samoa by its ZIP code', { zip: '96799' }, ['Pacific/Pago_Pago']],
    ['Hawaii by its ZIP code', { state: 'HI', zip: '96701' }, ['Pacific/Honolulu']],
    ['a ZIP code alone', { zip: '60601' }, [CT]],
    ['a ZIP code that cannot be read', { state: 'TX', zip: '7520' }, [CT, MT]],
    ['a ZIP code that is not in use', { state: 'TX', zip: '00000', areaCode: '512' }, [CT, MT]],
    ['a word for a ZIP code', { state: 'TX', zip: 'n/a' }, [CT, MT]],
    [
      'a ZIP code of another state, which narrows nothing',
      { state: 'TX', zip: '10001' },
      [CT, MT, ET],
    ],
    ['an area code alone', { areaCode: '212' }, [ET]],
    ['an area code of two zones', { areaCode: '850' }, [CT, ET]],
    ['an area code of the other zone', { state: 'TX', zip: '75201', areaCode: '915' }, [CT, MT]],
    [
      'an area code the ZIP code does not narrow',
      { state: 'FL', zip: '33101', areaCode: '850' },
      [CT, ET],
    ],
    ['an area code over a border', { areaCode: '775' }, [MT, PT]],
    ['a toll-free number with a state', { state: 'OH', areaCode: '800' }, [ET]],
    ['a country that is not known', { state: 'OH', countries: [] }, [ET]],
  ])('%s', (_, places, zones) => {
    expect(zonesOf(places)).toEqual([...zones].sort());
  });

  it.each<[string, Partial<Places>]>([
    ['nothing', {}],
    ['a toll-free number', { areaCode: '888' }],
    ['a premium number', { areaCode: '900' }],
    ['a personal number', { areaCode: '500' }],
    ['an area code that is not assigned', { areaCode: '555' }],
    ['a Canadian phone', { state: 'NY', areaCode: '416', countries: ['CA'] }],
    ['a Canadian province', { state: 'ON', areaCode: '212' }],
    ['a country given that is not ours', { state: 'NY', areaCode: '212', countries: ['US', 'CA'] }],
    ['a Canadian postal code', { state: 'CA', zip: 'V6B 1A1', areaCode: '212' }],
    ['a British postal code', { zip: 'SW1A 1AA', areaCode: '212' }],
    ['an Indian postal code', { state: 'IN', zip: '110001', areaCode: '212' }],
    ['a state that nobody can read', { areaCode: '808', isUnread: true }],
    [
      'a state that nobody can read, with a ZIP code',
      { zip: '10001', areaCode: '212', isUnread: true },
    ],
    ['a ZIP code that cannot be read, whatever the area code', { zip: '7520', areaCode: '212' }],
    ['a ZIP code that is not in use, whatever the area code', { zip: '00000', areaCode: '212' }],
    ['the armed forces', { state: 'AP', areaCode: '212' }],
    ['Palau', { zip: '96940', areaCode: '671' }],
    ['the armed forces overseas', { state: 'NY', zip: '09012', areaCode: '212' }],
  ])('is not known from %s', (_, places) => {
    expect(candidateZones(somewhere(places))).toEqual({ zones: [], states: [] });
  });

  it.each<[Partial<Places>, readonly string[]]>([
    [{ state: 'TX', areaCode: '212' }, ['NY', 'TX']],
    [{ state: 'TX', areaCode: '214' }, ['TX']],
    [{ state: 'TX', zip: '33101', areaCode: '212' }, ['FL', 'NY', 'TX']],
    [{ zip: '33101' }, ['FL']],
    [{ state: 'TX', areaCode: '800' }, ['TX']],
    [{ areaCode: '212', countries: ['US', 'PR'] }, ['NY', 'PR']],
  ])('%j decides whose rules apply', (places, states) => {
    expect(candidateZones(somewhere(places)).states).toEqual(states);
  });
});

describe('the tables of places', () => {
  it('name every area code of ours that the telephone library knows, and no other', () => {
    const valid = (code: number) =>
      ['2345678', '6421234', '6221234'].some((rest) => {
        const number = parsePhoneNumberFromString(`+1${code}${rest}`);
        const ours = ['US', 'AS', 'GU', 'MP', 'PR', 'VI'].includes(number?.country ?? '');
        return ours && /FIXED_LINE|MOBILE/.test(number?.getType() ?? '');
      });
    const known = Array.from({ length: 800 }, (_, index) => index + 200).filter(valid);
    expect(words(AREA_CODES).sort()).toEqual(known.map(String));
    expect(known).toHaveLength(365);
  });

  it('place no area code and no ZIP prefix twice', () => {
    const zoned = AREA_CODE_ZONES.flatMap(({ codes }) => codes.split(' '));
    const prefixes = ZIP_PREFIX_ZONES.flatMap(({ prefixes: list }) => list.split(' '));
    for (const list of [words(AREA_CODES), zoned, words(ZIP_PREFIXES), prefixes]) {
      expect(new Set(list).size).toBe(list.length);
    }
  });

  it('know zones of 50 states, the federal district and five territories', () => {
    expect(Object.keys(STATE_ZONES)).toHaveLength(56);
    for (const zone of Object.values(STATE_ZONES).flat()) {
      expect(() => new Intl.DateTimeFormat('en-US', { timeZone: zone })).not.toThrow();
    }
    const placed = new Set([...Object.keys(AREA_CODES), ...Object.keys(ZIP_PREFIXES)]);
    expect([...placed].sort()).toEqual(Object.keys(STATE_ZONES).sort());
  });

  it('narrow a state to zones of its own, except where borders are crossed', () => {
    const beyond = new Set(['775', '898', '368']);
    const all = [
      ...words(AREA_CODES).map((areaCode) => ({ code: areaCode, places: { areaCode } })),
      ...Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, '0')).map(
        (prefix) => ({ code: prefix, places: { zip: `${prefix}01` } }),
      ),
    ];
    for (const { code, places } of all.filter(({ code: one }) => !beyond.has(one))) {
      const { zones, states } = candidateZones(somewhere(places));
      const own = states.flatMap((state) => STATE_ZONES[state] ?? []);
      expect([code, zones.filter((zone) => !own.includes(zone))]).toEqual([code, []]);
    }
  });

  it('hold every three-digit ZIP prefix in use', () => {
    const used = Array.from({ length: 1000 }, (_, index) => `${String(index).padStart(3, '0')}01`);
    expect(used.filter((zip) => zonesOf({ zip }).length > 0)).toHaveLength(916);
  });
});
