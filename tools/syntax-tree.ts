import { type Program, visitorKeys } from 'oxc-parser';

/** A node of the ESTree that oxc gives, read by kind. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

export interface Visited {
  readonly node: SyntaxNode;
  readonly parent: SyntaxNode | undefined;
  /** The member of the parent that holds the node. */
  readonly key: string;
}

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Every node of a file, parents first. */
export function* walkProgram(program: Program): Generator<Visited> {
  const root: unknown = program;
  if (isSyntaxNode(root)) yield* walk({ node: root, parent: undefined, key: '' });
}

function* walk(visited: Visited): Generator<Visited> {
  yield visited;
  const { node } = visited;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = node[key];
    const children: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const child of children) if (isSyntaxNode(child)) yield* walk({ node: child, parent: node, key });
  }
}

/** Line of an offset; the first is 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
