/** What the names of scripts' streams begin with, for filters on the log. */
export const SCRIPT_PREFIX = 'script-';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The stream of a script and all its versions. */
export function scriptStream(scriptId: string): string {
  return `${SCRIPT_PREFIX}${scriptId}`;
}

/** A script's id as its stream has it, in lower case; `null` for what can be none. */
export function readScriptId(text: string): string | null {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : null;
}
