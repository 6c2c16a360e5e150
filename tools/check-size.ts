import { resolve } from 'node:path';
import { type Finding, printReport, type Report } from './finding.ts';
import { type SizeLaw, sizeLaw } from './size-law.ts';
import { readSourceTree, type SourceFile } from './source-tree.ts';
import { isSyntaxNode, lineOf, type SyntaxNode, type Visited, walkProgram } from './syntax-tree.ts';

interface MeasuredFunction {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  /** Undefined for a signature, which has no body. */
  readonly lines: number | undefined;
  readonly parameters: number;
}

/** Measures every file and function under a root, and looks at names and default exports on the way. */
export function checkSize(root: string, law: SizeLaw): Report {
  const files = readSourceTree(root);
  const functions = files.flatMap((file) => [...measureFunctions(file)]);
  const broken = files.flatMap((file) => checkFile(law, file));
  const findings = [
    ...broken.filter((finding) => !isExempt(law, finding)),
    ...functions.flatMap((measured) => checkFunction(law, measured)),
    ...findStaleExemptions(law, broken),
  ];
  if (files.length < law.filesMin) {
    const message = `read ${files.length} files, at least ${law.filesMin} are expected`;
    findings.push({ file: '.', rule: 'blind', message });
  }
  return { summary: summarize(files, functions), findings };
}

function checkFile(law: SizeLaw, file: SourceFile): Finding[] {
  const findings: Finding[] = file.errors.map((message) => ({ file: file.path, rule: 'syntax', message }));
  const lines = countLines(file.text);
  if (lines > law.fileLinesMax) {
    findings.push({ file: file.path, rule: 'file-lines', message: `has ${lines} lines, at most ${law.fileLinesMax}` });
  }
  const odd = file.path.split('/').find((name) => !/^\.?[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(name));
  if (odd !== undefined) {
    findings.push({ file: file.path, rule: 'kebab-case', message: `${odd} is not in kebab-case` });
  }
  if (file.defaultExportLine !== undefined) {
    const message = 'has a default export; exports are named';
    findings.push({ file: file.path, line: file.defaultExportLine, rule: 'default-export', message });
  }
  return findings;
}

function checkFunction(law: SizeLaw, { file, line, name, lines, parameters }: MeasuredFunction): Finding[] {
  const findings: Finding[] = [];
  const linesMax = file.includes('/test/') ? law.testFunctionLinesMax : law.functionLinesMax;
  if (lines !== undefined && lines > linesMax) {
    const message = `${name} has ${lines} lines, at most ${linesMax}`;
    findings.push({ file, line, rule: 'function-lines', message });
  }
  if (parameters > law.parametersMax) {
    const message = `${name} takes ${parameters} parameters, at most ${law.parametersMax}: take an object`;
    findings.push({ file, line, rule: 'parameters', message });
  }
  return findings;
}

function isExempt(law: SizeLaw, { file, rule }: Finding): boolean {
  return law.exemptions.some((exemption) => exemption.file === file && exemption.rule === rule);
}

function findStaleExemptions(law: SizeLaw, broken: readonly Finding[]): Finding[] {
  return law.exemptions
    .filter((exemption) => !broken.some(({ file, rule }) => exemption.file === file && exemption.rule === rule))
    .map(({ file, rule }) => ({ file, rule: 'exemption', message: `is exempt from ${rule} and does not need to be` }));
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

const withBody = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const signatures = new Set([
  'TSDeclareFunction',
  'TSEmptyBodyFunctionExpression',
  'TSMethodSignature',
  'TSCallSignatureDeclaration',
  'TSConstructSignatureDeclaration',
  'TSFunctionType',
  'TSConstructorType',
]);

function* measureFunctions({ path, text, program }: SourceFile): Generator<MeasuredFunction> {
  for (const visited of walkProgram(program)) {
    const { node } = visited;
    const body = withBody.has(node.type);
    if ((!body && !signatures.has(node.type)) || isSuite(visited)) continue;
    const line = lineOf(text, node.start);
    const lines = body ? lineOf(text, node.end) - line + 1 : undefined;
    yield { file: path, name: nameFunction(visited), line, lines, parameters: countParameters(node) };
  }
}

const suites: ReadonlySet<string> = new Set(['describe', 'describeOnEveryStore', 'suite']);

/** What `describe` is given is a chapter of tests, not a function that somebody has to understand whole. */
function isSuite({ parent }: Visited): boolean {
  if (parent?.type !== 'CallExpression' || !isSyntaxNode(parent['callee'])) return false;
  const callee = parent['callee'];
  return suites.has(String(callee['name']));
}

function countParameters(node: SyntaxNode): number {
  const params: readonly unknown[] = Array.isArray(node['params']) ? node['params'] : [];
  return params.filter((param) => !(isSyntaxNode(param) && param['name'] === 'this')).length;
}

function nameFunction({ node, parent }: Visited): string {
  const holders = [node['id'], node['key'], parent?.['id'], parent?.['key']];
  for (const holder of holders) {
    if (isSyntaxNode(holder) && typeof holder['name'] === 'string') return holder['name'];
  }
  return 'a function without a name';
}

function summarize(files: readonly SourceFile[], functions: readonly MeasuredFunction[]): string[] {
  const largestFiles = files.map(({ path, text }) => ({ label: path, size: countLines(text) }));
  const largestFunctions = functions.map(({ file, line, name, lines }) => ({
    label: `${name} (${file}:${line})`,
    size: lines ?? 0,
  }));
  return [
    `${files.length} files and ${functions.length} functions read`,
    'largest files, in lines:',
    ...listLargest(largestFiles),
    'largest functions, in lines:',
    ...listLargest(largestFunctions),
  ];
}

function listLargest(measured: readonly { readonly label: string; readonly size: number }[]): string[] {
  const largest = measured.toSorted((a, b) => b.size - a.size).slice(0, 10);
  return largest.map(({ label, size }) => `${String(size).padStart(5)}  ${label}`);
}

if (import.meta.main) printReport('size', checkSize(resolve(process.argv[2] ?? '.'), sizeLaw));
