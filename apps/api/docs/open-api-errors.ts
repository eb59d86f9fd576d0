import { type OpenAPIObject } from '@nestjs/swagger';
import { errorCatalogue } from './error-catalogue.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Responses = Operation['responses'];
type Components = NonNullable<OpenAPIObject['components']>;
type Schema = NonNullable<Components['schemas']>[string];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Adds to each operation the errors it can answer, to every response the allowance, and what they
 * share to the components.
 */
export function addErrors(document: OpenAPIObject): void {
  const shared: Partial<Record<string, object>> = {};
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation !== undefined) operation.responses = complete(operation, shared);
    }
  }
  document.components = {
    ...document.components,
    headers: allowance,
    responses: shared as Components['responses'] & object,
    schemas: { ...document.components?.schemas, FieldError: fieldErrorSchema },
  };
}

function complete(
  operation: Operation & { 'x-not-found'?: string },
  shared: Partial<Record<string, object>>,
): Responses {
  const notFound = operation['x-not-found'];
  delete operation['x-not-found'];
  const responses: Partial<Record<string, object>> = {};
  for (const [status, response] of Object.entries(operation.responses)) {
    responses[status] = { ...response, headers: headersOf(Number(status)) };
  }
  for (const status of errorStatuses(operation, notFound)) {
    const codes = codesOf(status, notFound);
    const name = status === 404 ? (codes[0] ?? '') : `error_${status}`;
    shared[name] ??= errorResponse(status, codes);
    responses[status] ??= { $ref: `#/components/responses/${name}` };
  }
  return responses as Responses;
}

function errorStatuses(operation: Operation, notFound: string | undefined): number[] {
  const withBody = operation.requestBody !== undefined;
  const needsKey = operation.security !== undefined;
  if (!needsKey && !withBody) return [500];
  const withInput = withBody || (operation.parameters ?? []).length > 0;
  return [
    ...(needsKey ? [400, 401, 403] : [400, 403]),
    ...(notFound === undefined ? [] : [404]),
    ...(withBody ? [408, 409, 413, 415] : []),
    ...(withInput ? [422] : []),
    ...[429, 500, 503],
  ];
}

function codesOf(status: number, notFound: string | undefined): string[] {
  if (status === 404 && notFound !== undefined) return [notFound];
  return errorCatalogue.filter((entry) => entry.status === status).map(({ code }) => code);
}

function errorResponse(status: number, codes: readonly string[]): object {
  const [code = 'internal_error'] = codes;
  const message = errorCatalogue.find((entry) => entry.code === code)?.meaning ?? '';
  return {
    description: codes.map((one) => `\`${one}\``).join(', '),
    headers: headersOf(status),
    content: {
      'application/json': {
        schema: errorSchema(codes),
        example: { error: { code, message, details: {} } },
      },
    },
  };
}

function errorSchema(codes: readonly string[]): object {
  const details = {
    description: 'Facts beside the error; for wrong fields, one entry for each.',
    oneOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: { $ref: '#/components/schemas/FieldError' } },
    ],
  };
  const properties = {
    code: { type: 'string', enum: codes },
    message: { type: 'string' },
    details,
  };
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: { type: 'object', required: ['code', 'message', 'details'], properties },
    },
  };
}

const fieldErrorSchema: Schema = {
  type: 'object',
  description: 'One wrong field.',
  required: ['field', 'code', 'message'],
  properties: {
    field: { type: 'string' },
    code: { type: 'string' },
    message: { type: 'string' },
    received: { type: 'string' },
  },
};

const allowance = {
  'X-RateLimit-Limit': header('Requests a minute may hold.', 120),
  'X-RateLimit-Remaining': header('How many are left in this minute.', 119),
  'X-RateLimit-Reset': header('When the next minute begins: unix seconds.', 1_783_252_860),
  'Retry-After': header('Seconds to wait before the next attempt.', 2),
};

function header(description: string, example: number) {
  return { description, schema: { type: 'integer' as const }, example };
}

function headersOf(status: number): Record<string, object> {
  const waits = status === 429 || status === 503 || status === 409;
  const names = Object.keys(allowance).filter((name) => waits || name !== 'Retry-After');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
