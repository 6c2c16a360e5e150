import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** From a path to its content. */
export type Tree = Readonly<Record<string, string>>;

/** Writes files into a temporary folder, which goes when the test ends, and returns the folder. */
export function plantTree(context: TestContext, tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'claviger-tree-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
