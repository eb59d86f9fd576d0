import fc from 'fast-check';

/** Of each tenant; each of them has two transfers. */
export const consumersPerRun = 2;

/** What may happen to a consumer, in any order and at the same time as to the other. */
const fact = fc.record({
  consumer: fc.nat({ max: consumersPerRun - 1 }),
  is: fc.constantFrom(
    ...(['called', 'called', 'called', 'reported', 'reported', 'reported', 'reported'] as const),
    ...(['alias_learned', 'worker_died', 'worker_died', 'worker_stopped'] as const),
    ...(['hours_passed', 'unlinked', 'ignored', 'named_apart', 'named_apart'] as const),
    ...(['named_alike', 'named_alike', 'linked', 'linked'] as const),
    ...(['narrowed'] as const),
  ),
  transfer: fc.nat({ max: 1 }),
  report: fc.record({
    by: fc.constantFrom('caller', 'caller', 'strange_name', 'vendor_call', 'transfer', 'lead'),
    vendorCall: fc.option(fc.constantFrom('v1', 'v2', 'v3'), { nil: null }),
    payout: fc.option(fc.constantFrom('45.00', '60', '-45', '0'), { nil: null }),
    mode: fc.constantFrom('set', 'set', 'add'),
    billable: fc.option(fc.boolean(), { nil: null }),
    promptly: fc.boolean(),
    ofNetwork: fc.boolean(),
  }),
});
/** One of them. */
export type Fact = typeof fact extends fc.Arbitrary<infer Value> ? Value : never;

/** Facts of one burst happen at once. */
export const bursts = fc.array(fc.array(fact, { minLength: 1, maxLength: 6 }), {
  ...{ minLength: 1, maxLength: 5 },
});

/** An id of a run, the same for the same index. */
export function uuid(run: number, index: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
  return `${hex(run, 8)}-0000-4000-8000-${hex(index, 12)}`;
}
