import { userInfo } from 'node:os';
import { type Actor } from '#libs/kernel';
import { v4 as uuid } from 'uuid';

/** Whoever typed the command, as the log remembers them, and ids for this one command. */
export function operatorCall(): {
  readonly actor: Actor;
  readonly commandId: string;
  readonly causationId: string;
} {
  const commandId = uuid();
  return { actor: { kind: 'operator', id: operatorName() }, commandId, causationId: commandId };
}

/** The login name. Some containers run under an account without a name. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
