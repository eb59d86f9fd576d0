import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';

/** The text of a file of this package, by its path from the package's root. */
export function packageFile(path: string): Promise<string> {
  return readFile(new URL(path, packageRoot()), 'utf8');
}

/** The folder of package.json: sources and what is built of them lie at different depths. */
function packageRoot(): URL {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('../', folder);
    if (parent.href === folder.href) throw new Error('There is no package.json above this file.');
    folder = parent;
  }
  return folder;
}
