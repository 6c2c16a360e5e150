import type { Program } from 'oxc-parser';
import { isSyntaxNode, type SyntaxNode, type Visited, walkProgram } from './syntax-tree.ts';

/** Names of the world outside: time, chance, the machine, the network. Pure code is handed them, or what they say. */
const ambientNames = new Set([
  ...['Date', 'Temporal', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['crypto', 'process', 'console', 'globalThis', 'global', 'navigator', 'require', 'eval'],
  ...['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'localStorage', 'sessionStorage'],
]);

export interface Ambient {
  readonly name: string;
  readonly offset: number;
}

/** Where a file names the world outside, in value or in type. A local of the same name counts too: call it otherwise. */
export function findAmbient(program: Program): Ambient[] {
  const found: Ambient[] = [];
  for (const visited of walkProgram(program)) {
    const { node } = visited;
    if (node.type === 'MetaProperty' && nameOf(node['meta']) === 'import') {
      found.push({ name: 'import.meta', offset: node.start });
    }
    if (node.type !== 'Identifier' || isMemberName(visited)) continue;
    const name = nameOf(node);
    if (name === 'Math' && takesRandom(visited)) found.push({ name: 'Math.random', offset: node.start });
    else if (name !== undefined && ambientNames.has(name)) found.push({ name, offset: node.start });
  }
  return found;
}

function nameOf(node: unknown): string | undefined {
  if (!isSyntaxNode(node)) return undefined;
  const name = node['name'];
  return typeof name === 'string' ? name : undefined;
}

/** `x.process` and `{ process: 1 }` name a member, not the global. */
function isMemberName({ parent, key }: Visited): boolean {
  if (parent === undefined || parent['computed'] === true) return false;
  if (parent.type === 'MemberExpression') return key === 'property';
  if (parent.type === 'TSQualifiedName') return key === 'right';
  return key === 'key';
}

/** `Math` is pure but for one member; handing it on whole, or looking a member up by a computed name, counts as that. */
function takesRandom({ parent, key }: Visited): boolean {
  if (parent?.type !== 'MemberExpression' || key !== 'object') return true;
  return memberName(parent) === undefined || memberName(parent) === 'random';
}

function memberName(node: SyntaxNode): string | undefined {
  if (node['computed'] !== true) return nameOf(node['property']);
  const { property } = node;
  const value = isSyntaxNode(property) ? property['value'] : undefined;
  return typeof value === 'string' ? value : undefined;
}
