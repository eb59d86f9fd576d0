import { type Command } from 'commander';
import { DomainError } from '#libs/kernel';
import { defineAction } from '../command-action.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { interruptible } from '../interruptible.js';
import type * as Operations from '../operations/index.js';
import { type ProofRun } from '../operations/prove-read-models.js';
import { type CommandResult } from '../output.js';
import { ProgressBar } from '../progress-bar.js';
import { onStack } from './on-stack.js';
import { auditText, unprovenText, verificationText } from './projections-proof-text.js';

/** As `diff` has it: equal, different, could not be done. */
const exitCodes = { equal: 0, differs: 1, failed: 2 } as const;
const exitText =
  '\nExits with 0 if all is equal, 1 if anything differs, 2 if it could not be done.';

/** `leadledger projections verify <name>` */
export function addVerifyCommand(projections: Command): void {
  const command = projections
    .command('verify')
    .argument('[name]', 'the read model; or --all')
    .summary('recompute a read model from the log, and compare')
    .description(
      'Recomputes a read model from the log, beside the table that is served, and compares the two ' +
        'row by row. Nobody is stopped, and nothing is changed.',
    )
    .option('--all', 'every read model, from one reading of the log')
    .addHelpText('after', exitText);
  const examples = ['projections verify lead_list', 'projections verify --all --json'];
  defineAction(command, examples, verify);
}

/** `leadledger projections audit <name>` */
export function addAuditCommand(projections: Command): void {
  const command = projections
    .command('audit')
    .argument('[name]', 'the read model; or --all')
    .summary('count which events a read model must have applied')
    .description(
      'Counts the log from its beginning, and compares number and ids of the events with what a ' +
        'read model says it applied; names those that are missing or were applied twice. The ' +
        'outcome takes the place of what the worker, who does so all the time, had found.',
    )
    .option('--all', 'every read model, from one reading of the log')
    .addHelpText('after', exitText);
  defineAction(command, ['projections audit lead_list', 'projections audit --all'], audit);
}

interface AllOption {
  readonly all?: boolean;
}

async function verify(name: string | undefined, options: AllOption): Promise<CommandResult> {
  const { outcomes, unproven } = await prove(name, options, (stack, operations, run) =>
    operations.verifyProjections(stack, name, run),
  );
  const failed = outcomes.some(({ outcome }) => outcome === 'failed') || unproven.length > 0;
  const differs = outcomes.some(({ outcome }) => outcome === 'differs');
  process.exitCode = exitCodes[differs ? 'differs' : failed ? 'failed' : 'equal'];
  return {
    text: [...outcomes.map(verificationText), ...unproven.map(unprovenText)].join('\n'),
    json: { equal: !differs && !failed, readModels: outcomes, unproven },
  };
}

async function audit(name: string | undefined, options: AllOption): Promise<CommandResult> {
  const { outcomes, unproven } = await prove(name, options, (stack, operations, run) =>
    operations.auditProjections(stack, name, run),
  );
  const differs = outcomes.some(({ state }) => state === 'differs');
  const failed = unproven.length > 0;
  process.exitCode = exitCodes[differs ? 'differs' : failed ? 'failed' : 'equal'];
  return {
    text: [...outcomes.map(auditText), ...unproven.map(unprovenText)].join('\n'),
    json: { equal: !differs && !failed, readModels: outcomes, unproven },
  };
}

/** Shows a progress bar on stderr; Ctrl-C ends it. */
async function prove<Outcome>(
  name: string | undefined,
  { all = false }: AllOption,
  work: (stack: StackConnection, operations: typeof Operations, run: ProofRun) => Promise<Outcome>,
): Promise<Outcome> {
  // Until it is known better; main leaves it so when anything fails.
  process.exitCode = exitCodes.failed;
  if ((name === undefined) !== all) throw nameOrAll();
  const bar = new ProgressBar();
  const onProgress = (done: number, total: number) => {
    bar.show(done, total);
  };
  try {
    return await interruptible((signal) =>
      onStack((stack, operations) => work(stack, operations, { signal, onProgress })),
    );
  } finally {
    bar.end();
  }
}

function nameOrAll(): DomainError {
  return new DomainError(
    'validation',
    'usage',
    'Name the read model, or give --all; projections status lists them.',
  );
}
