import { type ScriptContent } from '#libs/calls';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An answer that a question knows. */
export class ScriptOptionBody {
  @ApiProperty({ description: 'What the answer is recorded as.', example: 'yes' })
  value: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'The key that means it: 0-9, * or #. Needed where there are no words.',
    example: '1',
  })
  key: string | null;

  @ApiPropertyOptional({
    type: [String],
    description: 'Spoken words and phrases that mean it. None may opt out, such as “cancel”.',
    example: ['yes', 'sure'],
  })
  words: readonly string[];

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 10_080,
    description: 'Choosing it asks for a call so much later.',
    example: null,
  })
  callback_minutes: number | null;
}

/** A question. */
export class ScriptQuestionBody {
  @ApiProperty({ description: '`answers.<id>` in rules and filters.', example: 'interested' })
  id: string;

  @ApiProperty({ example: 'Are you still interested? Press 1 for yes, 2 for no.' })
  prompt: string;

  @ApiProperty({ type: [ScriptOptionBody] })
  options: readonly ScriptOptionBody[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 5,
    default: 3,
    description: 'How often it is put before giving up.',
    example: 3,
  })
  tries: number;
}

/** Rules, all or any of which must hold. */
export class ScriptFilterBody {
  @ApiProperty({ enum: ['and', 'or'], description: 'Whether all or any must hold.' })
  op: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Rules {field, op, value}, and sets like this one.',
    example: [{ field: 'answers.interested', op: 'eq', value: 'no' }],
  })
  rules: readonly object[];
}

/** What disqualifies. */
export class ScriptRuleBody {
  @ApiProperty({ description: 'Reason code it is recorded with.', example: 'not_interested' })
  reason: string;

  @ApiProperty({ type: ScriptFilterBody })
  when: ScriptFilterBody;
}

/** Who prequalifies. */
export class ScriptAgentBody {
  @ApiProperty({
    enum: ['script', 'webhook', 'websocket'],
    description: 'The built-in script, which speaks English, or an agent of yours.',
    example: 'script',
  })
  kind: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Where your agent is: https for a webhook, wss for a websocket.',
    example: null,
  })
  url: string | null;
}

/** What consumers hear, and what their answers lead to. */
export class ScriptBody {
  @ApiProperty({ description: 'For people who choose among scripts.', example: 'Insurance quote' })
  name: string;

  @ApiPropertyOptional({ description: 'BCP 47.', default: 'en-US', example: 'en-US' })
  language: string;

  @ApiProperty({
    description: 'Who calls and for whom; spoken first.',
    example: 'Hello, this is Example Insurance Quotes.',
  })
  identity: string;

  @ApiProperty({
    description: 'That a machine speaks; spoken second.',
    example: 'You are talking to an automated assistant.',
  })
  ai_disclosure: string;

  @ApiProperty({ description: 'E.164 number to call back; spoken.', example: '+15125550100' })
  callback_number: string;

  @ApiProperty({
    description: 'How to stop such calls; spoken.',
    example: 'To get no more calls, press 9 or say stop.',
  })
  opt_out: string;

  @ApiProperty({ description: 'The key that opts out at any time.', example: '9' })
  opt_out_key: string;

  @ApiProperty({ type: [ScriptQuestionBody], description: 'In the order they are put.' })
  questions: readonly ScriptQuestionBody[];

  @ApiPropertyOptional({
    type: [ScriptRuleBody],
    description: 'Checked after every answer; the first that is met ends the conversation.',
  })
  disqualify: readonly ScriptRuleBody[];

  @ApiPropertyOptional({ description: 'Said before the consumer is put through.' })
  qualified: string;

  @ApiPropertyOptional({ description: 'Said to who is not qualified.' })
  disqualified: string;

  @ApiPropertyOptional({ description: 'Said to who is called back.' })
  callback: string;

  @ApiPropertyOptional({ description: 'Said to who opted out.' })
  opted_out: string;

  @ApiPropertyOptional({ description: 'Said to who does not answer.' })
  no_input: string;

  @ApiPropertyOptional({ description: 'Said when nobody can take the call.' })
  no_destination: string;

  @ApiPropertyOptional({ type: ScriptAgentBody })
  agent: ScriptAgentBody;
}

/** A script as requests spell it, so that it can be changed and sent back. */
export function scriptBody(content: ScriptContent): ScriptBody {
  const { aiDisclosure, callbackNumber, optOut, optOutKey, ...others } = content;
  const { questions, optedOut, noInput, noDestination, ...sameNames } = others;
  return {
    ...sameNames,
    ...{ ai_disclosure: aiDisclosure, callback_number: callbackNumber },
    ...{ opt_out: optOut, opt_out_key: optOutKey },
    ...{ opted_out: optedOut, no_input: noInput, no_destination: noDestination },
    questions: questions.map(({ options, ...question }) => ({
      ...question,
      options: options.map(({ callbackMinutes, ...option }) => ({
        ...option,
        callback_minutes: callbackMinutes,
      })),
    })),
  };
}
