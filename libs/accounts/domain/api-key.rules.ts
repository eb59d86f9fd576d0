import type { FieldError } from '#libs/kernel';
import type { ApiKeyCreatedData, ApiKeyKind, ApiKeyMode, ApiKeyRole } from './api-key.events.js';

/** Requests per minute of a key that was given no limit of its own (AP-5). */
export const RATE_LIMIT_PER_MINUTE_DEFAULT = 120;
const RATE_LIMIT_PER_MINUTE_MAX = 100_000;
const NAME_LENGTH_MAX = 100;

const PREFIXES = {
  intake: { live: 'l2i_', test: 'l2i_' },
  platform: { live: 'ck_live_', test: 'ck_test_' },
  posting: { live: 'pk_live_', test: 'pk_test_' },
} as const;

/** How the texts of such keys begin. Intake keys look the same in both modes. */
export function prefixOf(kind: ApiKeyKind, mode: ApiKeyMode): string {
  return PREFIXES[kind][mode];
}

/** The roles such keys may have; `null` stands for none. */
const ROLES: Readonly<Record<ApiKeyKind, readonly (ApiKeyRole | null)[]>> = {
  intake: [null],
  platform: ['superadmin', 'admin', 'buyer', 'partner'],
  posting: ['partner'],
};

/** Everything that is wrong with what was asked of a new key. */
export function apiKeyFieldErrors(key: ApiKeyCreatedData): FieldError[] {
  const { name, scopes, rateLimitPerMinute: limit, expiresAt } = key;
  const checks: readonly [boolean, FieldError][] = [
    [
      name.trim() !== '' && name.length <= NAME_LENGTH_MAX,
      fieldError('name', 'invalid_length', `Give a name of 1 to ${NAME_LENGTH_MAX} characters.`),
    ],
    [
      scopes.length > 0 && new Set(scopes).size === scopes.length,
      fieldError('scopes', 'invalid_scopes', 'Give read, write, operator or several, each once.'),
    ],
    [ROLES[key.kind].includes(key.role), fieldError('role', 'invalid_role', roleRule(key.kind))],
    [
      Number.isInteger(limit) && limit >= 1 && limit <= RATE_LIMIT_PER_MINUTE_MAX,
      fieldError(
        'rateLimitPerMinute',
        'out_of_range',
        `Give a whole number from 1 to ${RATE_LIMIT_PER_MINUTE_MAX}.`,
      ),
    ],
    [
      expiresAt === null || Date.parse(expiresAt) > Date.parse(key.createdAt),
      fieldError('expiresAt', 'not_in_future', 'Give an instant in the future, or none.'),
    ],
  ];
  return checks.filter(([fine]) => !fine).map(([, error]) => error);
}

function fieldError(field: string, code: string, message: string): FieldError {
  return { field, code, message };
}

function roleRule(kind: ApiKeyKind): string {
  const roles = ROLES[kind].filter((role) => role !== null);
  return roles.length === 0
    ? `A key of kind ${kind} has no role.`
    : `A key of kind ${kind} has one of the roles ${roles.join(', ')}.`;
}
