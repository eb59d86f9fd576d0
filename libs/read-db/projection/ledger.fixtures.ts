import fc from 'fast-check';
import { type DomainEvent } from '#libs/kernel';
import { storedEvent } from '#events/testing';
import {
  defineProjection,
  insert,
  type ProjectedEvent,
  remove,
  update,
  upsert,
} from './projection.js';
import {
  bigInteger,
  boolean,
  defineTable,
  instant,
  integer,
  json,
  nullable,
  text,
  textList,
  type Row,
} from './table.js';

/** A small domain of its own, with every kind of column and of touch, for specs of the engine. */
export type LedgerEvent =
  | DomainEvent<'Opened', { account: string; at: string }>
  | DomainEvent<'Paid', { account: string; amount: number; note: string | null }>
  | DomainEvent<'Moved', { from: string; to: string; amount: number }>
  | DomainEvent<'Closed', { account: string }>
  | DomainEvent<'Noise', Record<string, never>>;

const accountTable = defineTable({
  columns: {
    tenantId: text(),
    account: text(),
    balance: integer(),
    notes: textList(),
    last: json<{ readonly note: string | null; readonly amounts: readonly number[] }>(),
    openedAt: nullable(instant()),
    isOpen: boolean(),
    revision: bigInteger(),
  },
  key: ['tenantId', 'account'],
  indexes: [['tenantId', 'openedAt desc']],
});

type AccountRow = Row<typeof accountTable>;

/** The balance of every account; a payment to an unknown one begins it. */
export const accountProjection = defineProjection<LedgerEvent, typeof accountTable>({
  name: 'account',
  version: 1,
  table: accountTable,
  on: {
    Opened: (event) =>
      insert({
        ...keyOf(event, event.data.account),
        balance: 0,
        notes: [],
        last: { note: null, amounts: [] },
        openedAt: event.data.at,
        isOpen: true,
        revision: event.position,
      }),
    Paid: (event) => pay(event, event.data.account, event.data.amount, event.data.note),
    Moved: (event) => [
      pay(event, event.data.from, -event.data.amount, null),
      pay(event, event.data.to, event.data.amount, null),
    ],
    Closed: (event) => remove(keyOf(event, event.data.account)),
  },
});

function keyOf(event: ProjectedEvent, name: string) {
  return { tenantId: event.metadata.tenantId as string, account: name };
}

function pay(event: ProjectedEvent, name: string, paid: number, remark: string | null) {
  const key = keyOf(event, name);
  return upsert(key, (row: AccountRow | undefined): AccountRow => {
    const notes = row?.notes ?? [];
    return {
      ...key,
      balance: (row?.balance ?? 0) + paid,
      notes: remark === null ? notes : [...notes, remark].slice(-5),
      last: { note: remark, amounts: [...(row?.last.amounts ?? []), paid].slice(-3) },
      openedAt: row?.openedAt ?? null,
      isOpen: row?.isOpen ?? false,
      revision: event.position,
    };
  });
}

const turnoverTable = defineTable({
  columns: { tenantId: text(), payments: integer(), turnover: bigInteger() },
  key: ['tenantId'],
});

/** Counts payments per tenant; does not care for the rest. */
export const turnoverProjection = defineProjection<LedgerEvent, typeof turnoverTable>({
  name: 'turnover',
  version: 3,
  table: turnoverTable,
  on: {
    Paid: ({ metadata, data }) =>
      upsert({ tenantId: metadata.tenantId }, (row) => ({
        tenantId: metadata.tenantId,
        payments: (row?.payments ?? 0) + 1,
        turnover: (row?.turnover ?? 0n) + BigInt(data.amount),
      })),
    Moved: ({ metadata }) => update({ tenantId: metadata.tenantId }, (row) => row),
  },
});

const account = fc.constantFrom('a', 'b', 'c', 'd', 'o\'brien "quoted" \\ {,}');
const amount = fc.integer({ min: -1000, max: 1000 });
/** Anything a caller may send, half characters and NUL included. */
const note = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\0', '\ud800', 'null'),
);
const at = fc.constantFrom(
  '2026-01-05T12:00:00Z',
  '2026-01-05T12:00:00.120Z',
  '2026-01-05T14:00:00.5+02:00',
);

const ledgerEvent: fc.Arbitrary<LedgerEvent> = fc.oneof(
  fc.record({ account, at }).map((data) => ({ type: 'Opened' as const, data })),
  fc.record({ account, amount, note }).map((data) => ({ type: 'Paid' as const, data })),
  fc
    .record({ from: account, to: account, amount })
    .map((data) => ({ type: 'Moved' as const, data })),
  fc.record({ account }).map((data) => ({ type: 'Closed' as const, data })),
  fc.constant({ type: 'Noise' as const, data: {} }),
);

/** Random histories of two tenants. Positions have gaps and exceed what a double can hold. */
export function ledgerHistory(maxLength: number): fc.Arbitrary<ProjectedEvent<LedgerEvent>[]> {
  const tenantId = fc.constantFrom('acme', 'zenith');
  const step = fc.record({ event: ledgerEvent, tenantId, gap: fc.integer({ min: 1, max: 900 }) });
  return fc.array(step, { minLength: 1, maxLength, size: 'max' }).map((steps) => {
    let position = 2n ** 60n;
    return steps.map(({ event, tenantId, gap }) => {
      position += BigInt(gap);
      return storedEvent(event, position, { tenantId });
    });
  });
}
