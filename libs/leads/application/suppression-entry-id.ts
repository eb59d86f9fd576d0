import { createHash } from 'node:crypto';
import {
  nameKey,
  type SuppressionBinding,
  type SuppressionScope,
} from '../domain/suppression-scope.js';

/** What an entry is about: one number, by its hash, or every number with a prefix. */
export type EntryTarget =
  | { readonly kind: 'number'; readonly phoneHash: string }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** What the id of an entry tells. */
export interface EntryAddress {
  readonly target: EntryTarget;
  readonly scope: SuppressionScope;
}

/** A target, then whom it binds unless that is everybody; within what the api takes in a path. */
const ENTRY_ID = /^(?:([\w-]{43})|p(\d{1,14}))(?:\.([bs])[\w-]{16})?$/;
const SCOPES: Readonly<Record<string, SuppressionScope>> = { b: 'brand', s: 'seller' };

/**
 * The id of the entry of a target for whom it binds, so that each pair has one entry whatever the
 * spelling of the name. A name is told by 96 bits of its hash, because it may be long.
 */
export function suppressionEntryId(
  target: EntryTarget,
  { scope, scopeName }: SuppressionBinding,
): string {
  const targetId = target.kind === 'number' ? target.phoneHash : prefixEntryId(target.prefix);
  if (scope === 'tenant') return targetId;
  const key = createHash('sha256').update(nameKey(scopeName ?? ''));
  return `${targetId}.${scope === 'brand' ? 'b' : 's'}${key.digest('base64url').slice(0, 16)}`;
}

/** What an id says; `null` for a text that is none of ours. */
export function readEntryId(entryId: string): EntryAddress | null {
  const [, phoneHash, digits, mark] = ENTRY_ID.exec(entryId) ?? [];
  const scope = SCOPES[mark ?? ''] ?? 'tenant';
  if (phoneHash !== undefined) return { target: { kind: 'number', phoneHash }, scope };
  if (digits === undefined) return null;
  return { target: { kind: 'prefix', prefix: `+${digits}` }, scope };
}

/** The entry id of a prefix such as `+1900`, for the whole tenant. */
export function prefixEntryId(prefix: string): string {
  return `p${prefix.slice(1)}`;
}
