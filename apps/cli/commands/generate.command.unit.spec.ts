import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { addGenerateCommand } from './generate.command.js';

/** What commander says of a command line, without running it. */
async function refusalOf(...args: string[]): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addGenerateCommand(program);
  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  try {
    await program.parseAsync(['generate', ...args], { from: 'user' });
  } catch (error) {
    return String(error);
  }
  throw new Error('It was not refused.');
}

describe('the generate command', () => {
  it.each([
    [[], 'required option'],
    [['--leads', '0'], 'whole number from 1'],
    [['--leads', '10', '--seed', 'x'], 'whole number from 1'],
    [['--leads', '10', '--days', '4000'], 'at most 3650 days'],
    [['--leads', '10', '--until', 'yesterday'], 'a date such as'],
    [['--leads', '10', '--tenant', 'NO'], 'Use 2 to 40'],
  ])('refuses %j and says what to give', async (args, what) => {
    expect(await refusalOf(...args)).toContain(what);
  });
});
