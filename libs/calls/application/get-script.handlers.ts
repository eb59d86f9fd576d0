import { type TenantId } from '#libs/kernel';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  latestOf,
  type ScriptHistory,
  ScriptLibrary,
  type ScriptRetirement,
  type ScriptVersion,
  versionOf,
} from './script-library.js';

/** One version of a script, and what became of the script. */
export interface ScriptView {
  readonly shown: ScriptVersion;
  readonly latestVersion: number;
  /** `null` while it is in use. */
  readonly retirement: ScriptRetirement | null;
}

/** A script in its latest version, or in another one. */
export class GetScriptQuery extends Query<ScriptView> {
  constructor(
    readonly tenantId: TenantId,
    readonly scriptId: string,
    readonly version?: number,
  ) {
    super();
  }
}

/** Everything that happened to a script. */
export class GetScriptHistoryQuery extends Query<ScriptHistory> {
  constructor(
    readonly tenantId: TenantId,
    readonly scriptId: string,
  ) {
    super();
  }
}

/** Reads a script from its stream, so that it is always current. */
@QueryHandler(GetScriptQuery)
export class GetScriptHandler implements IQueryHandler<GetScriptQuery> {
  constructor(private readonly library: ScriptLibrary) {}

  async execute({ tenantId, scriptId, version }: GetScriptQuery): Promise<ScriptView> {
    const history = await this.library.history(tenantId, scriptId);
    const latest = latestOf(history);
    const shown = version === undefined ? latest : versionOf(history, version);
    return { shown, latestVersion: latest.version, retirement: history.retirement };
  }
}

/** Reads a script's stream. */
@QueryHandler(GetScriptHistoryQuery)
export class GetScriptHistoryHandler implements IQueryHandler<GetScriptHistoryQuery> {
  constructor(private readonly library: ScriptLibrary) {}

  execute({ tenantId, scriptId }: GetScriptHistoryQuery): Promise<ScriptHistory> {
    return this.library.history(tenantId, scriptId);
  }
}
