import { type DomainError, type FieldError } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALIAS_FIELDS, AliasMap, normaliseKey } from './alias-map.js';
import { BUILT_IN_ALIASES, NEVER_CALLER, NEVER_DURATION } from './built-in-aliases.js';
import { ALIASES_MAX, readAliases } from './read-aliases.js';

const builtIn = new AliasMap([]);
const fieldOf = (name: string) => builtIn.placeOf(name)?.field;

/**
 * Every name of semantics §3.4 by what it means, the most telling first: a payout before a revenue.
 */
const PUBLISHED = [
  ['our_id', 'transfer_id l2i_transfer_id ref_id reference external_id external_call_id'],
  ['our_id', 'sub_id subid sub1 lead_id'],
  ['vendor_call_id', 'call_id callid call_uuid callUUID uuid inboundCallId InboundCallId'],
  ['vendor_call_id', 'call_sid CallSid trackdrive_call_uuid ringba_call_uuid conversion_id'],
  ['vendor_call_id', 'click_id'],
  ['caller', 'caller_id callerid caller caller_number callernumber caller_phone'],
  ['caller', 'caller_number_sent inboundPhoneNumber InboundNumber from from_number from_nr'],
  ['caller', 'ani customer_phone consumer_phone lead_phone contact_phone phone phone_number'],
  ['caller', 'telephone tel mobile msisdn'],
  ['caller_if_phone', 'cid CID'],
  ['duration_seconds', 'connected_duration connectedCallLengthInSeconds connected_call_length'],
  ['duration_seconds', 'dialed_call_duration billable_duration billable_seconds billsec'],
  ['duration_seconds', 'talk_time call_duration callduration duration_seconds duration'],
  ['duration_seconds', 'call_length callLengthInSeconds CallLength length seconds'],
  ['total_seconds', 'total_duration'],
  ['duration_minutes', 'billable_minutes talk_time_minutes call_minutes duration_minutes'],
  ['duration_ms', 'call_duration_ms duration_ms durationMs'],
  ['buyer', 'buyer buyer_name buyername buyer_id target target_name targetName target_id tid'],
  ['buyer', 'system_buyer_id advertiser advertiser_name client client_name company contract'],
  ['buyer', 'destination endpoint'],
  ['payout_cents', 'payout_cents payoutCents payout_in_cents payout_minor amount_cents'],
  ['payout_cents', 'amount_minor price_cents'],
  ['revenue_cents', 'revenue_cents revenue_minor'],
  ['payout_dollars', 'payout payout_amount payoutAmount conversionPayout ConversionPayout'],
  ['payout_dollars', 'publisher_payout your_payout earnings commission retreaver_payout bid'],
  ['payout_dollars', 'bid_amount price amount value postback_value sale_amount'],
  ['revenue_dollars', 'revenue call_revenue revenue_amount conversionAmount ConversionAmount'],
  ['revenue_dollars', 'total'],
  ['add_dollars', 'add_payout add_revenue'],
  ['billable', 'billable is_billable converted is_converted hasConverted hasPayout'],
  ['billable', 'buyer_converted offer_converted sale_successful sale_sucesful qualified paid'],
  ['billable', 'payable receivable'],
  ['status', 'status disposition outcome'],
  ['call_time', 'call_time call_timestamp call_start start_time started_at callDt call_date'],
  ['call_time', 'connected_at callConnectionDt timestamp created_at'],
  ['call_end_time', 'end_time callCompletedDt'],
  ['currency', 'currency currency_code'],
  ['is_duplicate', 'is_duplicate IsDuplicate duplicate'],
] as const;

describe('what names mean', () => {
  it.each(PUBLISHED)('%s: %s', (field, names) => {
    for (const name of names.split(' ')) expect([name, fieldOf(name)]).toEqual([name, field]);
  });

  it.each([...new Set(PUBLISHED.map(([field]) => field))])(
    'of several names for %s, the one that is published first counts',
    (field) => {
      const names = PUBLISHED.flatMap(([of, some]) => (of === field ? some.split(' ') : []));
      const ranks = names.map((name) => builtIn.placeOf(name)?.rank ?? -1);
      // Other spellings of a name have its rank, wherever they are published.
      const first = ranks.filter((rank, place) => ranks.indexOf(rank) === place);
      expect(first).toEqual([...first].sort((one, other) => one - other));
    },
  );

  it('does not depend on casing and separators', () => {
    const names = fc.constantFrom(...Object.values(BUILT_IN_ALIASES).flat());
    const spelled = names
      // The one pair of names that only a separator tells apart has its own test.
      .filter((name) => normaliseKey(name) !== 'inboundnumber')
      .chain((name) =>
        fc.tuple(
          fc.constant(name),
          fc.array(fc.tuple(fc.boolean(), fc.constantFrom('', '_', '-', '.', ' ')), {
            minLength: name.length,
            maxLength: name.length,
          }),
        ),
      );
    fc.assert(
      fc.property(spelled, ([name, styles]) => {
        const other = name
          .split('')
          .map((letter, at) => {
            const [upper, separator] = styles[at] ?? [false, ''];
            return separator + (upper ? letter.toUpperCase() : letter.toLowerCase());
          })
          .join('');
        expect(builtIn.placeOf(other)).toEqual(builtIn.placeOf(name));
      }),
    );
  });

  it.each(NEVER_CALLER)('%s is never the caller', (name) => {
    expect(fieldOf(name)).not.toBe('caller');
  });

  it.each(NEVER_DURATION)('%s is never the duration', (name) => {
    expect(fieldOf(name)).toBeUndefined();
  });

  it('tells the caller of one platform from the dialed number of another by its spelling', () => {
    expect(fieldOf('InboundNumber')).toBe('caller');
    expect(fieldOf('inbound_number')).toBeUndefined();
  });

  it.each(['is_minor', 'items', 'terms', 'hold_duration_ms', 'cents', 'token'])(
    '%s means nothing',
    (name) => {
      expect(fieldOf(name)).toBeUndefined();
    },
  );

  it('is one thing for every name', () => {
    const keys = Object.values(BUILT_IN_ALIASES).map((names) => new Set(names.map(normaliseKey)));
    const size = keys.reduce((sum, set) => sum + set.size, 0);
    expect(new Set(keys.flatMap((set) => [...set])).size).toBe(size);
  });
});

