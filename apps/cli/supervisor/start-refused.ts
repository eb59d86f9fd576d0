/** The stack cannot run. The message is what the person who started it should read and do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
