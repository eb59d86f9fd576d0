/** The oldest major version of Node that has all of the language we write in. */
const NODE_MIN = 22;

/** Why a version of Node, such as `v20.20.2`, runs nothing of this; `null` if it does. */
export function refusalOf(version: string): string | null {
  const major = Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);
  if (major >= NODE_MIN) return null;
  return (
    `Leadledger runs on Node ${NODE_MIN} or later, and this is Node ${version.replace('v', '')}. ` +
    'Start it with npm, which uses the Node that was installed along: ' +
    'npm run leadledger -- <command>, or npm start.'
  );
}

// Before anything else is loaded, which would fail in some line of its own.
const refusal = refusalOf(process.version);
if (refusal !== null) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}
