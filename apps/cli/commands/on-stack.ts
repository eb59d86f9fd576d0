import { type StackConnection } from '../connection/stack-connection.js';
import type * as Operations from '../operations/index.js';

/**
 * Runs a command's work on the stack. Everything heavy is loaded here, when a command runs, so that
 * `--help` and a mistyped option answer at once.
 */
export async function onStack<Result>(
  work: (stack: StackConnection, operations: typeof Operations) => Promise<Result>,
): Promise<Result> {
  const [{ withStack }, operations] = await Promise.all([
    import('../connection/stack-connection.js'),
    import('../operations/index.js'),
  ]);
  return withStack((stack) => work(stack, operations));
}
