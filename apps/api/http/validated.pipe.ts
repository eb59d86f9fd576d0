import { type FieldError } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';

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
};

type Class = new () => object;

/**
 * Turns a query or a body into its class; text becomes a number where the class declares one.
 * Throws `validation_failed` with every wrong field.
 *
 * Only declared fields are taken over. Libraries that copy whole objects can be led astray by keys
 * such as `constructor`.
 */
export const Validated: PipeTransform = {
  transform(value: unknown, { metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined) return value;
    const given: unknown = value ?? {};
    if (!isFields(given)) throw validationFailed([notAnObject]);
    const instance = new (metatype as Class)() as Fields;
    const unknown = Object.keys(given).filter((name) => !take(instance, name, given[name]));
    const problems = [
      ...unknown.map(unknownField),
      ...validateSync(instance, { forbidUnknownValues: false }).map(fieldError),
    ];
    if (problems.length > 0) throw validationFailed(problems);
    return instance;
  },
};

/** Sets a declared field; `false` if it is none. */
function take(instance: Fields, name: string, value: unknown): boolean {
  if (!declaredFields(instance.constructor as Class).has(name)) return false;
  const type: unknown = Reflect.getMetadata('design:type', instance, name);
  const isNumber = type === Number && typeof value === 'string' && /^\d{1,9}$/.test(value);
  instance[name] = isNumber ? Number(value) : value;
  return true;
}

const declared = new Map<Class, ReadonlySet<string>>();

function declaredFields(shape: Class): ReadonlySet<string> {
  let names = declared.get(shape);
  if (names === undefined) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
    names = new Set(rules.map(({ propertyName }) => propertyName));
    declared.set(shape, names);
  }
  return names;
}

const notAnObject: FieldError = {
  field: '(body)',
  code: 'wrong_type',
  message: 'must be an object',
};

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldError({ property, constraints = {}, value }: ValidationError): FieldError {
  const [rule = ''] = Object.keys(constraints).sort(byUrgency);
  const missing = value === undefined;
  const message = (constraints[rule] ?? 'is wrong').replace(`${property} `, '');
  return {
    field: property,
    code: missing ? 'required' : (CODES[rule] ?? 'invalid'),
    message: missing ? 'is required' : message,
  };
}

function unknownField(name: string): FieldError {
  return { field: name.slice(0, 100), code: 'unknown_field', message: 'is not known here' };
}

/** Of several things that are wrong with one field, its type says most. */
function byUrgency(a: string, b: string): number {
  return Number(CODES[a] !== 'wrong_type') - Number(CODES[b] !== 'wrong_type');
}
