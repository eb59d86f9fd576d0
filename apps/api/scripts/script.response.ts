import {
  type ScriptHistory,
  type ScriptResult,
  type ScriptRetirement,
  type ScriptVersion,
  type ScriptView,
} from '#libs/calls';
import { type ScriptListRow } from '#projections/script-list';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ReadModelPage } from '../http/page.response.js';
import { POSITION_HEADER } from '../http/position-header.js';
import { EventActor } from '../leads/lead-history.response.js';
import { scriptBody, ScriptBody } from './script-body.js';

/** A script after it was published. */
export class ScriptReceipt {
  @ApiProperty({ format: 'uuid' })
  script_id: string;

  @ApiProperty({ description: 'The latest version.', example: 1 })
  version: number;
}

/** A version of a script, without what it says. */
export class ScriptVersionEntry {
  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  published_at: string;

  @ApiProperty({ type: EventActor })
  published_by: EventActor;

  @ApiProperty({ type: String, nullable: true, description: 'Why, if that was said.' })
  reason: string | null;
}

/** A version of a script. */
export class ScriptDetail extends ScriptVersionEntry {
  @ApiProperty({ format: 'uuid' })
  script_id: string;

  @ApiProperty({ example: 1 })
  latest_version: number;

  @ApiProperty({ enum: ['published', 'retired'] })
  status: string;

  @ApiProperty({ type: ScriptBody, description: 'As requests spell it.' })
  content: ScriptBody;
}

/** When, by whom and why a script was taken out of use. */
export class ScriptRetirementEntry {
  @ApiProperty({ format: 'date-time' })
  retired_at: string;

  @ApiProperty({ type: EventActor })
  retired_by: EventActor;

  @ApiProperty({ type: String, nullable: true, description: 'Why, if that was said.' })
  reason: string | null;
}

/** Every version of a script. */
export class ScriptVersions {
  @ApiProperty({ format: 'uuid' })
  script_id: string;

  @ApiProperty({ type: [ScriptVersionEntry], description: 'Oldest first.' })
  versions: readonly ScriptVersionEntry[];

  @ApiProperty({ type: ScriptRetirementEntry, nullable: true, description: 'Null while in use.' })
  retirement: ScriptRetirementEntry | null;
}

/** A script in its latest version, as lists show it. */
export class ScriptSummary {
  @ApiProperty({ format: 'uuid' })
  script_id: string;

  @ApiProperty({ example: 'Insurance quote' })
  name: string;

  @ApiProperty({ example: 'en-US' })
  language: string;

  @ApiProperty({ enum: ['script', 'webhook', 'websocket'] })
  agent: string;

  @ApiProperty({ example: 3 })
  question_count: number;

  @ApiProperty({ enum: ['published', 'retired'] })
  status: string;

  @ApiProperty({ description: 'The latest version.', example: 1 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time', description: 'When the latest version was published.' })
  published_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  retired_at: string | null;
}

/** A page of scripts, newest first. */
export class ScriptPage extends ReadModelPage {
  @ApiProperty({ type: [ScriptSummary] })
  scripts: readonly ScriptSummary[];
}

/** Answers which version is the latest now, and says where in the log it is if it is new. */
export function answerPublished(
  reply: FastifyReply,
  { scriptId, version, position }: ScriptResult,
): ScriptReceipt {
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return { script_id: scriptId, version };
}

export function scriptDetail({ shown, latestVersion, retirement }: ScriptView): ScriptDetail {
  return {
    ...versionEntry(shown),
    ...{ script_id: shown.scriptId, latest_version: latestVersion },
    status: retirement === null ? 'published' : 'retired',
    content: scriptBody(shown.content),
  };
}

export function scriptVersions({ scriptId, versions, retirement }: ScriptHistory): ScriptVersions {
  return {
    script_id: scriptId,
    versions: versions.map(versionEntry),
    retirement: retirement === null ? null : retirementEntry(retirement),
  };
}

export function scriptSummary(row: ScriptListRow): ScriptSummary {
  const { scriptId, name, language, agent, questionCount, status, version } = row;
  return {
    ...{ script_id: scriptId, name, language, agent, question_count: questionCount },
    ...{ status, version, created_at: row.createdAt, published_at: row.publishedAt },
    retired_at: row.retiredAt,
  };
}

function versionEntry(shown: ScriptVersion) {
  const { version, publishedAt, publishedBy, reason } = shown;
  return { version, published_at: publishedAt, published_by: publishedBy, reason };
}

function retirementEntry({
  retiredAt,
  retiredBy,
  reason,
}: ScriptRetirement): ScriptRetirementEntry {
  return { retired_at: retiredAt, retired_by: retiredBy, reason };
}
