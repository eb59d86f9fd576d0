import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';

export interface RouteDescription {
  readonly summary: string;
  readonly description: string;
  readonly body?: Type;
  /** What each good status answers with, or one of what; `null` for nothing. */
  readonly answers: Readonly<Record<number, Type | readonly Type[] | null>>;
  /** The code of the 404 this route can answer. */
  readonly notFound?: string;
  /** Statuses of errors that a public route can answer. */
  readonly errors?: readonly number[];
  /** Whether it heeds an Idempotency-Key. */
  readonly idempotent?: boolean;
  /** Whether anybody may call it. */
  readonly public?: boolean;
}

const MEANINGS: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted; the work goes on in the background',
  204: 'Done; there is nothing to say',
  503: 'Not ready',
};

/** Describes a route for openapi.json; errors and headers common to all are added there. */
export function DescribeRoute(route: RouteDescription): MethodDecorator {
  const { summary, description, body, answers, notFound, errors, idempotent } = route;
  const { public: open } = route;
  return applyDecorators(
    ApiOperation({ summary, description }),
    ...Object.entries(answers).flatMap(([status, type]) => answerOf(Number(status), type)),
    ...(body === undefined
      ? []
      : [
          ApiBody({ type: body }),
          ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
        ]),
    ...(notFound === undefined ? [] : [ApiExtension('x-not-found', notFound)]),
    ...(errors === undefined ? [] : [ApiExtension('x-errors', errors)]),
    ...(idempotent === true ? [ApiHeader(idempotencyKey)] : []),
    ...(open === true ? [] : [ApiBearerAuth()]),
  );
}

function answerOf(status: number, type: RouteDescription['answers'][number]) {
  const description = MEANINGS[status] ?? 'Done';
  if (type === null) return [ApiResponse({ status, description })];
  if (isOne(type)) return [ApiResponse({ status, description, type })];
  const oneOf = type.map((each) => ({ $ref: getSchemaPath(each) }));
  return [ApiExtraModels(...type), ApiResponse({ status, description, schema: { oneOf } })];
}

function isOne(type: Type | readonly Type[]): type is Type {
  return !Array.isArray(type);
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  required: false,
  description:
    '1 to 255 visible ASCII characters. The same key with the same body is carried out once in ' +
    '30 days, and answered the same each time.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: '6f1d5a0e-2f5b-4c0f-8c55-0b9a2b2b8f11',
};
