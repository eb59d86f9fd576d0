/** The process is to end, or has lost its lease; the event will be shown again. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
