import { type Decider, type FieldError } from '#libs/kernel';
import { type PostbackTokenEvent, type PostbackTokenSettings } from './postback-settings.events.js';
import {
  invalidFields,
  postbackTokenAlreadyCreated,
  postbackTokenNotFound,
  postbackTokenRevoked,
} from './postback-settings.errors.js';
import {
  evolve,
  initialState,
  type KnownPostbackToken,
  type PostbackToken,
} from './postback-token.js';
import { isTimeZone } from './reading/time-zone.js';

/** Gives a tenant a token; instants are ISO-8601 UTC here and below. */
export interface CreatePostbackToken {
  readonly type: 'CreatePostbackToken';
  readonly tokenId: string;
  readonly secretHash: string;
  readonly lastFour: string;
  readonly settings: PostbackTokenSettings;
  readonly createdAt: string;
}

/** Has reports that come with a token read in another way. What is left out stays. */
export interface ChangePostbackToken {
  readonly type: 'ChangePostbackToken';
  readonly changes: Partial<PostbackTokenSettings>;
  readonly reason: string | null;
  readonly changedAt: string;
}

/** Replaces the text of a token. The one before opens until `formerUntil`. */
export interface RotatePostbackToken {
  readonly type: 'RotatePostbackToken';
  readonly secretHash: string;
  readonly lastFour: string;
  readonly formerUntil: string;
  readonly rotatedAt: string;
}

/** Ends a token at once. */
export interface RevokePostbackToken {
  readonly type: 'RevokePostbackToken';
  readonly reason: string | null;
  readonly revokedAt: string;
}

/** What can be wished of a token. */
export type PostbackTokenCommand =
  CreatePostbackToken | ChangePostbackToken | RotatePostbackToken | RevokePostbackToken;

const LABEL_LENGTH_MAX = 100;

function create(command: CreatePostbackToken, state: PostbackToken): PostbackTokenEvent[] {
  const { tokenId, secretHash, lastFour, settings, createdAt } = command;
  assertFitting(settings);
  if (state.status === 'absent') {
    const data = { tokenId, secretHash, lastFour, settings, createdAt };
    return [{ type: 'PostbackTokenCreated', data }];
  }
  if (state.secretHash === secretHash) return [];
  throw postbackTokenAlreadyCreated(tokenId);
}

function change(command: ChangePostbackToken, state: PostbackToken): PostbackTokenEvent[] {
  const { tokenId, settings: before } = live(state);
  const { changes, reason, changedAt } = command;
  const after = { ...before, ...changes };
  assertFitting(after);
  if (isSame(before, after)) return [];
  return [{ type: 'PostbackTokenChanged', data: { tokenId, before, after, reason, changedAt } }];
}

function rotate(command: RotatePostbackToken, state: PostbackToken): PostbackTokenEvent[] {
  const { tokenId, secretHash: current } = live(state);
  const { secretHash, lastFour, formerUntil, rotatedAt } = command;
  if (secretHash === current) return [];
  const data = { tokenId, secretHash, lastFour, formerUntil, rotatedAt };
  return [{ type: 'PostbackTokenRotated', data }];
}

function revoke(command: RevokePostbackToken, state: PostbackToken): PostbackTokenEvent[] {
  const { status, tokenId } = known(state);
  if (status === 'revoked') return [];
  const { reason, revokedAt } = command;
  return [{ type: 'PostbackTokenRevoked', data: { tokenId, reason, revokedAt } }];
}

function known(state: PostbackToken): KnownPostbackToken {
  if (state.status === 'absent') throw postbackTokenNotFound();
  return state;
}

function live(state: PostbackToken): KnownPostbackToken {
  const token = known(state);
  if (token.status === 'revoked') throw postbackTokenRevoked();
  return token;
}

function isSame(one: PostbackTokenSettings, other: PostbackTokenSettings): boolean {
  return (Object.keys(one) as (keyof PostbackTokenSettings)[]).every(
    (setting) => one[setting] === other[setting],
  );
}

/** Throws `validation_failed` with everything that is wrong with the settings. */
function assertFitting({ label, timeZone, currency, destinationId }: PostbackTokenSettings): void {
  const length = label.trim().length;
  const checks: readonly [boolean, FieldError][] = [
    [
      length > 0 && label.length <= LABEL_LENGTH_MAX,
      wrong('label', 'invalid_length', `Give a label of 1 to ${LABEL_LENGTH_MAX} characters.`),
    ],
    [
      isTimeZone(timeZone),
      wrong('time_zone', 'unknown_zone', 'Give an IANA zone, e.g. America/New_York.'),
    ],
    [/^[A-Z]{3}$/.test(currency), wrong('currency', 'invalid', 'Give an ISO 4217 code, e.g. USD.')],
    [destinationId !== '', wrong('destination_id', 'invalid', 'Give the id, or null for any.')],
  ];
  const errors = checks.filter(([fine]) => !fine).map(([, error]) => error);
  if (errors.length > 0) throw invalidFields(errors);
}

function wrong(field: string, code: string, message: string): FieldError {
  return { field, code, message };
}

/** Decides about one token for buyers’ reports (SE-4). */
export const postbackTokenDecider: Decider<
  PostbackToken,
  PostbackTokenCommand,
  PostbackTokenEvent
> = {
  decide(command, state) {
    switch (command.type) {
      case 'CreatePostbackToken':
        return create(command, state);
      case 'ChangePostbackToken':
        return change(command, state);
      case 'RotatePostbackToken':
        return rotate(command, state);
      case 'RevokePostbackToken':
        return revoke(command, state);
    }
  },
  evolve,
  initialState,
};
