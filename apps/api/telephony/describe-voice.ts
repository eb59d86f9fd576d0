import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
} from '@nestjs/swagger';

/** What the provider asks for, or tells. */
export interface VoiceRoute {
  readonly summary: string;
  readonly description: string;
  /** Whether it is told what to say or do, as TwiML, or nothing at all. */
  readonly answers: 'instructions' | 'nothing';
}

const signature = {
  name: 'X-Twilio-Signature',
  required: true,
  description:
    'By the account’s token, over the address below PUBLIC_BASE_URL and the fields, as Twilio says.',
  schema: { type: 'string' },
} as const;

const fields = {
  description: 'The fields of Twilio’s voice webhooks, e.g. CallSid, CallStatus, Digits.',
  schema: { type: 'object', additionalProperties: { type: 'string' } },
} as const;

const OK = {
  instructions: {
    status: 200,
    description: 'What to say and do',
    content: { 'text/xml': { schema: { type: 'string' } } },
  },
  nothing: { status: 204, description: 'Done; there is nothing to say' },
} as const;

/** Describes a webhook of the telephony provider for openapi.json. */
export function DescribeVoice({ summary, description, answers }: VoiceRoute): MethodDecorator {
  const note =
    'For the telephony provider, not for clients: it is given the address with the call, and signs ' +
    'what it sends. The same again, too late, or from another call than the address names, changes ' +
    'nothing.';
  return applyDecorators(
    ApiOperation({ summary, description: `${description} ${note}` }),
    ApiHeader(signature),
    ApiConsumes('application/x-www-form-urlencoded'),
    ApiBody(fields),
    ...(answers === 'instructions' ? [ApiProduces('text/xml')] : []),
    ApiResponse(OK[answers]),
    ApiExtension('x-not-found', 'call_not_found'),
    ApiExtension('x-errors', [403, 404, 422, 503]),
  );
}
