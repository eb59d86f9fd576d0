import { type FieldError } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

const CODES: Readonly<Record<string, string>> = {
  isDefined: 'required',
  isIn: 'not_allowed',
  isInt: 'wrong_type',
  isText: 'wrong_type',
  isString: 'wrong_type',
  isObject: 'wrong_type',
  isInstant: 'wrong_format',
  matches: 'wrong_format',
  min: 'out_of_range',
  max: 'out_of_range',
  maxLength: 'too_long',
  whitelistValidation: 'unknown_field',
};

/** Turns a query or a body into its class. Throws `validation_failed` with every wrong field. */
export const Validated: PipeTransform = {
  transform(value: unknown, { metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined) return value;
    const plain = isObject(value) ? { ...value } : {};
    if (value !== undefined && !isObject(value)) throw validationFailed([notAnObject]);
    const instance = plainToInstance(metatype, plain) as object;
    const problems = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
    if (problems.length > 0) throw validationFailed(problems.map(fieldError));
    return instance;
  },
};

const notAnObject: FieldError = {
  field: '(body)',
  code: 'wrong_type',
  message: 'must be an object',
};

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldError({ property, constraints = {}, value }: ValidationError): FieldError {
  const [rule = ''] = Object.keys(constraints).sort(byUrgency);
  const missing = value === undefined && rule !== 'whitelistValidation';
  const message = (constraints[rule] ?? 'is wrong').replace(`${property} `, '');
  return {
    field: property,
    code: missing ? 'required' : (CODES[rule] ?? 'invalid'),
    message: missing ? 'is required' : message.replace(/^property \S+ /, ''),
  };
}

/** Of several things that are wrong with one field, its type says most. */
function byUrgency(a: string, b: string): number {
  return Number(CODES[a] !== 'wrong_type') - Number(CODES[b] !== 'wrong_type');
}
