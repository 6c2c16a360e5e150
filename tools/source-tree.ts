import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseResult, type Program, parseSync } from 'oxc-parser';
import { isSyntaxNode, lineOf, walkProgram } from './syntax-tree.ts';

export interface SourceImport {
  /** As written: `./app.ts`, `node:fs`, `kysely`; undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  /** Whether the whole statement is erased (`import type`). */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** Path from the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly imports: readonly SourceImport[];
  /** Line of a default export, where there is one. */
  readonly defaultExportLine: number | undefined;
  readonly errors: readonly string[];
}

const skippedFolders = new Set(['node_modules', 'dist', 'coverage', 'data', 'fixtures', '.git']);

/** Paths of all files below a folder whose name passes, in order; folders of others' or generated content are skipped. */
export function listFiles(root: string, folder: string, accept: (name: string) => boolean): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) paths.push(...listFiles(root, path, accept));
    else if (entry.isFile() && accept(entry.name)) paths.push(path);
  }
  return paths.sort();
}

/** Reads and parses every TypeScript file of the repository. */
export function readSourceTree(root: string): SourceFile[] {
  return listFiles(root, '', (name) => /\.tsx?$/.test(name)).map((path) => readSourceFile(root, path));
}

function readSourceFile(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = parseSync(path, text);
  const { program } = parsed;
  const exported = parsed.module.staticExports.flatMap(({ entries }) => entries);
  const byDefault = exported.find(
    ({ exportName }) => String(exportName.kind) === 'Default' || exportName.name === 'default',
  );
  return {
    path,
    text,
    program,
    imports: [
      ...readStaticImports(parsed, text),
      ...readDynamicImports(parsed, text),
      ...readTypeImports(program, text),
    ],
    defaultExportLine: byDefault && lineOf(text, byDefault.start),
    errors: parsed.errors.map(({ message }) => message),
  };
}

function readStaticImports({ module }: ParseResult, text: string): SourceImport[] {
  const imported = module.staticImports.map(({ start, moduleRequest }) => ({ start, request: moduleRequest }));
  const exported = module.staticExports.flatMap(({ start, entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [{ start, request: moduleRequest }] : [])),
  );
  // By place: each name of one `export { … } from` repeats its request, and so does an import that is exported again;
  // the import is set last, so its own statement stands.
  const statements = new Map([...exported, ...imported].map((found) => [found.request.start, found]));
  return [...statements.values()].map(({ start, request }) => ({
    specifier: request.value,
    // `import { type A }` leaves an `import {}` behind that loads the module, so it is not type-only.
    typeOnly: /^(?:import|export)\s+type\b/.test(text.slice(start, request.start)),
    line: lineOf(text, start),
  }));
}

function readDynamicImports({ module }: ParseResult, text: string): SourceImport[] {
  return module.dynamicImports.map(({ start, moduleRequest }) => {
    const literal = /^(['"])(.*)\1$/s.exec(text.slice(moduleRequest.start, moduleRequest.end).trim());
    return { specifier: literal?.[2], typeOnly: false, line: lineOf(text, start) };
  });
}

/** `import('./app.ts').App` as a type. */
function readTypeImports(program: Program, text: string): SourceImport[] {
  const imports: SourceImport[] = [];
  for (const { node } of walkProgram(program)) {
    if (node.type !== 'TSImportType' || !isSyntaxNode(node['source'])) continue;
    const specifier = node['source']['value'];
    if (typeof specifier === 'string') imports.push({ specifier, typeOnly: true, line: lineOf(text, node.start) });
  }
  return imports;
}
