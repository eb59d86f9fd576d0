import {
  ALIAS_FIELDS,
  type AliasAdditions,
  type AliasVersion,
  BUILT_IN_ALIASES,
} from '#libs/revenue';
import { ALIAS_MAP_VERSION, mapVersionOf } from '#libs/revenue';
import { validationFailed } from '#libs/leads';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EventActor } from '../leads/lead-history.response.js';

/** A name under which a sender gives what is looked for. */
export class AliasView {
  @ApiProperty({ enum: ALIAS_FIELDS, description: 'What it means.' })
  field: string;

  @ApiProperty({
    maxLength: 100,
    description: 'As senders spell it; casing and _ - . space do not matter.',
    example: 'our_share',
  })
  name: string;
}

/** Names that every tenant's reports are read by. */
export class BuiltInAliases {
  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'By what is looked for, the names it is found by, the most telling first.',
  })
  aliases: Readonly<Record<string, readonly string[]>>;
}

/** Names a tenant added; they count before the built-in ones. */
export class AddedAliases {
  @ApiProperty({ description: 'How often they were changed.', example: 1 })
  version: number;

  @ApiProperty({ type: [AliasView] })
  aliases: readonly AliasView[];
}

/** By which names reports are read. */
export class AliasMapView {
  @ApiProperty({
    description: 'Both versions; every report says by which it was read.',
    example: '1.1',
  })
  map_version: string;

  @ApiProperty({ type: BuiltInAliases })
  built_in: BuiltInAliases;

  @ApiProperty({ type: AddedAliases })
  additions: AddedAliases;
}

/** Additions to put in the place of those there are. */
export class AliasWish {
  @ApiProperty({ type: [AliasView], maxItems: 200 })
  aliases: readonly AliasView[];

  @ApiPropertyOptional({ description: 'Why, for the record.', example: 'Northwind says share' })
  reason?: string;
}

/** A version of the additions. */
export class AliasVersionView extends AddedAliases {
  @ApiProperty({ type: EventActor })
  actor: EventActor;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as the caller said.' })
  reason: string | null;

  @ApiProperty({ format: 'date-time' })
  changed_at: string;
}

/** Every version of the additions, newest first. */
export class AliasVersions {
  @ApiProperty({ type: [AliasVersionView] })
  versions: readonly AliasVersionView[];
}

/** The whole map, built-in names and a tenant's own. */
export function aliasMapView({ version, aliases }: AliasAdditions): AliasMapView {
  return {
    map_version: mapVersionOf(version),
    built_in: { version: ALIAS_MAP_VERSION, aliases: BUILT_IN_ALIASES },
    additions: { version, aliases },
  };
}

/** Versions, as they are told. */
export function aliasVersionsView(versions: readonly AliasVersion[]): AliasVersions {
  return {
    versions: versions.map(({ version, aliases, actor, reason, changedAt }) => ({
      ...{ version, aliases, actor, reason, changed_at: changedAt },
    })),
  };
}

const REASON_MAX = 500;

/**
 * A body taken apart: additions, which are not checked yet, and why. Throws `validation_failed`.
 */
export function aliasWishOf(body: unknown): {
  readonly aliases: unknown;
  readonly reason: string | null;
} {
  if (typeof body !== 'object' || body === null) return { aliases: undefined, reason: null };
  const { aliases, reason = null, ...others } = body as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const field = unknown.slice(0, 100);
    throw validationFailed([{ field, code: 'unknown_field', message: 'is not known here' }]);
  }
  if (reason === null || isReason(reason)) return { aliases, reason };
  const message = `must be text of 1 to ${REASON_MAX} characters`;
  throw validationFailed([{ field: 'reason', code: 'wrong_type', message }]);
}

function isReason(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > REASON_MAX) return false;
  return value.isWellFormed() && !value.includes('\0');
}
