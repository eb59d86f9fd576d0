import { type Decider } from '#libs/kernel';
import { type PostbackTargetEvent, type PostbackTargetSettings } from './postback-target.events.js';
import {
  evolve,
  initialState,
  type PostbackTarget,
  type PostbackTargets,
} from './postback-targets.js';
import {
  postbackTargetAlreadyCreated,
  postbackTargetNotFound,
  postbackTargetRemoved,
  tooManyPostbackTargets,
} from './postbacks.errors.js';

/** A tenant may have so many targets that are not removed. */
export const POSTBACK_TARGETS_MAX = 50;

/** Names an address that is told what came of calls; instants are ISO-8601 UTC here and below. */
export interface CreatePostbackTarget {
  readonly type: 'CreatePostbackTarget';
  readonly targetId: string;
  readonly settings: PostbackTargetSettings;
  /** Sealed {url, fields}. */
  readonly sealed: string;
  /** Sealed {secret}. */
  readonly secret: string;
  readonly createdAt: string;
}

/** Signs with a new secret; the one before signs, too, until `formerUntil`. */
export interface RotatePostbackSecret {
  readonly type: 'RotatePostbackSecret';
  readonly targetId: string;
  readonly secret: string;
  readonly formerUntil: string;
  readonly rotatedAt: string;
}

/** Ends a target at once. */
export interface RemovePostbackTarget {
  readonly type: 'RemovePostbackTarget';
  readonly targetId: string;
  readonly cause: 'asked' | 'gone';
  readonly reason: string | null;
  readonly removedAt: string;
}

/** What can be wished of a tenant’s targets. */
export type PostbackTargetCommand =
  CreatePostbackTarget | RotatePostbackSecret | RemovePostbackTarget;

function create(command: CreatePostbackTarget, state: PostbackTargets): PostbackTargetEvent[] {
  const { targetId, settings, sealed, secret, createdAt } = command;
  // Its secret was shown then and is not known any more: it is not the one of this command.
  if (state.has(targetId)) throw postbackTargetAlreadyCreated(targetId);
  const live = [...state.values()].filter(({ status }) => status === 'live');
  if (live.length >= POSTBACK_TARGETS_MAX) throw tooManyPostbackTargets(POSTBACK_TARGETS_MAX);
  const data = { targetId, settings, sealed, secret, createdAt };
  return [{ type: 'PostbackTargetCreated', data }];
}

function rotate(command: RotatePostbackSecret, state: PostbackTargets): PostbackTargetEvent[] {
  const { targetId, secret, formerUntil, rotatedAt } = command;
  if (known(state, targetId).status === 'removed') throw postbackTargetRemoved();
  const data = { targetId, secret, formerUntil, rotatedAt };
  return [{ type: 'PostbackSecretRotated', data }];
}

function remove(command: RemovePostbackTarget, state: PostbackTargets): PostbackTargetEvent[] {
  const { targetId, cause, reason, removedAt } = command;
  if (known(state, targetId).status === 'removed') return [];
  return [{ type: 'PostbackTargetRemoved', data: { targetId, cause, reason, removedAt } }];
}

function known(state: PostbackTargets, targetId: string): PostbackTarget {
  const target = state.get(targetId);
  if (target === undefined) throw postbackTargetNotFound();
  return target;
}

/** Decides about the targets of one tenant (PB-12). */
export const postbackTargetsDecider: Decider<
  PostbackTargets,
  PostbackTargetCommand,
  PostbackTargetEvent
> = {
  decide(command, state) {
    switch (command.type) {
      case 'CreatePostbackTarget':
        return create(command, state);
      case 'RotatePostbackSecret':
        return rotate(command, state);
      case 'RemovePostbackTarget':
        return remove(command, state);
    }
  },
  evolve,
  initialState,
};
