import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type MissingRoutes } from '../missing-routes.js';
import { ANY_BODY_LIMIT_BYTES } from '../body/any-body.js';
import { BODY_LIMIT_BYTES, errorAnswer } from './error-answer.js';

/** Answers every error, whether a controller, a hook or the framework raised it. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: MissingRoutes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.respond(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  respond(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const met = error instanceof NotFoundException ? this.routes.refusal(request.url) : error;
    const { takesAnything } = request.routeOptions.config;
    const limitBytes = takesAnything === true ? ANY_BODY_LIMIT_BYTES : BODY_LIMIT_BYTES;
    const { status, headers, body } = errorAnswer(met, request.id, limitBytes);
    if (status === 500) this.logger.error({ err: error, requestId: request.id }, 'request failed');
    request.exchange.errorCode = body.error.code;
    void reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body);
  }
}
