import { type OpenAPIObject } from '@nestjs/swagger';
import { errorCatalogue } from './error-catalogue.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Responses = Operation['responses'];

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Adds to each operation the errors it can answer, and to every response the allowance. */
export function addErrors(path: PathItem): void {
  for (const method of METHODS) {
    const operation = path[method];
    if (operation !== undefined) operation.responses = complete(operation);
  }
}

function complete(operation: Operation & { 'x-not-found'?: string }): Responses {
  const { 'x-not-found': notFound, ...rest } = operation;
  delete operation['x-not-found'];
  const responses: Responses = { ...rest.responses };
  for (const status of errorStatuses(rest, notFound)) {
    responses[status] ??= errorResponse(status, notFound);
  }
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: headersOf(Number(status)) },
    ]),
  ) as Responses;
}

function errorStatuses(operation: Operation, notFound: string | undefined): number[] {
  if (operation.security === undefined) return [500];
  const withBody = operation.requestBody !== undefined;
  const withInput = withBody || (operation.parameters ?? []).length > 0;
  return [
    ...[400, 401, 403],
    ...(notFound === undefined ? [] : [404]),
    ...(withBody ? [409, 413, 415] : []),
    ...(withInput ? [422] : []),
    ...[429, 500, 503],
  ];
}

function errorResponse(status: number, notFound: string | undefined): Responses[string] {
  const entries = errorCatalogue.filter((entry) => entry.status === status);
  const codes =
    notFound === undefined || status !== 404 ? entries.map(({ code }) => code) : [notFound];
  const [code = 'internal_error'] = codes;
  const example = entries.find((entry) => entry.code === code);
  return {
    description: codes.map((one) => `\`${one}\``).join(', '),
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message', 'details'],
              properties: {
                code: { type: 'string', enum: codes },
                message: { type: 'string' },
                details: {
                  description: 'Facts beside the error; for wrong fields, one entry for each.',
                  oneOf: [
                    { type: 'object', additionalProperties: true },
                    { type: 'array', items: fieldErrorSchema },
                  ],
                },
              },
            },
          },
        },
        example: { error: { code, message: example?.meaning ?? '', details: {} } },
      },
    },
  };
}

const fieldErrorSchema = {
  type: 'object',
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
};

function headersOf(status: number): Record<string, object> {
  const waits = status === 429 || status === 503 || status === 409;
  return {
    ...allowance,
    ...(waits && { 'Retry-After': header('Seconds to wait before the next attempt.', 2) }),
  };
}

function header(description: string, example: number): object {
  return { description, schema: { type: 'integer' }, example };
}
