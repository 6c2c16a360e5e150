import { builtinModules } from 'node:module';
import { posix, resolve } from 'node:path';
import { findAmbient } from './ambient.ts';
import { findCircles } from './circle.ts';
import { type FenceLaw, fences, type Ring } from './fences.ts';
import { type Finding, printReport, type Report } from './finding.ts';
import { readSourceTree, type SourceFile, type SourceImport } from './source-tree.ts';
import { lineOf } from './syntax-tree.ts';

/** Reads every module under a root and holds it against the law. */
export function checkFences(root: string, law: FenceLaw): Report {
  const files = readSourceTree(root);
  const paths = new Set(files.map(({ path }) => path));
  const findings: Finding[] = [];
  const graph = new Map<string, string[]>();
  let edges = 0;
  for (const file of files) {
    const inner = file.imports.flatMap(({ specifier }) => resolveInner(file.path, specifier) ?? []);
    edges += file.imports.length;
    graph.set(file.path, inner);
    findings.push(...checkFile(law, file, paths));
  }
  for (const circle of findCircles(graph)) {
    const [first = ''] = circle;
    findings.push({ file: first, rule: 'circle', message: `imports itself: ${[...circle, first].join(' -> ')}` });
  }
  if (files.length < law.modulesMin || edges < law.edgesMin) {
    const message = `read ${files.length} modules and ${edges} imports, at least ${law.modulesMin} and ${law.edgesMin} are expected`;
    findings.push({ file: '.', rule: 'blind', message });
  }
  return { summary: [`${files.length} modules and ${edges} imports read`], findings };
}

/** The path that a relative import names; undefined for a package or a computed import. */
function resolveInner(from: string, specifier: string | undefined): string | undefined {
  if (specifier === undefined || !/^\.{1,2}\//.test(specifier)) return undefined;
  return posix.join(posix.dirname(from), specifier);
}

interface Place {
  readonly ring: Ring;
  /** The ring's name with its folder in place of `*`. */
  readonly name: string;
}

function checkFile(law: FenceLaw, file: SourceFile, paths: ReadonlySet<string>): Finding[] {
  const { path } = file;
  const findings: Finding[] = file.errors.map((message) => ({ file: path, rule: 'syntax', message }));
  const place = findPlace(law, path);
  if (place === undefined) {
    return [...findings, { file: path, rule: 'ring', message: 'belongs to no ring of tools/fences.ts' }];
  }
  for (const edge of file.imports) {
    const finding = checkImport(law, { path, place }, edge, paths);
    if (finding !== undefined) findings.push({ file: path, line: edge.line, ...finding });
  }
  if (place.ring.pure === true) {
    for (const { name, offset } of findAmbient(file.program)) {
      const message = `${place.name} is pure and may not name ${name}`;
      findings.push({ file: path, line: lineOf(file.text, offset), rule: 'pure', message });
    }
  }
  return findings;
}

type Broken = Pick<Finding, 'rule' | 'message'>;

function checkImport(
  law: FenceLaw,
  { path, place }: { readonly path: string; readonly place: Place },
  { specifier, typeOnly }: SourceImport,
  paths: ReadonlySet<string>,
): Broken | undefined {
  if (specifier === undefined) {
    if (place.ring.computedImports === true) return undefined;
    return { rule: 'computed-import', message: 'imports a path that is computed at run time, which no fence can see' };
  }
  const inner = resolveInner(path, specifier);
  const own = law.ownPackages[specifier.split('/').slice(0, 2).join('/')];
  if (inner === undefined && own === undefined) return checkPackage(law, place, specifier);
  if (inner !== undefined && !paths.has(inner)) return checkAsset(path, inner);
  const target = inner === undefined ? own : findPlace(law, inner)?.name;
  // A target without a ring is told of once, in its own file.
  if (target === undefined || reaches(place, target, typeOnly)) return undefined;
  const verb = reaches(place, target, true) ? 'only the types of' : 'not';
  return { rule: 'fence', message: `${place.name} may import ${verb} ${target} (${specifier})` };
}

/** Data files of the same package may be imported; anything else that is no module of ours is a slip. */
function checkAsset(from: string, target: string): Broken | undefined {
  const packageOf = (path: string): string => path.split('/', 2).join('/');
  if (target.endsWith('.json') && packageOf(from) === packageOf(target)) return undefined;
  return { rule: 'unresolved', message: `imports ${target}, which is no module of the repository` };
}

function reaches({ ring, name }: Place, target: string, typeOnly: boolean): boolean {
  if (target === name || ring.may === 'everything') return true;
  const reach = ring.may[target] ?? (target === 'surfaces/http' ? undefined : ring.may[target.replace(/\/.+$/, '/*')]);
  return reach === 'any' || (reach === 'types' && typeOnly);
}

function checkPackage(law: FenceLaw, { ring, name }: Place, specifier: string): Broken | undefined {
  if (!specifier.startsWith('node:') && builtinModules.includes(specifier)) {
    return { rule: 'package', message: `writes node:${specifier} without node:` };
  }
  const kept = law.keptBuiltins.includes(specifier);
  const allowed = ring.packages.some((pattern) => {
    if (!pattern.endsWith('*')) return pattern === specifier;
    return specifier.startsWith(pattern.slice(0, -1)) && (!kept || pattern === '*');
  });
  return allowed ? undefined : { rule: 'package', message: `${name} may not import ${specifier}` };
}

function findPlace(law: FenceLaw, path: string): Place | undefined {
  for (const ring of law.rings) {
    for (const pattern of ring.at) {
      const match = posix.matchesGlob(path, pattern);
      if (!match) continue;
      const folder = path.split('/')[pattern.split('/').indexOf('*')] ?? '';
      return { ring, name: ring.name.replace('*', folder) };
    }
  }
  return undefined;
}

if (import.meta.main) printReport('fences', checkFences(resolve(process.argv[2] ?? '.'), fences));
