import { type Command } from 'commander';
import { systemClock, type TenantId } from '#libs/kernel';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { table } from '../table-text.js';
import { onStack } from './on-stack.js';
import {
  durationSeconds,
  eachOf,
  overlapSeconds,
  positiveInteger,
  tenantId,
} from './option-values.js';

/** `leadledger keys …` */
export function addKeysCommands(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make, list, rotate and revoke keys to the api')
    .description('Keys to the api.');
  addCreate(keys);
  addList(keys);
  addRotate(keys);
  addRevoke(keys);
}

function addCreate(keys: Command): void {
  const command = keys
    .command('create')
    .summary('give a tenant a key')
    .description('Makes a key and prints it. It is shown this once: only a hash of it is kept.')
    .requiredOption('--tenant <id>', 'whose data it opens', tenantId)
    .requiredOption(
      '--scope <scope>',
      'read: pull data; write: send data; operator: run the installation; repeatable',
      eachOf('read', 'write', 'operator'),
    )
    .option('--name <name>', 'what the key is called in lists', 'command line')
    .option('--rate-limit <n>', 'requests a minute; 120 if left out', positiveInteger)
    .option('--expires-in <time>', 'such as 90d or 24h; never if left out', durationSeconds);
  const examples = [
    'keys create --tenant demo --scope read --scope write',
    'keys create --tenant acme --scope write --name "web form" --rate-limit 600 --expires-in 90d',
    'keys create --tenant demo --scope operator --name "on call"',
  ];
  defineAction(command, examples, createKey);
}

function addList(keys: Command): void {
  defineAction(
    keys
      .command('list')
      .summary('list the keys of a tenant')
      .description('Lists the keys of a tenant and what they are worth now; never the keys.')
      .requiredOption('--tenant <id>', 'whose keys', tenantId),
    ['keys list --tenant demo'],
    listKeys,
  );
}

function addRotate(keys: Command): void {
  defineAction(
    keys
      .command('rotate')
      .argument('<keyId>', 'as keys list shows it')
      .summary('replace a key by a new one')
      .description('Makes a successor on the same terms; the old key works a while longer.')
      .option('--overlap <time>', 'how long the old key still works, 0s to 30d', overlapSeconds)
      .addHelpText('after', '\nThe overlap is 24h if left out.'),
    ['keys rotate 4fQz81LmXb0a', 'keys rotate 4fQz81LmXb0a --overlap 0s'],
    rotateKey,
  );
}

function addRevoke(keys: Command): void {
  defineAction(
    keys
      .command('revoke')
      .argument('<keyId>', 'as keys list shows it')
      .summary('end a key now')
      .description('The key is refused from now on, on every instance.')
      .requiredOption('--reason <text>', 'why, for the record; needed'),
    ['keys revoke 4fQz81LmXb0a --reason "found in a public repository"'],
    revokeKey,
  );
}

interface CreateOptions {
  readonly tenant: TenantId;
  readonly scope: readonly ('read' | 'write' | 'operator')[];
  readonly name: string;
  readonly rateLimit?: number;
  readonly expiresIn?: number;
}

/** By the clock of the stack; `null`: never. */
function endOf({ expiresIn }: CreateOptions): string | null {
  if (expiresIn === undefined) return null;
  return new Date(systemClock.now().getTime() + expiresIn * 1_000).toISOString();
}

async function createKey(options: CreateOptions): Promise<CommandResult> {
  const wish = {
    name: options.name,
    scopes: [...options.scope],
    ...(options.rateLimit === undefined ? {} : { rateLimitPerMinute: options.rateLimit }),
  };
  const { text: apiKey, key } = await onStack((stack, { createKey: create }) =>
    create(stack, options.tenant, { ...wish, expiresAt: endOf(options) }),
  );
  return {
    text: `${apiKey}\n\nKey ${key.keyId} of ${key.tenantId}, for ${key.scopes.join(' and ')}, ${key.rateLimitPerMinute} requests a minute, ${untilText(key.expiresAt)}. It is shown this once.`,
    json: { apiKey, ...key },
  };
}

function untilText(expiresAt: string | null): string {
  return expiresAt === null ? 'without end' : `until ${expiresAt}`;
}

async function listKeys({ tenant }: { readonly tenant: TenantId }): Promise<CommandResult> {
  const keys = await onStack((stack, { listKeys: list }) => list(stack, tenant));
  const rows = keys.map((key) => [
    key.keyId,
    `${key.prefix}…${key.last4}`,
    key.standing,
    key.scopes.join(','),
    String(key.rateLimitPerMinute),
    key.endsAt ?? '-',
    key.name,
  ]);
  const heading = ['KEY', 'LOOKS LIKE', 'STANDING', 'SCOPES', 'PER MINUTE', 'ENDS', 'NAME'];
  return {
    text: table(
      heading,
      rows,
      `There is no key of ${tenant}; tenants list shows who is there, keys create makes one.`,
    ),
    json: { keys },
  };
}

async function rotateKey(
  keyId: string,
  { overlap }: { readonly overlap?: number },
): Promise<CommandResult> {
  const rotated = await onStack((stack, { rotateKey: rotate }) => rotate(stack, keyId, overlap));
  const { text: apiKey, key, predecessorValidUntil } = rotated;
  return {
    text: `${apiKey}\n\nKey ${key.keyId} takes the place of ${keyId}, which works until ${predecessorValidUntil}. It is shown this once.`,
    json: { apiKey, ...key, predecessorKeyId: keyId, predecessorValidUntil },
  };
}

async function revokeKey(
  keyId: string,
  { reason }: { readonly reason: string },
): Promise<CommandResult> {
  await onStack((stack, { revokeKey: revoke }) => revoke(stack, keyId, reason));
  return { text: `Key ${keyId} is revoked.`, json: { keyId, revoked: true, reason } };
}
