import { type Decider } from '#libs/kernel';
import { type Alias, type AliasEvent } from './postback-settings.events.js';

/** A tenant’s additions to the alias map as they stand; version 0 before the first. */
export interface AliasAdditions {
  readonly version: number;
  readonly aliases: readonly Alias[];
}

/** Puts other additions in the place of those there are. `changedAt` is ISO-8601 UTC. */
export interface ChangeAliases {
  readonly type: 'ChangeAliases';
  /** As {@link readAliases} understood them; the order is that of precedence. */
  readonly aliases: readonly Alias[];
  readonly reason: string | null;
  readonly changedAt: string;
}

function change(
  { aliases, reason, changedAt }: ChangeAliases,
  { version, aliases: before }: AliasAdditions,
): AliasEvent[] {
  if (isSame(before, aliases)) return [];
  const lists = { before: [...before], after: [...aliases] };
  const data = { version: version + 1, ...lists, reason, changedAt };
  return [{ type: 'AliasesChanged', data }];
}

function isSame(one: readonly Alias[], other: readonly Alias[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ field, name }, at) => field === other[at]?.field && name === other[at].name)
  );
}

/** Decides about a tenant’s additions to the alias map (PB-3). */
export const aliasMapDecider: Decider<AliasAdditions, ChangeAliases, AliasEvent> = {
  initialState: () => ({ version: 0, aliases: [] }),
  decide: change,
  evolve: (_, { data: { version, after } }) => ({ version, aliases: after }),
};
