import 'reflect-metadata';
import { Logger, Module, type ValidationError, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeys } from './api-keys.js';
import { connectDatabase } from './database.js';
import { LeadController } from './lead.controller.js';
import { LeadService } from './lead.service.js';
import { ErrorFilter, PeerError } from './peer-error.js';
import { RateLimiter } from './rate-limiter.js';

@Module({})
class PeerModule {}

/** The peer, wired to a database that has its tables. The caller listens and closes. */
export async function createPeer(options: {
  readonly databaseUrl: string;
  /** Connections to Postgres; more than its disk and cores can use only add waiting. */
  readonly poolSize: number;
}): Promise<NestFastifyApplication> {
  Logger.overrideLogger(['error', 'warn']);
  const database = connectDatabase(options.databaseUrl, options.poolSize);
  const application = await NestFactory.create<NestFastifyApplication>(
    {
      module: PeerModule,
      controllers: [LeadController],
      providers: [
        { provide: ApiKeys, useValue: new ApiKeys(database) },
        { provide: LeadService, useValue: new LeadService(database) },
        { provide: RateLimiter, useValue: new RateLimiter() },
        ApiKeyGuard,
      ],
    },
    new FastifyAdapter({ bodyLimit: 256 * 1_024 }),
  );
  application.useGlobalPipes(validation());
  application.useGlobalFilters(new ErrorFilter());
  application
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', () => database.destroy());
  await application.init();
  return application;
}

function validation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new PeerError(
        422,
        'validation_failed',
        'Correct the fields named in details.',
        details(errors),
      ),
  });
}

interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

function details(errors: readonly ValidationError[], above = ''): FieldProblem[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = `${above}${property}`;
    const own = Object.values(constraints).map((message) => ({ field, message }));
    return [...own, ...details(children, `${field}.`)];
  });
}
