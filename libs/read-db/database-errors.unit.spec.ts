import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { isDatabaseUnavailable, toDatabaseFailure } from './index.js';

const coded = (code: string) => Object.assign(new Error('from the driver'), { code });

describe('an error of the database', () => {
  it.each([
    coded('ECONNREFUSED'),
    coded('57P01'),
    coded('57P03'),
    coded('57014'),
    coded('08006'),
    coded('53300'),
    coded('53100'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
  ])('means that it is unavailable: %s', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(toDatabaseFailure(error)).toMatchObject({
      kind: 'unavailable',
      code: 'database_unavailable',
      cause: error,
    });
  });

  it.each([
    coded('23505'),
    coded('42P01'),
    coded('22P02'),
    coded('ERR_INVALID_ARG_TYPE'),
    new Error('Connection is a fine word'),
    new DomainError('validation', 'phone_invalid', 'Send another phone.'),
    'thrown text',
    undefined,
  ])('is passed on as it is: %p', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
    expect(toDatabaseFailure(error)).toBe(error);
  });

  it('is translated once', () => {
    const failure = toDatabaseFailure(coded('57P01'));
    expect(isDatabaseUnavailable(failure)).toBe(true);
    expect(toDatabaseFailure(failure)).toBe(failure);
  });
});
