import { describe, expect, it } from '@jest/globals';
import { newWebhookSecret, type OutboundRequest } from '#libs/outbound';
import { postbackScheduled } from '#events/testing';
import { readFile } from 'node:fs/promises';
import { macroValues } from '../domain/macros.js';
import { type PostbackTargetSettings } from '../domain/postback-target.events.js';
import { postbackRequest } from './postback-request.js';

const at = new Date('2026-03-01T12:00:00.000Z');
const values = macroValues(postbackScheduled().data.result, '+15125550100');
const secrets = [newWebhookSecret(), newWebhookSecret()];
const signedOff = 'https://partner.example/hook?caller={caller_id}&buyer={buyer}&payout={payout}';

function requested(method: 'GET' | 'POST'): OutboundRequest {
  const settings: PostbackTargetSettings = {
    ...{ label: 'Northwind', mode: 'live', destinationId: null, fireOn: 'completed', filter: null },
    ...{ method, format: 'json', payout: null, host: 'partner.example' },
  };
  const target = { url: signedOff, fields: null, settings, secrets };
  return postbackRequest(target, { id: 'delivery-1', at, values });
}

/** A request as its receiver sees it. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
type IsGenuine = (request: Seen, secret: string | undefined, now: number) => boolean;

function seen(request: OutboundRequest): Seen {
  const { method, url, headers, body } = request;
  return { method, headers, body: body ?? '', path: url.replace('https://partner.example', '') };
}

/** What receivers are told to do, from the how-to itself. */
async function isGenuine(): Promise<IsGenuine> {
  const howTo = new URL('../../../docs/how-to/tell-others-about-calls.md', import.meta.url);
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(await readFile(howTo, 'utf8')) ?? [];
  const module = `data:text/javascript,${encodeURIComponent(code)}`;
  return ((await import(module)) as { readonly isGenuine: IsGenuine }).isGenuine;
}

describe('a request to a target', () => {
  it.each(['GET', 'POST'] as const)('is verified by the code of the how-to: %s', async (method) => {
    const verify = await isGenuine();
    const request = seen(requested(method));
    for (const secret of secrets) expect(verify(request, secret, at.getTime())).toBe(true);
    expect(verify(request, newWebhookSecret(), at.getTime())).toBe(false);
    expect(verify(request, secrets[0], at.getTime() + 301_000)).toBe(false);
  });

  it('is not genuine once an amount was altered, in an address or in a body', async () => {
    const verify = await isGenuine();
    const asked = seen(requested('GET'));
    const more = { ...asked, path: asked.path.replace('payout=30.00', 'payout=90.00') };
    expect(more.path).not.toBe(asked.path);
    expect(verify(more, secrets[0], at.getTime())).toBe(false);
    const told = seen(requested('POST'));
    const altered = { ...told, body: told.body.replace('30.00', '90.00') };
    expect(verify(altered, secrets[0], at.getTime())).toBe(false);
  });
});
