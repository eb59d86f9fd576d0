import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { SettingsError } from '#libs/settings';
import { describeError } from './output.js';
import { StartRefused } from './supervisor/start-refused.js';

describe('an error on the command line', () => {
  it('keeps the code of a refusal', () => {
    const error = new DomainError('not_found', 'lead_not_found', 'There is no such lead.');
    expect(describeError(error)).toEqual({
      code: 'lead_not_found',
      message: 'There is no such lead.',
    });
  });

  it('says what is wrong with each field', () => {
    const details = [{ field: 'name', code: 'invalid_length', message: 'Give a shorter one.' }];
    const error = new DomainError('validation', 'validation_failed', 'Correct name.', { details });
    expect(describeError(error).message).toBe('Correct name. name: Give a shorter one.');
  });

  it('has a code for everything else too', () => {
    expect(describeError(new StartRefused('No.')).code).toBe('start_refused');
    expect(describeError(new SettingsError([])).code).toBe('settings_invalid');
    expect(describeError('odd')).toEqual({
      code: 'internal_error',
      message: 'Something unexpected happened: odd',
    });
  });
});
