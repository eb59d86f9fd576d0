import { format } from 'prettier';
import { errorCatalogue } from './error-catalogue.js';

const INTRODUCTION = `# Errors

<!-- Generated from apps/api/docs/error-catalogue.ts by \`npm run generate\`; edit that. -->

Every error has one shape:

\`\`\`json
{ "error": { "code": "invalid_phone", "message": "…", "details": [] } }
\`\`\`

\`code\` is permanent: match on it, never on the message. \`details\` holds facts beside the error; when
fields are wrong it is a list with one entry for each: \`{ "field", "code", "message" }\`. All wrong
fields are named at once. Bad input is answered with a status below 500, always.

`;

/** docs/reference/errors.md, from the catalogue that openapi.json is made of too. */
export function renderErrorsReference(): Promise<string> {
  const rows = errorCatalogue.map(
    ({ code, status, meaning, remedy }) => `| ${status} | \`${code}\` | ${meaning} | ${remedy} |`,
  );
  const table = `| Status | Code | Meaning | What to do |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
  return format(`${INTRODUCTION}${table}\n`, { parser: 'markdown', printWidth: 100 });
}
