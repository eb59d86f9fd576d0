import { type CommandContext, EventCatalog } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { randomUUID } from 'node:crypto';
import { destinationEvents } from '../domain/destination.events.js';
import { destinationUsageEvents } from '../domain/destination-usage.events.js';
import { type DestinationCaller } from './destination-caller.js';

/** Every event these specs write. */
export const destinationCatalog = new EventCatalog([
  ...destinationEvents,
  ...destinationUsageEvents,
]);

export const ACME = 'acme' as TenantId;

export const aCaller = (commandId: string = randomUUID()): DestinationCaller => ({
  actor: { kind: 'system', id: 'spec' },
  commandId,
  causationId: 'spec',
});

export const aContext = (commandId: string = randomUUID()): CommandContext => ({
  ...aCaller(commandId),
  ...{ tenantId: ACME, occurredAt: '2026-11-30T15:00:00.000Z', correlationId: 'spec' },
});
