import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Comment, parseSync } from 'oxc-parser';
import { isSyntaxNode, type SyntaxNode, walkProgram } from './syntax-tree.ts';

const registry = 'packages/server/src/domain/problem.ts';

/** A dialect's table of answers, and how to read one of them: the members differ from dialect to dialect. */
interface Dialect {
  readonly title: string;
  readonly file: string;
  readonly table: string;
  readonly status: string;
  /** Members whose values name the error to a client; the first one that an answer has is shown. None: our own code. */
  readonly codes: readonly string[];
}

const dialects: readonly Dialect[] = [
  {
    title: 'Edge',
    file: 'packages/server/src/surfaces/edge/problem.ts',
    table: 'edgeProblem',
    status: 'status',
    codes: ['code'],
  },
  {
    title: 'X',
    file: 'packages/server/src/surfaces/x/problem.ts',
    table: 'xProblem',
    status: 'httpStatus',
    codes: ['type', 'rpcStatus'],
  },
  {
    title: 'Native API',
    file: 'packages/server/src/surfaces/http/native-problem.ts',
    table: 'nativeProblem',
    status: 'status',
    codes: [],
  },
];

interface Code {
  readonly code: string;
  readonly meaning: string;
  readonly facts: readonly SyntaxNode[];
}

/**
 * The table of every problem code with what each dialect answers, asked from the code itself.
 * @throws where a dialect leaves a code out, or the registry holds a fact of a kind that no sample is known for
 */
export async function renderErrorsPage(root: string): Promise<string> {
  const codes = readRegistry(root);
  const present = dialects.filter(({ file }) => existsSync(join(root, file)));
  const columns = await Promise.all(present.map((dialect) => answerAll(root, dialect, codes)));
  const head = ['Code', 'When', 'Facts', ...present.map(({ title }) => title)];
  const rows = codes.map(({ code, meaning, facts }) => [
    `\`${code}\``,
    meaning,
    facts.map((fact) => `\`${nameOfMember(fact)}\``).join(', '),
    ...columns.map((column) => column.get(code) ?? ''),
  ]);
  return `# Errors

Every refusal has one of the codes below. Each dialect answers it in its own shape; where a cell has two answers, the
facts decide. The native API names the code itself. What is not in this table is a bug: it is answered with 500 and one
fixed sentence, and logged whole.

This page is generated from [the registry](../${registry}) and the tables of the dialects by \`npm run docs\`;
\`npm run check\` fails when it differs from the code.

${renderTable([head, ...rows])}`;
}

export function renderTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

/** The members of `ProblemFacts`, each with the comment above it. */
function readRegistry(root: string): Code[] {
  const text = readFileSync(join(root, registry), 'utf8');
  const { program, comments } = parseSync(registry, text);
  for (const { node } of walkProgram(program)) {
    if (node.type !== 'TSInterfaceDeclaration' || nameOfMember(node) !== 'ProblemFacts') continue;
    const members = membersOf(node['body']);
    return members.map((member) => ({
      code: nameOfMember(member),
      meaning: readMeaning(text, comments, member.start),
      facts: membersOf(typeOf(member)),
    }));
  }
  throw new Error(`${registry} has no interface ProblemFacts`);
}

function membersOf(node: unknown): SyntaxNode[] {
  const holder = isSyntaxNode(node) ? (node['members'] ?? node['body']) : undefined;
  return Array.isArray(holder) ? holder.filter((member) => isSyntaxNode(member)) : [];
}

function typeOf(member: SyntaxNode): unknown {
  const annotation = member['typeAnnotation'];
  return isSyntaxNode(annotation) ? annotation['typeAnnotation'] : undefined;
}

function nameOfMember(node: SyntaxNode): string {
  const name = node['key'] ?? node['id'];
  const text = isSyntaxNode(name) ? (name['name'] ?? name['value']) : undefined;
  return typeof text === 'string' ? text : '';
}

/** The doc comment right above, in one line, without references to where a rule comes from. */
function readMeaning(text: string, comments: readonly Comment[], start: number): string {
  const above = comments.find(({ end }) => end <= start && text.slice(end, start).trim() === '');
  const words = (above?.value ?? '').replace(/^\s*\*\s?/gm, ' ');
  return words
    .replaceAll(/\s*\([^()]*\.md[^()]*\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

type Answers = Readonly<Record<string, (facts: object) => Readonly<Record<string, unknown>>>>;

async function answerAll(root: string, dialect: Dialect, codes: readonly Code[]): Promise<Map<string, string>> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, dialect.file)).href);
  const table = module[dialect.table] as Answers | undefined;
  if (table === undefined) throw new Error(`${dialect.file} does not export ${dialect.table}`);
  const cells = new Map<string, string>();
  for (const { code, facts } of codes) {
    const answer = table[code];
    if (answer === undefined) throw new Error(`${dialect.file} does not answer ${code}`);
    // An e-mail and another name, since a code may depend on which of them was given.
    const answers = ['name', 'name@example.com'].map((word) =>
      describeAnswer(dialect, answer(sampleFacts(facts, word))),
    );
    cells.set(code, [...new Set(answers)].join(' or '));
  }
  return cells;
}

function describeAnswer({ file, status, codes }: Dialect, answer: Readonly<Record<string, unknown>>): string {
  const code = codes.map((member) => answer[member]).find((value) => typeof value === 'string');
  if (typeof answer[status] !== 'number' || (code === undefined && codes.length > 0)) {
    throw new Error(`${file} has an answer without ${status} or ${codes.join(' or ')}: ${JSON.stringify(answer)}`);
  }
  return code === undefined ? String(answer[status]) : `${answer[status]} \`${code}\``;
}

function sampleFacts(facts: readonly SyntaxNode[], word: string): object {
  return Object.fromEntries(facts.map((fact) => [nameOfMember(fact), sampleOf(typeOf(fact), fact, word)]));
}

function sampleOf(type: unknown, fact: SyntaxNode, word: string): unknown {
  if (!isSyntaxNode(type)) throw new Error(`${registry}: the fact ${nameOfMember(fact)} has no type`);
  const kind = type.type;
  if (kind === 'TSUnionType' && Array.isArray(type['types'])) return sampleOf(type['types'][0], fact, word);
  if (kind === 'TSLiteralType' && isSyntaxNode(type['literal'])) return type['literal']['value'];
  if (kind === 'TSStringKeyword') return word;
  if (kind === 'TSNumberKeyword') return 1;
  if (kind === 'TSBooleanKeyword') return true;
  if (kind === 'TSArrayType' || kind === 'TSTypeOperator') return [word];
  throw new Error(`${registry}: no sample for the fact ${nameOfMember(fact)} of type ${kind}`);
}
