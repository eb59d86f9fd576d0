import { type Parsed } from './parsed.js';

/** The value, with its warning if there is one; or the code of the problem. */
export function told<Value>(parsed: Parsed<Value>) {
  if ('problem' in parsed) return parsed.problem;
  return parsed.warning === undefined ? parsed.value : [parsed.value, parsed.warning];
}
