import { renderConfigurationReference } from '#libs/settings';
import { renderErrorsReference } from '../apps/api/docs/errors-reference.js';
import { renderOpenApi } from '../apps/api/docs/open-api.js';
import { renderEventsReference } from './events-reference.js';
import { type GeneratedFile, generate } from './generated-files.js';

/** Every generated file of the repository. To add one, add its path and what renders it. */
const files: readonly GeneratedFile[] = [
  { path: 'docs/reference/configuration.md', render: renderConfigurationReference },
  { path: 'docs/reference/errors.md', render: renderErrorsReference },
  { path: 'docs/reference/events.md', render: () => renderEventsReference() },
  { path: 'openapi.json', render: renderOpenApi },
];

const root = new URL('../../', import.meta.url);
process.exitCode = await generate(root, files, process.argv.includes('--check'), (line) => {
  process.stdout.write(`${line}\n`);
});
