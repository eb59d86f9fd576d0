import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PostbackTokenEvent, type PostbackTokenSettings } from './postback-settings.events.js';
import { openingHashes } from './postback-token.js';
import { type PostbackTokenCommand, postbackTokenDecider } from './postback-token.decider.js';

const NOON = '2026-03-01T12:00:00.000Z';
const NEXT_DAY = '2026-03-02T12:00:00.000Z';
const settings: PostbackTokenSettings = {
  label: 'Acme',
  destinationId: null,
  amountUnit: 'by_name',
  timeZone: 'UTC',
  currency: 'USD',
};
const token = { tokenId: 't1', secretHash: 'first', lastFour: 'aaaa', settings, createdAt: NOON };
const create: PostbackTokenCommand = { type: 'CreatePostbackToken', ...token };
const change = (changes: Partial<PostbackTokenSettings>): PostbackTokenCommand => ({
  ...{ type: 'ChangePostbackToken', changes, reason: null, changedAt: NOON },
});
const rotate = (secretHash: string, rotatedAt = NOON, formerUntil = NEXT_DAY) =>
  ({ type: 'RotatePostbackToken', secretHash, lastFour: 'bbbb', formerUntil, rotatedAt }) as const;
const revoke: PostbackTokenCommand = {
  ...{ type: 'RevokePostbackToken', reason: 'leaked', revokedAt: NOON },
};

/** What a token’s history is after these commands. */
function after(...commands: readonly PostbackTokenCommand[]): PostbackTokenEvent[] {
  return commands.reduce<PostbackTokenEvent[]>(
    (past, command) => [...past, ...postbackTokenDecider.decide(command, stateOf(past))],
    [],
  );
}

const stateOf = (past: readonly PostbackTokenEvent[]) => fold(postbackTokenDecider, past);
const typesOf = (past: readonly PostbackTokenEvent[]) => past.map(({ type }) => type);

function refusal(...commands: readonly PostbackTokenCommand[]): unknown {
  try {
    return after(...commands);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('a token for reports', () => {
  it('is created', () => {
    expect(after(create)).toEqual([{ type: 'PostbackTokenCreated', data: token }]);
  });

  it('is not created again with another text', () => {
    const again: PostbackTokenCommand = { ...create, secretHash: 'other' };
    expect(refusal(create, again)).toBe('postback_token_already_created');
  });

  it('is changed in what is said, and says what was before', () => {
    expect(after(create, change({ amountUnit: 'cents' })).at(-1)).toMatchObject({
      type: 'PostbackTokenChanged',
      data: { before: settings, after: { ...settings, amountUnit: 'cents' } },
    });
  });

  it('is not changed by what it is already', () => {
    expect(typesOf(after(create, change({ label: 'Acme' }), change({})))).toEqual([
      'PostbackTokenCreated',
    ]);
  });

  it.each([create, rotate('second'), revoke])('takes no harm from a repeated $type', (command) => {
    const before = command === create ? [] : [create];
    expect(after(...before, command, command)).toEqual(after(...before, command));
  });

  it('neither changes nor rotates once it is revoked', () => {
    expect(refusal(create, revoke, change({ label: 'x' }))).toBe('postback_token_revoked');
    expect(refusal(create, revoke, rotate('second'))).toBe('postback_token_revoked');
  });

  it.each([change({}), rotate('second'), revoke])('must exist before $type', (command) => {
    expect(refusal(command)).toBe('postback_token_not_found');
  });

  it.each([
    [{ label: ' ' }, ['label']],
    [{ label: 'x'.repeat(101) }, ['label']],
    [{ timeZone: 'Mars/Olympus' }, ['time_zone']],
    [{ currency: 'usd' }, ['currency']],
    [{ destinationId: '' }, ['destination_id']],
    [{ label: '', timeZone: '', currency: '' }, ['label', 'time_zone', 'currency']],
  ])('is not read by settings that mean nothing: %j', (changes, fields) => {
    const errors = (command: PostbackTokenCommand, ...before: PostbackTokenCommand[]) => {
      try {
        return after(...before, command);
      } catch (error) {
        return (error as { details: { field: string }[] }).details.map(({ field }) => field);
      }
    };
    expect(errors(change(changes), create)).toEqual(fields);
    expect(errors({ ...create, settings: { ...settings, ...changes } })).toEqual(fields);
  });
});

describe('what opens', () => {
  const hashes = (at: string, ...commands: readonly PostbackTokenCommand[]) =>
    openingHashes(stateOf(after(...commands)), at);

  it('is the text of a token, and nothing else', () => {
    expect(hashes(NOON, create)).toEqual(['first']);
    expect(openingHashes(postbackTokenDecider.initialState(), NOON)).toEqual([]);
  });

  it('is the text before, too, until its overlap is over', () => {
    expect(hashes('2026-03-02T11:59:59.999Z', create, rotate('second'))).toEqual([
      'second',
      'first',
    ]);
    expect(hashes(NEXT_DAY, create, rotate('second'))).toEqual(['second']);
  });

  it('is every text whose overlap is not over, however often it was rotated', () => {
    const twice = [create, rotate('second'), rotate('third', NOON, '2026-03-03T12:00:00.000Z')];
    expect(hashes(NOON, ...twice)).toEqual(['third', 'first', 'second']);
    expect(hashes(NEXT_DAY, ...twice)).toEqual(['third', 'second']);
  });

  it('is nothing once the token is revoked, whatever else happens', () => {
    const others = fc.array(fc.constantFrom(...after(create, rotate('second'), rotate('third'))));
    const revoked = after(create, revoke).slice(-1);
    fc.assert(
      fc.property(others, others, (before, later) => {
        const rest = later.filter(({ type }) => type !== 'PostbackTokenCreated');
        const state = stateOf([...after(create), ...before, ...revoked, ...rest]);
        expect(openingHashes(state, NOON)).toEqual([]);
      }),
    );
  });
});
