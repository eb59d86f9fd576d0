import { describe, expect, it } from '@jest/globals';
import { type DomainError, fold } from '#libs/kernel';
import { type PostbackTargetEvent, type PostbackTargetSettings } from './postback-target.events.js';
import { signingSecrets } from './postback-targets.js';
import {
  POSTBACK_TARGETS_MAX,
  type PostbackTargetCommand,
  postbackTargetsDecider,
} from './postback-targets.decider.js';

const at = '2026-03-01T12:00:00.000Z';
const tomorrow = '2026-03-02T12:00:00.000Z';
const settings: PostbackTargetSettings = {
  ...{ label: 'Northwind', mode: 'live', destinationId: null, fireOn: 'completed', filter: null },
  ...{ method: 'GET', format: 'json', payout: null, host: 'partner.example' },
};
const create = (targetId = 'target-1'): PostbackTargetCommand => ({
  ...{ type: 'CreatePostbackTarget', targetId, settings, sealed: 'box', secret: 'one' },
  createdAt: at,
});
const rotate = (secret: string, rotatedAt = at, formerUntil = tomorrow): PostbackTargetCommand => ({
  ...{ type: 'RotatePostbackSecret', targetId: 'target-1', secret, formerUntil, rotatedAt },
});
const remove: PostbackTargetCommand = {
  ...{ type: 'RemovePostbackTarget', targetId: 'target-1', cause: 'asked', reason: 'over' },
  removedAt: at,
};

function after(...commands: readonly PostbackTargetCommand[]): PostbackTargetEvent[] {
  return commands.reduce<PostbackTargetEvent[]>((history, command) => {
    const state = fold(postbackTargetsDecider, history);
    return [...history, ...postbackTargetsDecider.decide(command, state)];
  }, []);
}

function target(...commands: readonly PostbackTargetCommand[]) {
  const found = fold(postbackTargetsDecider, after(...commands)).get('target-1');
  if (found === undefined) throw new Error('There is no target.');
  return found;
}

function refusal(...commands: readonly PostbackTargetCommand[]): string {
  try {
    after(...commands);
    return 'none';
  } catch (error) {
    return (error as DomainError).code;
  }
}

describe('a postback target', () => {
  it('is created once: its secret cannot be shown again', () => {
    expect(target(create())).toMatchObject({ status: 'live', settings, secret: 'one' });
    expect(refusal(create(), create())).toBe('postback_target_already_created');
  });

  it('signs with the secret before a rotation, too, for as long as that says', () => {
    const rotated = target(create(), rotate('two'));
    expect(signingSecrets(rotated, '2026-03-02T11:59:59.999Z')).toEqual(['two', 'one']);
    expect(signingSecrets(rotated, tomorrow)).toEqual(['two']);
  });

  it('keeps every secret whose day is not over', () => {
    const twice = target(create(), rotate('two'), rotate('three', at, tomorrow));
    expect(signingSecrets(twice, at)).toEqual(['three', 'two', 'one']);
  });

  it('is removed once, and then neither rotated nor live', () => {
    expect(target(create(), remove)).toMatchObject({ status: 'removed', removal: 'asked' });
    expect(after(create(), remove, remove)).toHaveLength(2);
    expect(refusal(create(), remove, rotate('two'))).toBe('postback_target_removed');
  });

  it('must exist to be changed', () => {
    expect(refusal(rotate('two'))).toBe('postback_target_not_found');
    expect(refusal(remove)).toBe('postback_target_not_found');
  });

  it('is one of a limited number, of which removed ones are none', () => {
    const full = Array.from({ length: POSTBACK_TARGETS_MAX - 1 }, (_, n) => create(`other-${n}`));
    expect(refusal(create(), ...full, create('more'))).toBe('postback_targets_exhausted');
    expect(refusal(create(), remove, ...full, create('more'))).toBe('none');
  });
});
