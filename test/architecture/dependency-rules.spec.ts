import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** For each rule, a file that breaks it and what it imports. */
const VIOLATIONS: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'no-cycles': ['libs/read-db/ring-back.ts', './ring.js'],
  'kernel-imports-nothing': ['libs/kernel/greedy.ts', 'kysely'],
  'domain-is-pure': ['libs/leads/domain/impure.ts', 'node:fs'],
  'domain-stays-at-home': ['libs/leads/domain/abroad.ts', '../../accounts/domain/key.js'],
  'contexts-meet-through-events': ['libs/leads/nosy.ts', '#libs/accounts'],
  'libs-have-one-door': ['apps/api/burglar.ts', '../../libs/leads/nosy.js'],
  'libs-do-not-know-apps': ['libs/read-db/upside-down.ts', '../../apps/api/app.js'],
  'libs-do-not-know-projections': ['libs/leads/reader.ts', '#projections/lead-list'],
  'projections-stand-alone': ['projections/dedupe/gossip.ts', '../lead-list/index.js'],
  'replays-know-no-reactors': ['projections/dedupe/activist.ts', '#libs/reactors'],
  'reactors-know-no-context': ['libs/reactors/partisan.ts', '#libs/accounts'],
  'one-importer-of-the-client': ['apps/api/direct.ts', '@eventstore/db-client'],
  'one-importer-of-twilio': ['libs/leads/caller.ts', 'twilio'],
  'only-the-api-is-described': ['libs/leads/describer.ts', '@nestjs/swagger'],
  'sql-stays-in-the-read-side': ['libs/leads/application/query.ts', 'kysely'],
  'tests-are-not-imported': ['apps/api/tester.ts', '#libs/testing'],
};

/** What the violations import. */
const BYSTANDERS: Readonly<Record<string, string>> = {
  'libs/read-db/ring.ts': "import './ring-back.js';",
  'libs/accounts/domain/key.ts': 'export {};',
  'libs/accounts/index.ts': 'export {};',
  'libs/accounts/events.ts': 'export {};',
  'libs/reactors/index.ts': 'export {};',
  'libs/testing/index.ts': 'export {};',
  'apps/api/app.ts': 'export {};',
  'projections/lead-list/index.ts': 'export {};',
};

/** Contexts publish their facts at a second door: for each reader, what it may import there. */
const ALLOWED: Readonly<Record<string, string>> = {
  'libs/leads/domain/well-informed.ts': '#events/accounts',
  'libs/leads/reactors/attentive.ts': '#events/accounts',
  'apps/api/reporter.ts': '#events/accounts',
  'projections/dedupe/chronicler.ts': '#events/accounts',
};

interface Summary {
  readonly violations: readonly Violation[];
  readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
}

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

interface Module {
  readonly source: string;
  readonly dependencies: readonly { readonly resolved: string }[];
}

interface Cruise {
  readonly summary: Summary;
  readonly modules: readonly Module[];
}

let tree: string;
let summary: Summary;
let modules: readonly Module[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'leadledger-architecture-'));
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.js']) {
    await cp(resolve(name), join(tree, name));
  }
  await symlink(resolve('node_modules'), join(tree, 'node_modules'));
  const importers = [...Object.values(VIOLATIONS), ...Object.entries(ALLOWED)];
  const files = Object.entries(BYSTANDERS).concat(
    importers.map(([file, imports]) => [file, `import '${imports}';`]),
  );
  for (const [file, text] of files) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), `${text}\n`);
  }
  const result = await cruise(tree);
  summary = result.summary;
  modules = result.modules;
});

afterAll(() => rm(tree, { recursive: true, force: true }));

describe('the dependency rules', () => {
  it('each have a deliberate violation here', () => {
    const rules = summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect(Object.keys(VIOLATIONS).sort()).toEqual(rules.sort());
  });

  it.each(Object.entries(VIOLATIONS))('can fail: %s', (rule, [file]) => {
    const offenders = summary.violations.filter((violation) => violation.rule.name === rule);
    expect(offenders.map(({ from }) => from)).toContain(file);
  });

  it.each(Object.keys(ALLOWED))('let %s read the facts of another context', (file) => {
    const found = modules.find(({ source }) => source === file);
    expect(found?.dependencies.map(({ resolved }) => resolved)).toEqual([
      'libs/accounts/events.ts',
    ]);
    expect(summary.violations.filter(({ from }) => from === file)).toEqual([]);
  });
});

/** What dependency-cruiser finds in a tree. */
function cruise(folder: string): Promise<Cruise> {
  const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    bin,
    'apps',
    'libs',
    'projections',
    '--config',
    '.dependency-cruiser.js',
    '-T',
    'json',
  ];
  return new Promise((done, fail) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (error, stdout) => {
      if (stdout === '') fail(error ?? new Error('dependency-cruiser printed nothing.'));
      else done(JSON.parse(stdout) as Cruise);
    });
  });
}
