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

/** Spellings of one field: where one is declared, the other is taken for it. */
const SPELLINGS: Readonly<Record<string, string>> = {
  asOf: 'as_of',
  as_of: 'asOf',
  tz: 'time_zone',
  time_zone: 'tz',
};

/**
 * Turns a query or a body into its class; text becomes a number where the class declares one.
 * Throws `validation_failed` with every wrong field.
 *
 * A moment may be called `asOf` or `as_of`, a zone `tz` or `time_zone`, whichever is declared.
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
    const unknown = Object.keys(given).filter((name) => {
      const declaredAs = declaredName(instance, name, given);
      if (declaredAs !== null) take(instance, declaredAs, given[name]);
      return declaredAs === null;
    });
    const problems = [
      ...unknown.map(unknownField),
      ...validateSync(instance, { forbidUnknownValues: false }).map(fieldError),
    ];
    if (problems.length > 0) throw validationFailed(problems);
    return instance;
  },
};

/** How a field is declared; `null` where it is not, or is given under its own name, too. */
function declaredName(instance: Fields, name: string, given: Fields): string | null {
  const names = declaredFields(instance.constructor as Class);
  if (names.has(name)) return name;
  const other = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined;
  return other === undefined || !names.has(other) || other in given ? null : other;
}

/** Sets a declared field. */
function take(instance: Fields, name: string, value: unknown): void {
  const type: unknown = Reflect.getMetadata('design:type', instance, name);
  const isNumber = type === Number && typeof value === 'string' && /^\d{1,9}$/.test(value);
  instance[name] = isNumber ? Number(value) : value;
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
