import { existsSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { type Finding, printReport, type Report } from './finding.ts';
import { generateDocs } from './generate-docs.ts';
import { findCode, findLinks, type Line, type Page, readPage } from './markdown.ts';
import { listFiles } from './source-tree.ts';

const guarantees = 'docs/guarantees.md';
const dependencies = 'docs/decisions/0002-dependencies.md';
/** On a line that says so, a path is of a file that is still to be written; once it is there, the line has to go. */
const planned = 'not yet proven';

/** Holds what the documents name against what is there. */
export async function checkDocs(root: string): Promise<Report> {
  const paths = listFiles(root, '', (name) => name.endsWith('.md'));
  const pages = new Map(paths.map((path) => [path, readPage(path, readFileSync(join(root, path), 'utf8'))]));
  const findings: Finding[] = [];
  for (const page of pages.values()) {
    for (const line of page.lines) {
      const broken = [...checkLinks(root, pages, page, line), ...checkPaths(root, line)];
      findings.push(...broken.map((found) => ({ file: page.path, line: line.number, ...found })));
    }
  }
  findings.push(...checkGuarantees(pages.get(guarantees)), ...checkDependencies(root, pages.get(dependencies)));
  findings.push(...(await checkGenerated(root)));
  return { summary: [`${pages.size} pages read`], findings };
}

type Broken = Pick<Finding, 'rule' | 'message'>;

function checkLinks(root: string, pages: ReadonlyMap<string, Page>, page: Page, { text }: Line): Broken[] {
  return findLinks(text).flatMap((target) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
    if (!existsSync(join(root, path))) return [{ rule: 'link', message: `links ${target}, which is not there` }];
    if (anchor === undefined || pages.get(path)?.anchors.has(anchor) !== false) return [];
    return [{ rule: 'link', message: `links ${target}, and ${path} has no such heading` }];
  });
}

/** Paths of the repository in backticks: whole ones only, since `surfaces/<name>` and `*.ts` name no one file. */
function checkPaths(root: string, { text }: Line): Broken[] {
  const named = findCode(text).filter((code) => /^(?:packages|tools|docs|\.ci|\.github)\/[\w./@-]+$/.test(code));
  return named.flatMap((path) => {
    const there = existsSync(join(root, path));
    if (text.includes(planned)) {
      return there ? [{ rule: 'planned', message: `says "${planned}" of ${path}, which is there` }] : [];
    }
    return there ? [] : [{ rule: 'path', message: `names ${path}, which is not there` }];
  });
}

/** Each guarantee names a test, or says that it has none yet. */
function checkGuarantees(page: Page | undefined): Finding[] {
  if (page === undefined) return [];
  const chapters: { readonly heading: Line; readonly lines: string[] }[] = [];
  for (const line of page.lines) {
    if (/^## G\d+\b/.test(line.text)) chapters.push({ heading: line, lines: [] });
    else chapters.at(-1)?.lines.push(line.text);
  }
  const names = (line: string): boolean => line.includes(planned) || /`packages\/[^`]+\/test\/[^`]+`/.test(line);
  const silent = chapters.filter(({ lines }) => !lines.some(names));
  const findings = silent.map(({ heading: { number, text } }) => ({
    file: page.path,
    line: number,
    rule: 'guarantee',
    message: `${text.slice(3)} names neither a test nor that it is ${planned}`,
  }));
  if (chapters.length > 0) return findings;
  return [{ file: page.path, rule: 'blind', message: 'holds no guarantee' }];
}

const kindsOfDependency = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Every dependency has a row with its reason, and every row is of a dependency. */
function checkDependencies(root: string, page: Page | undefined): Finding[] {
  if (page === undefined) return [];
  const found = new Set<string>();
  for (const path of listFiles(root, '', (name) => name === 'package.json')) {
    const manifest: Readonly<Record<string, object>> = JSON.parse(readFileSync(join(root, path), 'utf8'));
    for (const kind of kindsOfDependency) for (const name of Object.keys(manifest[kind] ?? {})) found.add(name);
  }
  const rows = page.lines.filter(({ text }) => text.startsWith('| `'));
  const told = new Set(rows.flatMap(({ text }) => findCode(text.split('|')[1] ?? '')));
  const findings = (names: readonly string[], tell: (name: string) => string): Finding[] =>
    names.map((name) => ({ file: page.path, rule: 'dependency', message: tell(name) }));
  return [
    ...findings(
      [...found].filter((name) => !told.has(name)),
      (name) => `gives no reason for ${name}`,
    ),
    ...findings(
      [...told].filter((name) => !found.has(name)),
      (name) => `tells of ${name}, which no package.json names`,
    ),
  ];
}

async function checkGenerated(root: string): Promise<Finding[]> {
  const pages = await generateDocs(root);
  return [...pages].flatMap(([file, content]) => {
    const there = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
    return there === content ? [] : [{ file, rule: 'generated', message: 'differs from the code: npm run docs' }];
  });
}

if (import.meta.main) printReport('docs', await checkDocs(resolve(process.argv[2] ?? '.')));
