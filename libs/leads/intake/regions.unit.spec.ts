import { describe, expect, it } from '@jest/globals';
import { readCountry, readState } from './regions.js';

describe('a state', () => {
  it.each([
    ['TX', 'tx', ' Tx. ', 'Texas', 'TEXAS', 'Tex.'],
    ['DC', 'D.C.', 'District of Columbia', 'Washington, D.C.', 'Washington DC', 'Wash., D.C.'],
    ['CA', 'Calif.', 'Cal.', 'california'],
    ['FL', 'Fla.', 'fla'],
    ['NY', 'N.Y.', 'N. Y.', 'New  York', 'New York State'],
    ['NC', 'N. Carolina', 'North Carolina'],
    ['WV', 'W. Va.', 'West Virginia'],
    ['WA', 'Wash.', 'Washington', 'Washington State'],
    ['MA', 'Mass.'],
    ['PA', 'Penna.', 'Pa.'],
    ['VI', 'Virgin Islands', 'U.S. Virgin Islands', 'U.S.V.I.'],
  ])('is %s however people write it', (code, ...texts) => {
    expect(texts.map(readState)).toEqual(texts.map(() => code));
  });

  it.each(['Atlantis', 'AP', 'N/A', 'Wash or Ore', 'New York City', '', '...'])(
    'is not guessed from %j',
    (text) => {
      expect(readState(text)).toBeNull();
    },
  );
});

describe('a country', () => {
  it.each([
    ['US', 'us', 'USA', 'U.S.', 'U. S. A.', 'United States', 'United States of America'],
    ['CA', 'CAN', 'Canada'],
    ['PR', 'pr', 'Puerto Rico'],
    ['GU', 'Guam'],
    ['DE', 'de'],
  ])('is %s however people write it', (code, ...texts) => {
    expect(texts.map(readCountry)).toEqual(texts.map(() => code));
  });

  it.each(['Germany', 'Texas', 'N/A', ''])('is not guessed from %j', (text) => {
    expect(readCountry(text)).toBeNull();
  });
});
