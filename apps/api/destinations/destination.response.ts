import {
  type DestinationEvent,
  type DestinationResult,
  type DestinationSettings,
  type KnownDestinationState,
} from '#libs/calls';
import { type StoredEvent } from '#libs/event-store';
import { type DestinationListRow } from '#projections/destination-list';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ReadModelPage } from '../http/page.response.js';
import { POSITION_HEADER } from '../http/position-header.js';
import { EventActor } from '../leads/lead-history.response.js';
import { configurationOf, DestinationConfiguration } from './destination-settings.view.js';

/** A destination as it stands. */
export class DestinationView extends DestinationConfiguration {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'integer', description: 'From 1; every change, pause and so on makes one.' })
  version: number;

  @ApiProperty({ enum: ['active', 'paused', 'retired'] })
  status: string;
}

/** A destination in a list. */
export class ListedDestination extends DestinationView {
  @ApiProperty({ format: 'date-time' })
  added_at: string;

  @ApiProperty({ format: 'date-time', description: 'When its version came to be.' })
  changed_at: string;
}

/** Destinations, newest first. */
export class DestinationPage extends ReadModelPage {
  @ApiProperty({ type: [ListedDestination] })
  destinations: readonly ListedDestination[];
}

/** What made a version of a destination. */
export class DestinationVersion {
  @ApiProperty({ type: 'integer', example: 2 })
  version: number;

  @ApiProperty({ enum: ['added', 'changed', 'paused', 'resumed', 'retired'] })
  change: string;

  @ApiProperty({ type: DestinationConfiguration, nullable: true, description: 'Null if added.' })
  before: DestinationConfiguration | null;

  @ApiProperty({ type: DestinationConfiguration })
  after: DestinationConfiguration;

  @ApiProperty({ type: EventActor })
  actor: EventActor;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as whoever did it said.' })
  reason: string | null;

  @ApiProperty({ format: 'date-time' })
  occurred_at: string;

  @ApiProperty({ format: 'uuid' })
  event_id: string;
}

/** Every version of a destination, oldest first. */
export class DestinationVersions {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: [DestinationVersion] })
  versions: readonly DestinationVersion[];
}

/** A destination as it stands. */
export function destinationView(
  destination: KnownDestinationState,
): Pick<DestinationView, keyof DestinationView> {
  const { destinationId: id, version, status, settings } = destination;
  return { id, version, status, ...configurationOf(settings) };
}

/** A destination after a command, with where in the log that is. */
export function answerDestination(
  reply: FastifyReply,
  { destination, position }: DestinationResult,
): DestinationView {
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return destinationView(destination);
}

/** A destination as a list shows it. */
export function listedDestination(row: DestinationListRow): ListedDestination {
  const { addedAt: added_at, changedAt: changed_at } = row;
  return { ...destinationView(row), added_at, changed_at };
}

/** Its history, each event with the configuration before and after it. */
export function destinationVersions(
  destinationId: string,
  history: readonly StoredEvent<DestinationEvent>[],
): DestinationVersions {
  const versions: DestinationVersion[] = [];
  let before: DestinationSettings | null = null;
  for (const event of history) {
    const after = settingsAfter(before, event);
    if (after === null) continue;
    versions.push(versionOf(event, before, after));
    before = after;
  }
  return { id: destinationId.toLowerCase(), versions };
}

function settingsAfter(
  before: DestinationSettings | null,
  event: DestinationEvent,
): DestinationSettings | null {
  if (event.type === 'DestinationAdded') return event.data.settings;
  return event.type === 'DestinationChanged' ? event.data.after : before;
}

function versionOf(
  event: StoredEvent<DestinationEvent>,
  before: DestinationSettings | null,
  after: DestinationSettings,
): DestinationVersion {
  const { actor, occurredAt: occurred_at } = event.metadata;
  return {
    version: Number(event.revision) + 1,
    change: event.type.replace('Destination', '').toLowerCase(),
    before: before === null ? null : configurationOf(before),
    after: configurationOf(after),
    ...{ actor, reason: event.data.reason, occurred_at, event_id: event.id },
  };
}
