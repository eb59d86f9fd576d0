import { type Decider } from '#libs/kernel';
import { isSameJson } from './same-json.js';
import { evolve, initialState, type Script } from './script.js';
import { scriptInUse, scriptNotFound, scriptRetired } from './script.errors.js';
import { type ScriptContent, type ScriptEvent } from './script.events.js';

/** Publishes the first version of a script, or the next one. `publishedAt` is ISO-8601 UTC. */
export interface PublishScript {
  readonly type: 'PublishScript';
  readonly scriptId: string;
  readonly content: ScriptContent;
  /** Why, as the caller said. */
  readonly reason: string | null;
  /** Whether the script has to be there; else it is made if it is not. */
  readonly mustExist: boolean;
  readonly publishedAt: string;
}

/** Takes a script out of use. `retiredAt` is ISO-8601 UTC. */
export interface RetireScript {
  readonly type: 'RetireScript';
  readonly scriptId: string;
  /** Whether the account's dialing settings name it, as they stood right before. */
  readonly isInUse: boolean;
  readonly reason: string | null;
  readonly retiredAt: string;
}

/** What can be wished of a script. */
export type ScriptCommand = PublishScript | RetireScript;

function publish(command: PublishScript, script: Script): ScriptEvent[] {
  const { scriptId, content, reason, mustExist, publishedAt } = command;
  if (script.status === 'retired') throw scriptRetired();
  if (script.status === 'absent' && mustExist) throw scriptNotFound();
  if (script.status === 'published' && isSameJson(script.content, content)) return [];
  const version = script.status === 'absent' ? 1 : script.version + 1;
  return [{ type: 'ScriptPublished', data: { scriptId, version, content, reason, publishedAt } }];
}

/** Not under a dialer's feet: without a script it would call nobody, and not say why. */
function retire(command: RetireScript, script: Script): ScriptEvent[] {
  const { scriptId, isInUse, reason, retiredAt } = command;
  if (script.status === 'absent') throw scriptNotFound();
  if (script.status === 'retired') return [];
  if (isInUse) throw scriptInUse();
  return [{ type: 'ScriptRetired', data: { scriptId, reason, retiredAt } }];
}

/** A script and its versions (DI-4). Publishing what is published already changes nothing. */
export const scriptDecider: Decider<Script, ScriptCommand, ScriptEvent> = {
  initialState,
  decide: (command, state) => {
    switch (command.type) {
      case 'PublishScript':
        return publish(command, state);
      case 'RetireScript':
        return retire(command, state);
    }
  },
  evolve,
};
