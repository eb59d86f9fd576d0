import { type Command, Option } from 'commander';
import { type CommandResult } from '../output.js';
import { defineAction } from '../command-action.js';
import { table } from '../table-text.js';
import { onStack } from './on-stack.js';
import { tenantId } from './option-values.js';

/** `leadledger tenants …` */
export function addTenantsCommands(program: Command): void {
  const tenants = program
    .command('tenants')
    .summary('make and list the businesses that use this installation')
    .description('Businesses that use this installation.');
  defineAction(
    tenants
      .command('create')
      .argument('<id>', 'short name: 2 to 40 of a-z, 0-9 and -', tenantId)
      .summary('make a tenant')
      .description('Makes a tenant. Making the same one again changes nothing.')
      .addOption(
        new Option('--mode <mode>', 'live, or sandbox: nobody is ever called')
          .choices(['live', 'sandbox'])
          .default('live'),
      )
      .option('--name <name>', 'what people call it; the id if left out'),
    ['tenants create acme --name "Acme Leads"', 'tenants create try-out --mode sandbox'],
    createTenant,
  );
  defineAction(
    tenants.command('list').summary('list all tenants').description('Lists all tenants.'),
    ['tenants list', 'tenants list --json'],
    listTenants,
  );
}

interface CreateOptions {
  readonly mode: 'live' | 'sandbox';
  readonly name?: string;
}

async function createTenant(
  id: ReturnType<typeof tenantId>,
  { mode, name = id }: CreateOptions,
): Promise<CommandResult> {
  const { created } = await onStack((stack, { createTenant: create }) =>
    create(stack, id, name, mode),
  );
  return {
    text: created ? `Tenant ${id} is made.` : `Tenant ${id} was there already.`,
    json: { tenantId: id, name, mode, created },
  };
}

async function listTenants(): Promise<CommandResult> {
  const tenants = await onStack((stack, { listTenants: list }) => list(stack));
  return {
    text: table(
      ['TENANT', 'MODE', 'NAME', 'SINCE'],
      tenants.map((tenant) => [tenant.tenantId, tenant.mode, tenant.name, tenant.createdAt]),
      'There is no tenant yet; make one: tenants create <id>',
    ),
    json: { tenants },
  };
}
