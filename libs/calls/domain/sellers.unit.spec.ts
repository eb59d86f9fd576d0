import { describe, expect, it } from '@jest/globals';
import { NOW, someSettings } from './destination.fixtures.js';
import {
  isRefusedBy,
  isSuppressedFor,
  isSuppressedForAll,
  sellerNames,
  sellersOf,
} from './sellers.js';

const named = (name: string, brandName: string | null = null, paused = false) => ({
  paused,
  settings: someSettings({ name, brandName }),
});

const ended = (name: string) => {
  const schedule = { ...someSettings().schedule, expiresAt: NOW };
  return { paused: false, settings: someSettings({ name, schedule }) };
};

describe('the names of a destination', () => {
  it('are its own and that of its brand', () => {
    expect(sellerNames(named('East desk').settings)).toEqual(['East desk']);
    expect(sellerNames(named('East desk', 'Acme').settings)).toEqual(['East desk', 'Acme']);
  });

  it('are asked for once, however many destinations bear them', () => {
    const desks = [named('East', 'Acme'), named('West', 'Acme')];
    expect(sellersOf(desks)).toEqual(['East', 'Acme', 'West']);
  });

  it('refuse a consumer by either of them', () => {
    const { settings } = named('East', 'Acme');
    expect(isSuppressedFor(settings, ['Acme'])).toBe(true);
    expect(isSuppressedFor(settings, ['East'])).toBe(true);
    expect(isSuppressedFor(settings, ['West'])).toBe(false);
  });
});

describe('an entry of the suppression list', () => {
  const entry = (scopeName: string) => ({ phoneHash: 'hash', prefix: null, scopeName });

  it('binds whoever bears its name, or has a brand that does, however it is spelled', () => {
    const { settings } = named('East desk', 'Acme');
    expect(isRefusedBy(entry('EAST  DESK'), settings)).toBe(true);
    expect(isRefusedBy(entry('acme'), settings)).toBe(true);
    expect(isRefusedBy(entry('West desk'), settings)).toBe(false);
  });
});

describe('a call', () => {
  it.each([
    ['all who take calls are refused', [named('a'), named('b', 'a')], true],
    ['one is left', [named('a'), named('b')], false],
    ['only one that is paused is left', [named('a'), named('b', null, true)], true],
    ['only one that is past its end is left', [named('a'), ended('b')], true],
    ['all are paused anyway', [named('a', null, true)], false],
    ['there are none', [], false],
  ])('is for nothing or not where %s', (_, destinations, expected) => {
    expect(isSuppressedForAll(destinations, ['a'], NOW)).toBe(expected);
  });
});
