import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of its own, removed at the end. Use with `using`. */
export function makeDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'claviger-robust-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
