import { type Caller, type IntakePolicy, intakePolicyOf } from '#libs/leads';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { unauthorized } from './access/access.errors.js';
import { type CallingKey } from './access/calling-key.js';

/** Who calls, as commands and queries need to know it. */
export interface Calling {
  readonly key: CallingKey;
  readonly policy: IntakePolicy;
  readonly caller: Caller;
}

/** The {@link Calling} of a request, for a controller's parameter. */
export const CallingKeyOf = createParamDecorator((_: unknown, context: ExecutionContext): Calling =>
  callingOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function callingOf(request: FastifyRequest): Calling {
  const { key, commandId, earlierRun } = request.exchange;
  if (key === null) throw unauthorized();
  const { tenantId, tenantMode, keyId } = key;
  const userAgent = request.headers['user-agent'];
  return {
    key,
    policy: intakePolicyOf(tenantId, tenantMode),
    caller: {
      actor: { kind: 'api_key', id: keyId },
      apiKeyId: keyId,
      // A request id is a UUID of its own, so it names the one command of its request too.
      commandId: commandId ?? request.id,
      causationId: request.id,
      ip: request.ip,
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(earlierRun === null ? {} : { earlierRun }),
    },
  };
}
