import { type CommandRunner, type StoredEvent } from '#libs/event-store';
import { type Actor, type TenantId } from '#libs/kernel';
import { scriptNotFound } from '../domain/script.errors.js';
import { type ScriptContent, type ScriptEvent } from '../domain/script.events.js';
import { readScriptId, scriptStream } from './script-streams.js';

/** One version of a script, as it will be for ever. */
export interface ScriptVersion {
  readonly scriptId: string;
  readonly version: number;
  readonly content: ScriptContent;
  /** Why it was published, as the caller said. */
  readonly reason: string | null;
  /** ISO-8601 UTC. */
  readonly publishedAt: string;
  readonly publishedBy: Actor;
}

/** When, by whom and why a script was taken out of use. */
export interface ScriptRetirement {
  readonly reason: string | null;
  /** ISO-8601 UTC. */
  readonly retiredAt: string;
  readonly retiredBy: Actor;
}

/** A script with everything that happened to it. */
export interface ScriptHistory {
  readonly scriptId: string;
  /** Oldest first; at least one. */
  readonly versions: readonly [ScriptVersion, ...ScriptVersion[]];
  /** `null` while it is in use. */
  readonly retirement: ScriptRetirement | null;
}

/** Versions kept in memory; a version is at most some 32 KB. */
const KEPT_MAX = 500;

/**
 * Reads scripts straight from the log. A version never changes, so those asked for by number are
 * kept, the ones used last.
 *
 * Everything rejects with `script_not_found` for what is not there, and for another tenant's alike.
 */
export class ScriptLibrary {
  readonly #kept = new Map<string, ScriptVersion>();

  constructor(
    private readonly runner: CommandRunner,
    private readonly keptMax = KEPT_MAX,
  ) {}

  /** One version, also of a script that was retired since: calls end as they began. */
  async version(tenantId: TenantId, scriptId: string, version: number): Promise<ScriptVersion> {
    const key = `${tenantId}/${scriptId.toLowerCase()}/${version}`;
    const known = this.#kept.get(key);
    const found = known ?? versionOf(await this.history(tenantId, scriptId), version);
    this.#keep(key, found);
    return found;
  }

  /** The version that was published last, and whether it may be used for new calls. */
  async latest(
    tenantId: TenantId,
    scriptId: string,
  ): Promise<ScriptVersion & { readonly isRetired: boolean }> {
    const history = await this.history(tenantId, scriptId);
    return { ...latestOf(history), isRetired: history.retirement !== null };
  }

  /** A script with everything that happened to it. */
  async history(tenantId: TenantId, scriptId: string): Promise<ScriptHistory> {
    const history = await this.find(tenantId, scriptId);
    if (history === null) throw scriptNotFound();
    return history;
  }

  /** As {@link history}; `null` if nobody has such a script. */
  async find(tenantId: TenantId, scriptId: string): Promise<ScriptHistory | null> {
    const id = readScriptId(scriptId);
    if (id === null) throw scriptNotFound();
    const events = await this.runner.history<ScriptEvent>(scriptStream(id));
    if (events.some(({ metadata }) => metadata.tenantId !== tenantId)) throw scriptNotFound();
    const [first, ...others] = events.flatMap(publishedIn);
    if (first === undefined) return null;
    return { scriptId: id, versions: [first, ...others], retirement: retirementIn(events) };
  }

  /** Puts it last among those kept, and lets go of the first. */
  #keep(key: string, version: ScriptVersion): void {
    this.#kept.delete(key);
    this.#kept.set(key, version);
    if (this.#kept.size <= this.keptMax) return;
    const [oldest = key] = this.#kept.keys();
    this.#kept.delete(oldest);
  }
}

/** The version that was published last. */
export function latestOf({ versions }: ScriptHistory): ScriptVersion {
  return versions.at(-1) ?? versions[0];
}

/** A version by its number. Throws `script_not_found` if there is none. */
export function versionOf({ versions }: ScriptHistory, version: number): ScriptVersion {
  const found = versions.find((each) => each.version === version);
  if (found === undefined) throw scriptNotFound();
  return found;
}

function publishedIn({ type, data, metadata }: StoredEvent<ScriptEvent>): ScriptVersion[] {
  return type === 'ScriptPublished' ? [{ ...data, publishedBy: metadata.actor }] : [];
}

function retirementIn(events: readonly StoredEvent<ScriptEvent>[]): ScriptRetirement | null {
  const retired = events.findLast(({ type }) => type === 'ScriptRetired');
  if (retired?.type !== 'ScriptRetired') return null;
  const { reason, retiredAt } = retired.data;
  return { reason, retiredAt, retiredBy: retired.metadata.actor };
}
