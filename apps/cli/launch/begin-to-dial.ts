import { createHash } from 'node:crypto';
import { DEFAULT_SCRIPT } from '#libs/calls';
import { type ApiClient } from './api-client.js';

/**
 * Publishes the default script and configures a tenant to dial with it, as an example would. Throws
 * where its emergency stop is pulled.
 */
export async function beginToDial(api: ApiClient, concurrentCallsMax: number): Promise<void> {
  const script = await makeOnce<{ script_id: string }>(
    api,
    '/v1/scripts',
    snakeCased(DEFAULT_SCRIPT),
  );
  const { stopped } = await api.send<{ stopped: boolean }>('PUT', '/v1/dialing', {
    telemarketer: 'Example Leads',
    seller: 'Example Insurance Quotes',
    offering: 'insurance',
    calling_numbers: ['+15125550190'],
    script_id: script.script_id,
    concurrent_calls_max: concurrentCallsMax,
  });
  if (stopped) throw new Error('The emergency stop of this tenant is pulled.');
}

/** Makes a thing at `path`; the same content makes the same thing, however often it is sent. */
export function makeOnce<Answer>(api: ApiClient, path: string, content: object): Promise<Answer> {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return api.send('POST', path, content, `demo-${digest}`);
}

/** Content with its fields named as the api names them. */
function snakeCased(value: object): object {
  const convert = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(convert);
    if (typeof inner !== 'object' || inner === null) return inner;
    const fields = Object.entries(inner).map(([name, member]) => [snake(name), convert(member)]);
    return Object.fromEntries(fields) as object;
  };
  return convert(value) as object;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
