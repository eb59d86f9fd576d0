import { type Readable } from 'node:stream';

/** How much of an answer is kept, in bytes. */
export const BODY_BYTES_MAX = 4_096;

/**
 * The beginning of a body as text, without what no database can store. The rest is not read: the
 * stream is destroyed, and with it the connection of a receiver that never ends.
 */
export async function readBeginning(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= BODY_BYTES_MAX) break;
  }
  const beginning = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX);
  // A character that was cut in two at the end would be shown as a sign of damage.
  return new TextDecoder().decode(beginning, { stream: true }).replaceAll('\0', '');
}
