import { type PostbackTargetEvent, type PostbackTargetSettings } from './postback-target.events.js';

/** A secret that signed before a rotation, and until when it still does (ISO-8601, exclusive). */
export interface FormerSecret {
  readonly secret: string;
  readonly until: string;
}

/** A target that was created. What is sealed stays so here. */
export interface PostbackTarget {
  readonly status: 'live' | 'removed';
  readonly targetId: string;
  readonly settings: PostbackTargetSettings;
  /** Sealed {url, fields}. */
  readonly sealed: string;
  /** Sealed {secret}. */
  readonly secret: string;
  /** Sealed, the latest first. */
  readonly former: readonly FormerSecret[];
  /** ISO-8601 UTC, as the next one. */
  readonly createdAt: string;
  /** When it was last rotated or removed; at first when it was created. */
  readonly changedAt: string;
  /** Why nothing is sent any more; `null` while it is live. */
  readonly removal: 'asked' | 'gone' | null;
}

/** A tenant's targets by id, in the order in which they were created; removed ones too. */
export type PostbackTargets = ReadonlyMap<string, PostbackTarget>;

/** Before anything happened. */
export function initialState(): PostbackTargets {
  return new Map();
}

/** Follows history without judging it. A removed target stays removed. */
export function evolve(state: PostbackTargets, event: PostbackTargetEvent): PostbackTargets {
  if (event.type === 'PostbackTargetCreated') {
    const { targetId, settings, sealed, secret, createdAt } = event.data;
    const created = { createdAt, changedAt: createdAt, removal: null };
    const target = { targetId, settings, sealed, secret, former: [], ...created };
    return new Map(state).set(targetId, { status: 'live', ...target });
  }
  const target = state.get(event.data.targetId);
  return target === undefined ? state : new Map(state).set(target.targetId, after(target, event));
}

function after(
  target: PostbackTarget,
  event: Exclude<PostbackTargetEvent, { type: 'PostbackTargetCreated' }>,
): PostbackTarget {
  switch (event.type) {
    case 'PostbackSecretRotated': {
      const { secret, formerUntil: until, rotatedAt } = event.data;
      const former = [{ secret: target.secret, until }, ...stillSigning(target, rotatedAt)];
      return { ...target, secret, former, changedAt: rotatedAt };
    }
    case 'PostbackTargetRemoved': {
      const { cause: removal, removedAt } = event.data;
      return { ...target, status: 'removed', former: [], removal, changedAt: removedAt };
    }
  }
}

function stillSigning({ former }: PostbackTarget, at: string): FormerSecret[] {
  return former.filter(({ until }) => Date.parse(until) > Date.parse(at));
}

/** All secrets that sign at `at` (ISO-8601), sealed, the latest first. */
export function signingSecrets(target: PostbackTarget, at: string): readonly string[] {
  return [target.secret, ...stillSigning(target, at).map(({ secret }) => secret)];
}