describe('a tenant’s additions', () => {
  const map = new AliasMap([
    { field: 'caller', name: 'rufnummer' },
    { field: 'payout_cents', name: 'amount' },
    { field: 'of_a_later_version', name: 'x' },
  ]);

  it('come before the built-in names', () => {
    expect(map.placeOf('Ruf-Nummer')).toEqual({
      ...{ field: 'caller', rank: 0, key: 'rufnummer' },
    });
    expect(map.placeOf('caller_id')).toEqual({ field: 'caller', rank: 1, key: 'callerid' });
  });

  it('change what a built-in name means', () => {
    expect(map.placeOf('amount')).toEqual({
      ...{ field: 'payout_cents', rank: 0, key: 'amount' },
    });
  });

  it('mean the same however many other names were asked for', () => {
    const asked = ['InboundNumber', 'inbound_number', 'x', 'Ruf-Nummer'];
    const meanings = () => asked.map((name) => map.placeOf(name)?.field);
    const before = meanings();
    for (let n = 0; n < 1_200; n += 1) expect(map.placeOf(`unknown ${n}`)).toBeUndefined();
    expect([before, meanings(), meanings()]).toEqual(
      Array(3).fill(['caller', undefined, undefined, 'caller']),
    );
  });

  it('are passed over where this version does not know the word', () => {
    expect(map.placeOf('x')).toBeUndefined();
  });

  it('are taken as they are sent', () => {
    const aliases = [{ field: 'caller', name: 'rufnummer' }];
    expect(readAliases(aliases)).toEqual(aliases);
    expect(readAliases([])).toEqual([]);
    expect(readAliases([{ field: 'caller', name: 'InboundNumber' }])).toHaveLength(1);
  });

  const refusal = (input: unknown) => {
    try {
      return readAliases(input);
    } catch (error) {
      const { details } = error as DomainError;
      return (details as readonly FieldError[]).map(({ code }) => code);
    }
  };

  it.each([
    ['what is no list', { field: 'caller', name: 'x' }, ['invalid']],
    ['an unknown word', [{ field: 'ssn', name: 'x' }], ['unknown_field']],
    ['what is no addition', [null, 'x', {}], ['unknown_field', 'unknown_field', 'unknown_field']],
    ['an empty name', [{ field: 'caller', name: '_ -' }], ['invalid_length']],
    ['a name that is no text', [{ field: 'caller', name: 5 }], ['invalid_length']],
    ['a name nobody can write', [{ field: 'caller', name: { toString: {} } }], ['invalid_length']],
    ['a name too long', [{ field: 'caller', name: 'x'.repeat(101) }], ['invalid_length']],
    ['a dialed number', [{ field: 'caller', name: 'Tracking_Number' }], ['never_means_this']],
    ['a threshold', [{ field: 'duration_seconds', name: 'min_duration' }], ['never_means_this']],
    ['the token', [{ field: 'buyer', name: 'token' }], ['never_means_this']],
  ])('are refused: %s', (_, input, codes) => {
    expect(refusal(input)).toEqual(codes);
  });

  it('are refused when one name is to mean two things', () => {
    const clash = [
      { field: 'caller', name: 'my_number' },
      { field: 'buyer', name: 'MyNumber' },
    ];
    expect(refusal(clash)).toEqual(['clash']);
  });

  it('are 200 at most', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ field: 'buyer', name: `buyer${at}x` }));
    expect(readAliases(many(ALIASES_MAX))).toHaveLength(ALIASES_MAX);
    expect(refusal(many(ALIASES_MAX + 1))).toEqual(['too_many']);
  });

  it('are either refused or understood, whatever is sent', () => {
    const parts = fc.record({
      field: fc.oneof(fc.constantFrom(...ALIAS_FIELDS), fc.anything()),
      name: fc.oneof(fc.string(), fc.anything()),
    });
    fc.assert(
      fc.property(fc.oneof(fc.array(parts), fc.anything()), (input) => {
        const codes = refusal(input);
        if (codes.every((code) => typeof code !== 'string')) {
          for (const alias of readAliases(input)) {
            expect(new AliasMap([alias]).placeOf(alias.name)?.field).toBe(alias.field);
          }
        }
      }),
    );
  });
});
