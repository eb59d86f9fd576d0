import { type Declaration, declarations } from './declarations.js';

const INTRODUCTION = `# Configuration

<!-- Generated from libs/settings by \`npm run generate\`; edit the declarations there. -->

Leadledger reads its settings from the environment, once, when a process starts. Bad settings stop
it with one message that names all of them. An empty variable counts as absent.

A secret may also come from a file: set \`NAME_FILE\` to its path instead of \`NAME\`. Secrets are
never printed.

| Variable | Holds | Default | Meaning |
| --- | --- | --- | --- |
`;

/** docs/reference/configuration.md, from the declarations that the parser itself uses. */
export function renderConfigurationReference(): string {
  return `${INTRODUCTION}${Object.values(declarations).map(renderRow).join('\n')}\n`;
}

function renderRow(declaration: Declaration<unknown>): string {
  const { name, kind, fallback, whenAbsent, doc } = declaration;
  const variable = kind.secret === true ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
  const absent = whenAbsent === undefined ? `\`${fallback ?? ''}\`` : `none: ${whenAbsent}`;
  const holds = kind.secret === true ? `${kind.type}; secret` : kind.type;
  return `| ${variable} | ${holds} | ${absent} | ${doc} |`;
}
