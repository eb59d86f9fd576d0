import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';
import { instant, OneOf } from './field-types.js';

export const StatementOpened = defineEvent({
  type: 'StatementOpened',
  version: 1,
  doc: 'A buyer’s statement of a period was brought in; each of its lines is a report.',
  schema: Type.Object({
    statementId: Type.String({ description: 'The statement, as in its stream name.' }),
    destinationId: Type.String({ description: 'The destination whose buyer made it.' }),
    from: instant('Calls from then on.'),
    to: instant('Calls before then.'),
    amountUnit: OneOf(['by_name', 'cents'] as const, {
      description: 'Whether names of columns tell the unit, or all amounts are in cents.',
    }),
    timeZone: Type.String({ description: 'IANA zone of times without one.' }),
    currency: Type.String({ description: 'ISO 4217, where lines do not say.' }),
    aliases: Type.Array(
      Type.Object({
        field: Type.String({ description: 'What it means, e.g. payout_dollars.' }),
        name: Type.String({ description: 'The name of the column.' }),
      }),
      { description: 'What names of columns mean in this statement, before any other meaning.' },
    ),
    openedAt: instant('When.'),
  }),
});

/** What can happen to a statement; on `statement-<id>` streams. */
export const statementEvents = [StatementOpened] as const;

/** Any of them. */
export type StatementEvent = EventOf<(typeof statementEvents)[number]>;
