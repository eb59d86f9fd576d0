import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** A refusal with the status and code the caller sees. */
export class PeerError extends HttpException {
  constructor(status: number, code: string, message: string, details: unknown = null) {
    super({ error: { code, message, details } }, status);
  }
}

/** One error shape for everything, as the api has it. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const known = error instanceof PeerError ? error : asPeerError(error);
    void reply.status(known.getStatus()).send(known.getResponse());
  }
}

function asPeerError(error: unknown): PeerError {
  if (error instanceof HttpException) {
    return new PeerError(error.getStatus(), 'request_refused', error.message);
  }
  console.error(error);
  return new PeerError(500, 'internal_error', 'Something went wrong here. Try again.');
}
