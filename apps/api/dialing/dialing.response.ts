import {
  type CadenceRule,
  CALL_DISPOSITIONS,
  type Dialing,
  type DialingResult,
  type DialingSettings,
  type DialingVersion,
  MACHINE_DETECTIONS,
  type MachineDetectionSetting,
  writeDialingSettings,
} from '#libs/calls';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { EventActor } from '../leads/lead-history.response.js';
import { POSITION_HEADER } from '../http/position-header.js';

const whole = (minimum: number, maximum: number, initial: number, description: string) => ({
  ...({ type: 'integer', minimum, maximum, default: initial, description } as const),
});

/** How long to wait after certain calls. */
export class DialingCadenceRule {
  @ApiProperty({ enum: CALL_DISPOSITIONS, description: 'How the last call ended.' })
  last: string;

  @ApiProperty({
    enum: CALL_DISPOSITIONS,
    nullable: true,
    description: 'How the one before ended; null or left out: in any way, or none.',
  })
  before_last: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Of which leads: {op, rules} over `lead.*`; null or left out: of all.',
    example: { op: 'and', rules: [{ field: 'lead.source', op: 'eq', value: 'radio' }] },
  })
  filter: CadenceRule['filter'];

  @ApiProperty({ description: 'From the end of the last call to the next.', example: 240 })
  wait_minutes: number;
}

/** How a tenant dials. */
export class DialingSettingsView {
  @ApiProperty({ description: 'Who calls, as call records name it.', example: 'Leadline LLC' })
  telemarketer: string;

  @ApiProperty({ description: 'On whose behalf.', example: 'Northwind Insurance' })
  seller: string;

  @ApiProperty({ description: 'The goods or service.', example: 'auto insurance quotes' })
  offering: string;

  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: 100,
    description: 'E.164 numbers of yours to call from; one is chosen by the lead.',
    example: ['+16465550100'],
  })
  calling_numbers: readonly string[];

  @ApiProperty({ type: String, nullable: true, maxLength: 50, example: 'LEADLINE' })
  caller_id_name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'own numbers' })
  caller_id_authorisation: string | null;

  @ApiProperty({ format: 'uuid', description: 'The script consumers hear.' })
  script_id: string;

  @ApiProperty(whole(1, 1_000, 10, 'Calls to consumers at the same time.'))
  concurrent_calls_max: number;

  @ApiProperty(whole(1, 50, 6, 'Calls to one lead in all.'))
  attempts_max: number;

  @ApiProperty(whole(1, 20, 3, 'Calls to one consumer in any 24 hours.'))
  attempts_24_hours_max: number;

  @ApiProperty(whole(0, 10_080, 30, 'From the end of a call to the next, at least.'))
  spacing_minutes: number;

  @ApiProperty({
    type: [DialingCadenceRule],
    description: 'Other waits after certain calls; the first rule that fits counts.',
  })
  cadence: readonly DialingCadenceRule[];

  @ApiProperty(whole(15, 120, 25, 'How long a consumer’s phone rings.'))
  ring_seconds: number;

  @ApiProperty({
    enum: MACHINE_DETECTIONS,
    default: 'async',
    description:
      'How answering machines are told from people. `async`: while the script is heard, and the call ' +
      'ends once a machine is found; `wait`: before anything is heard, which costs people some ' +
      'seconds of silence, counted as abandonment after two; `off`: not at all.',
  })
  machine_detection: MachineDetectionSetting;

  @ApiProperty(whole(1, 10, 3, 'Destinations tried for one consumer.'))
  transfer_attempts_max: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', minimum: -1_000, maximum: 1_000 },
    default: {},
    description: 'By source, the priority of its leads; 0 if not named, highest first.',
    example: { 'landing-page': 10 },
  })
  source_priorities: Readonly<Record<string, number>>;
}

/** How a tenant dials, and whether it does. */
export class DialingView {
  @ApiProperty({ type: DialingSettingsView, nullable: true, description: 'null: never made.' })
  settings: DialingSettingsView | null;

  @ApiProperty({ description: 'How often the settings were made; 0: never.', example: 1 })
  version: number;

  @ApiProperty({ description: 'Whether the emergency stop is pulled.', example: false })
  stopped: boolean;

  @ApiProperty({ type: [String], description: 'Sources whose leads wait.', example: [] })
  paused_sources: readonly string[];
}

/** A version of the settings. */
export class DialingVersionView {
  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({ type: DialingSettingsView })
  settings: DialingSettingsView;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as the caller said.' })
  reason: string | null;

  @ApiProperty({ type: EventActor })
  actor: EventActor;

  @ApiProperty({ format: 'date-time' })
  configured_at: string;
}

/** Every version of the settings, newest first. */
export class DialingVersions {
  @ApiProperty({ type: [DialingVersionView] })
  versions: readonly DialingVersionView[];
}

/** How things stand after a change, and where in the log the change is. */
export function answerDialing(
  reply: FastifyReply,
  { dialing, position }: DialingResult,
): DialingView {
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return dialingView(dialing);
}

export function dialingView({ settings, version, stopped, pausedSources }: Dialing): DialingView {
  const view = settings === null ? null : settingsView(settings);
  return { settings: view, version, stopped, paused_sources: pausedSources };
}

export function dialingVersions(versions: readonly DialingVersion[]): DialingVersions {
  return {
    versions: versions.map(({ version, settings, reason, actor, configuredAt }) => ({
      ...{ version, settings: settingsView(settings), reason, actor, configured_at: configuredAt },
    })),
  };
}

function settingsView(settings: DialingSettings): DialingSettingsView {
  return writeDialingSettings(settings) as unknown as DialingSettingsView;
}
