import { type Answer, type Reaction } from './reactor.js';

/** What a handler answered, in its long form. */
export function reactionOf<Command>(answer: Answer<Command>): Reaction<Command> {
  if (answer === null) return {};
  return Array.isArray(answer) ? { commands: answer } : (answer as Reaction<Command>);
}
