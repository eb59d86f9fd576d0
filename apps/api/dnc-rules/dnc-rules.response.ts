import {
  DNC_RULES,
  type DncMatrix,
  type DncRules,
  type DncRulesResult,
  type DncRulesVersion,
} from '#libs/leads';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { POSITION_HEADER } from '../http/position-header.js';
import { EventActor } from '../leads/lead-history.response.js';

const open = (initial: DncMatrix[keyof DncMatrix], description: string) => ({
  ...{ enum: DNC_RULES, default: initial, description },
});
const locked = (description: string) => ({
  ...{ enum: ['block'], default: 'block', description: `${description} Always blocks.` },
});

/** What each do-not-call list means. */
export class DncMatrixView {
  @ApiProperty(open('block', 'The national registry.'))
  national: string;

  @ApiProperty(open('block', 'A state’s list.'))
  state: string;

  @ApiProperty(locked('Whoever asked you not to call.'))
  internal: string;

  @ApiProperty(locked('Whoever is known to sue.'))
  litigator: string;

  @ApiProperty(open('allow_with_written_consent', 'A mobile line.'))
  wireless: string;

  @ApiProperty(locked('The number has a new owner, who gave no consent.'))
  reassigned: string;
}

/** What each list means now, and which version of it that is. */
export class DncRulesView {
  @ApiProperty({ description: 'How often it was decided; 0: the defaults.', example: 1 })
  version: number;

  @ApiProperty({ type: DncMatrixView })
  rules: DncMatrixView;
}

/** A version of the rules. */
export class DncRulesVersionView extends DncRulesView {
  @ApiProperty({ type: String, nullable: true, description: 'Why, as the caller said.' })
  reason: string | null;

  @ApiProperty({ type: EventActor })
  actor: EventActor;

  @ApiProperty({ format: 'date-time' })
  configured_at: string;
}

/** Every version of the rules, newest first. */
export class DncRulesVersions {
  @ApiProperty({ type: [DncRulesVersionView] })
  versions: readonly DncRulesVersionView[];
}

/** How things stand after a change, and where in the log the change is. */
export function answerDncRules(
  reply: FastifyReply,
  { rules, position }: DncRulesResult,
): DncRulesView {
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return dncRulesView(rules);
}

export function dncRulesView({ version, matrix }: DncRules): DncRulesView {
  return { version, rules: matrix };
}

export function dncRulesVersions(versions: readonly DncRulesVersion[]): DncRulesVersions {
  return {
    versions: versions.map(({ version, matrix, reason, actor, configuredAt }) => ({
      ...{ version, rules: matrix, reason, actor, configured_at: configuredAt },
    })),
  };
}
