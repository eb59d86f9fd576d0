import { describe, expect, it } from '@jest/globals';
import { interpretSubmission } from '../intake/interpret-submission.js';
import { readSubmission } from '../intake/read-submission.js';
import { isPlaceUnread } from './unread-place.js';

const isUnread = (place: Readonly<Record<string, string>>) =>
  isPlaceUnread(
    interpretSubmission(readSubmission({ phone: '5125551212', ...place }, ['US']), ['US']),
  );

describe('where a consumer is', () => {
  it.each([{ state: 'Atlantis' }, { state: 'AP' }, { geo: 'Germany' }, { country: 'Germany' }])(
    'was said and not read in %j',
    (place) => {
      expect(isUnread(place)).toBe(true);
    },
  );

  it.each([
    {},
    { state: '' },
    { state: 'Calif.' },
    { state: 'Washington, D.C.', country: 'U.S.' },
    { geo: 'CA' },
    { country: 'DE' },
    { email: 'nobody', zip: 'x' },
  ])('was not said, or read, in %j', (place) => {
    expect(isUnread(place)).toBe(false);
  });
});
