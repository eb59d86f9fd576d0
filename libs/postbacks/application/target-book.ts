import { type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type DataKeys, isErased, seal, type Sealed } from '#libs/privacy';
import { type PostbackTarget, signingSecrets } from '../domain/postback-targets.js';
import {
  type PostbackTargetCommand,
  postbackTargetsDecider,
} from '../domain/postback-targets.decider.js';
import { postbackTargetNotFound, postbackTargetRemoved } from '../domain/postbacks.errors.js';
import { type Caller, contextOf } from './caller.js';
import { postbackTargetsStream } from './postback-streams.js';
import { type PostbacksRunner } from './postbacks-runner.js';

/** What of a target may hold credentials of its receiver. Never log it. */
export interface TargetTemplates {
  /** With macros, as it was given. */
  readonly url: string;
  /** Templates of the fields of a body; `null`: every macro under its own name. */
  readonly fields: Readonly<Record<string, string>> | null;
}

/** A target as it is used: everything open. Never log it. */
export interface OpenTarget extends TargetTemplates {
  readonly settings: PostbackTarget['settings'];
  /** All in force, the latest first. */
  readonly secrets: readonly string[];
}

/** Reads the targets of tenants from the log and opens what is sealed of them. */
export class TargetBook {
  constructor(
    private readonly runner: PostbacksRunner,
    private readonly keys: DataKeys,
  ) {}

  /** All targets a tenant ever had, removed ones too, the newest first. */
  async all(tenantId: TenantId): Promise<readonly PostbackTarget[]> {
    const stream = postbackTargetsStream(tenantId);
    const { state } = await this.runner.standing(stream, postbackTargetsDecider);
    return [...state.values()].reverse();
  }

  /** One of them. Rejects with `postback_target_not_found`. */
  async find(tenantId: TenantId, targetId: string): Promise<PostbackTarget> {
    const targets = await this.all(tenantId);
    const found = targets.find((target) => target.targetId === targetId);
    if (found === undefined) throw postbackTargetNotFound();
    return found;
  }

  /** One that is not removed. Rejects with `postback_target_removed`, too. */
  async findLive(tenantId: TenantId, targetId: string): Promise<PostbackTarget> {
    const target = await this.find(tenantId, targetId);
    if (target.status === 'removed') throw postbackTargetRemoved();
    return target;
  }

  /** The templates of targets, in their order. Rejects with `data_keys_unavailable`. */
  async templates(
    tenantId: TenantId,
    targets: readonly PostbackTarget[],
  ): Promise<readonly TargetTemplates[]> {
    const boxes = targets.map(({ sealed }) => sealed as Sealed<TargetTemplates>);
    const opened = await this.keys.openAll(tenantId, boxes);
    return opened.map((box) => (isErased(box) ? { url: '', fields: null } : box));
  }

  /** A target with everything open, signing as of `at` (ISO-8601). */
  async open(tenantId: TenantId, target: PostbackTarget, at: string): Promise<OpenTarget> {
    const boxes = signingSecrets(target, at).map((box) => box as Sealed<{ secret: string }>);
    const [[templates = { url: '', fields: null }], opened] = await Promise.all([
      this.templates(tenantId, [target]),
      this.keys.openAll(tenantId, boxes),
    ]);
    const secrets = opened.flatMap((box) => (isErased(box) ? [] : [box.secret]));
    return { ...templates, settings: target.settings, secrets };
  }

  /** Seals something of a target with a data key of its own. */
  async seal(tenantId: TenantId, content: TargetTemplates | { secret: string }): Promise<string> {
    return seal(await this.keys.take(tenantId), { tenantId }, content);
  }

  /** Runs a command on a tenant’s targets; the target it is about, and where its event is. */
  async run(
    tenantId: TenantId,
    caller: Caller,
    command: PostbackTargetCommand,
    at: string,
  ): Promise<{ readonly target: PostbackTarget; readonly position: Position | null }> {
    const { targetId } = command;
    const { state, position } = await this.runner.run({
      stream: postbackTargetsStream(tenantId),
      ...{ decider: postbackTargetsDecider, command },
      context: contextOf(caller, tenantId, targetId, at),
    });
    const target = state.get(targetId);
    if (target === undefined) throw postbackTargetNotFound();
    return { target, position };
  }
}
