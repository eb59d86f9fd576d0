import type { StatementEvent } from '#events/revenue';
import {
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  type Row,
  text,
} from '#libs/read-db';

/** A row per statement. */
export const statementListTable = defineTable({
  columns: {
    tenantId: text(),
    statementId: text(),
    destinationId: text(),
    /** What it covers: calls from then on. */
    periodFrom: instant(),
    /** Calls before then. */
    periodTo: instant(),
    /** IANA zone of times without one. */
    timeZone: text(),
    /** ISO 4217, where rows do not say. */
    currency: text(),
    amountUnit: text<StatementEvent['data']['amountUnit']>(),
    /** Names of columns that mean something in this statement alone. */
    aliasCount: integer(),
    openedAt: instant(),
  },
  key: ['tenantId', 'statementId'],
  indexes: [['tenantId', 'openedAt desc', 'statementId desc']],
});

/** A statement, as lists show it. */
export type StatementListRow = Row<typeof statementListTable>;

/**
 * Which statements of buyers were brought in?
 *
 * What has become of their rows is told by the inbox of hits, which they are part of.
 */
export const statementListProjection = defineProjection<StatementEvent, typeof statementListTable>({
  name: 'statement_list',
  version: 1,
  table: statementListTable,
  on: {
    StatementOpened: (event) => {
      const { statementId, destinationId, from, to, timeZone, currency } = event.data;
      const { amountUnit, aliases, openedAt } = event.data;
      return insert({
        ...{ tenantId: event.metadata.tenantId, statementId, destinationId },
        ...{ periodFrom: from, periodTo: to, timeZone, currency, amountUnit },
        ...{ aliasCount: aliases.length, openedAt },
      });
    },
  },
});
