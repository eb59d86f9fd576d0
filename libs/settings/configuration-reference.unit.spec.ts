import { describe, expect, it } from '@jest/globals';
import { renderConfigurationReference } from './configuration-reference.js';
import { declarations } from './declarations.js';

describe('the configuration reference', () => {
  const reference = renderConfigurationReference();
  const rows = reference.split('\n').filter((line) => line.startsWith('| `'));

  it('has one row for each setting', () => {
    const names = rows.map((row) => /^\| `([A-Z_]+)`/.exec(row)?.[1]);
    expect(names).toEqual(Object.values(declarations).map((declaration) => declaration.name));
  });

  it('says for each setting what it holds, its default and what it means', () => {
    for (const row of rows) expect(row).toMatch(/^\| \S.* \| \S.* \| \S.* \| \S.*\. \|$/);
  });

  it('offers the file variant for secrets only', () => {
    const withFile = rows.filter((row) => row.includes('_FILE`'));
    const secrets = Object.values(declarations).filter((one) => one.kind.secret === true);
    expect(withFile).toHaveLength(secrets.length);
    expect(withFile.length).toBeGreaterThan(0);
  });
});
