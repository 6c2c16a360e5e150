import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderConfigPage } from './config-page.ts';
import { renderErrorsPage } from './errors-page.ts';

/** Every page that is made from code, by its path from the root. */
export async function generateDocs(root: string): Promise<ReadonlyMap<string, string>> {
  const pages = new Map([['docs/errors.md', await renderErrorsPage(root)]]);
  const config = await renderConfigPage(root);
  if (config !== undefined) pages.set('docs/config.md', config);
  return pages;
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? '.');
  for (const [path, content] of await generateDocs(root)) {
    writeFileSync(join(root, path), content);
    console.log(`docs: ${path} written`);
  }
}
