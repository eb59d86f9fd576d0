import { randomUUID } from 'node:crypto';
import { type Decider, DomainError, type TenantId } from '#libs/kernel';
import { Type } from 'typebox';
import { defineEvent, EventCatalog, type EventOf } from './catalog.js';
import { type CommandContext, type RunOptions } from './run-options.js';
import { type NewEvent } from './port.js';

const seat = Type.Integer({ description: 'Number of the seat, from 0.' });

export const SeatReserved = defineEvent({
  type: 'SeatReserved',
  version: 1,
  doc: 'A seat was reserved.',
  schema: Type.Object({ seat }),
});

export const SeatReleased = defineEvent({
  type: 'SeatReleased',
  version: 1,
  doc: 'A reserved seat was given back.',
  schema: Type.Object({ seat }),
});

export type SeatEvent = EventOf<typeof SeatReserved> | EventOf<typeof SeatReleased>;
export type Seats = ReadonlySet<number>;
export interface SeatCommand {
  readonly do: 'reserve' | 'release';
  readonly seat: number;
}

export const SEATS_MAX = 8;

/** A theatre with eight seats: commands that can be satisfied, refused, and undone by others. */
export const theatre: Decider<Seats, SeatCommand, SeatEvent> = {
  initialState: () => new Set(),
  evolve: (taken, { type, data }) =>
    type === 'SeatReserved'
      ? new Set([...taken, data.seat])
      : new Set([...taken].filter((other) => other !== data.seat)),
  decide: (command, taken) => {
    if (command.do === 'release') {
      return taken.has(command.seat)
        ? [{ type: 'SeatReleased', data: { seat: command.seat } }]
        : [];
    }
    if (taken.has(command.seat)) return [];
    if (taken.size === SEATS_MAX) {
      throw new DomainError('illegal_state', 'sold_out', 'Choose another evening.');
    }
    return [{ type: 'SeatReserved', data: { seat: command.seat } }];
  },
};

export const theatreCatalog = new EventCatalog([SeatReserved, SeatReleased]);

export function aContext(commandId: string = randomUUID()): CommandContext {
  return {
    commandId,
    tenantId: 'demo' as TenantId,
    actor: { kind: 'system', id: 'spec' },
    occurredAt: '2026-01-05T12:00:00.000Z',
    correlationId: commandId,
    causationId: commandId,
  };
}

export function aRun(
  stream: string,
  command: SeatCommand,
  context: CommandContext = aContext(),
): RunOptions<Seats, SeatCommand, SeatEvent> {
  return { stream, decider: theatre, command, context };
}

/** An event that `theatreCatalog` decodes, with a new id. */
export function anEvent(number = 0, more: Partial<NewEvent> = {}): NewEvent {
  const id = randomUUID();
  return {
    id,
    type: 'SeatReserved',
    data: { seat: number },
    metadata: {
      schemaVersion: 1,
      tenantId: 'demo' as TenantId,
      actor: { kind: 'system', id: 'spec' },
      occurredAt: '2026-01-05T12:00:00.000Z',
      commandId: id,
      $correlationId: id,
      $causationId: id,
    },
    ...more,
  };
}
