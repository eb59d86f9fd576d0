import { describe, expect, it } from '@jest/globals';
import {
  ArrayMaxSize,
  IsDefined,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { keepsDeclaredRules } from './declared-rules.js';
import { ConsentSubmission, LeadSubmission } from './lead-submission.js';

const isValid = (object: object) =>
  validateSync(object, { forbidUnknownValues: false }).length === 0;

const value = fc.oneof(
  fc.constant(undefined),
  fc.string({ unit: 'grapheme', maxLength: 500 }),
  fc.string({ minLength: 10, maxLength: 70 }),
  fc.jsonValue(),
);
const fieldsOf = (shape: object) =>
  fc.record(Object.fromEntries(Object.keys(shape).map((name) => [name, value])));
const consent = fieldsOf(new ConsentSubmission()).map((fields) =>
  Object.assign(new ConsentSubmission(), fields),
);

/** Mostly right, so that both answers are met. */
const submission = fc
  .tuple(
    fc.string({ maxLength: 66 }),
    fc.oneof(fc.constant({}), fieldsOf(new LeadSubmission())),
    fc.oneof(fc.constant(undefined), consent, value),
  )
  .map(([phone, fields, block]) =>
    Object.assign(new LeadSubmission(), fields, { phone, consent: block }),
  );

describe('the rules a class declares', () => {
  it('are kept by a submission exactly if class-validator finds nothing wrong', () => {
    fc.assert(
      fc.property(submission, (lead) => {
        expect(keepsDeclaredRules(lead)).toBe(isValid(lead));
      }),
      { numRuns: 500 },
    );
  });

  it('count for a class that inherits them', () => {
    class Parent {
      @IsString()
      name: unknown;
    }
    class Child extends Parent {
      @IsOptional()
      @IsInt()
      age: unknown;
    }
    expect(keepsDeclaredRules(Object.assign(new Child(), { name: 'a' }))).toBe(true);
    expect(keepsDeclaredRules(Object.assign(new Child(), { name: 5 }))).toBe(false);
    expect(keepsDeclaredRules(Object.assign(new Child(), { name: 'a', age: 'b' }))).toBe(false);
  });

  it('are never said to be kept where they are of a kind it does not judge', () => {
    class Each {
      @IsString({ each: true })
      names: unknown = ['a'];
    }
    class Defined {
      @IsDefined()
      name: unknown = 'a';
    }
    class Listed {
      @ValidateNested()
      @ArrayMaxSize(1)
      parts: unknown = [new ConsentSubmission()];
    }
    for (const shape of [Each, Defined, Listed]) {
      expect([shape.name, keepsDeclaredRules(new shape())]).toEqual([shape.name, false]);
    }
  });

  it('are not asked of a property whose condition does not hold', () => {
    class Conditional {
      asked = false;
      @ValidateIf((object: Conditional) => object.asked)
      @IsObject()
      @MaxLength(1)
      part: unknown = 'neither';
    }
    expect(keepsDeclaredRules(new Conditional())).toBe(true);
    expect(keepsDeclaredRules(Object.assign(new Conditional(), { asked: true }))).toBe(false);
  });
});
