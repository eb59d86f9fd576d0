import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { format } from 'prettier';
import { ApiModule } from '../wiring/api.module.js';
import { type ApiParts } from '../wiring/parts.js';
import { addErrors } from './open-api-errors.js';
import { addPathParameters } from './open-api-paths.js';
import { toVersion31 } from './open-api-nulls.js';
import { packageFile } from './package-file.js';

/**
 * openapi.json: the api as its controllers and DTOs declare it, with the quickstart as its text.
 */
export async function renderOpenApi(): Promise<string> {
  const document = await describeApi();
  return format(JSON.stringify(document), { parser: 'json', printWidth: 100 });
}

async function describeApi(): Promise<object> {
  // Nothing is connected: in a preview Nest reads the declarations and builds no part.
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.on({} as ApiParts),
    new FastifyAdapter(),
    { logger: false, preview: true },
  );
  const document = SwaggerModule.createDocument(app, await introduction(), {
    operationIdFactory: (controller, method) =>
      `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  await app.close();
  addPathParameters(document);
  addErrors(document);
  return toVersion31(document) as object;
}

async function introduction(): Promise<Omit<OpenAPIObject, 'paths'>> {
  const { version } = JSON.parse(await packageFile('package.json')) as { version: string };
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Leadledger API')
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setDescription(await packageFile('docs/quickstart.md'))
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An intake key, `l2i_…`.' })
    .build();
}
