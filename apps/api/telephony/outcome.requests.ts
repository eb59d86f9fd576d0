import { type AfterOutcome } from '#libs/calls';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What a conversation came to, as its agent reports it. */
export class OutcomeReport {
  @ApiProperty({ description: 'As it was handed over with the call.' })
  token: string;

  @ApiProperty({
    enum: ['qualified', 'disqualified', 'callback', 'opt_out', 'no_input', 'failed'],
    description: 'After `qualified` the consumer is connected with a destination.',
    example: 'qualified',
  })
  result: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Why disqualified: a-z, 0-9 and _. Required then.',
    example: 'not_interested',
  })
  reason: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When to call again, within 30 days. Required for `callback`.',
  })
  callback_at: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'What the consumer said, at most 1,000 characters. It is kept encrypted.',
  })
  words: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'By question of the script, the value of the option chosen.',
    example: { interested: 'yes' },
  })
  answers: Readonly<Record<string, string>>;
}

/** What comes after an outcome. */
export class OutcomeTaken {
  @ApiProperty({
    description:
      'Where the call goes on. An agent that was redirected to redirects the call there; one on a ' +
      'stream closes it.',
    example: 'https://leads.example.com/v1/telephony/leads/0b54…/calls/93c1…/next',
  })
  continue_url: string;
}

export function outcomeTaken({ continueUrl }: AfterOutcome): OutcomeTaken {
  return { continue_url: continueUrl };
}
