import type { NativeClient } from './client.ts';

/** What can be typed. */
export interface Vocabulary {
  readonly resources: readonly string[];
  /** By the resource's name, in lower case. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

interface ResourceList {
  readonly items: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly columns: readonly { readonly name: string }[];
  }[];
}

const keywords = [
  ...['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'HAVING', 'ORDER BY', 'LIMIT', 'OFFSET', 'JOIN', 'LEFT JOIN', 'UNION ALL'],
  ...['INSERT INTO', 'VALUES', 'UPDATE', 'SET', 'REPLACE', 'DELETE FROM', 'RETURNING', 'EXEC', 'WITH', 'CREATE VIEW'],
  ...['SHOW RESOURCES IN', 'SHOW METHODS IN', 'DESCRIBE', 'AND', 'OR', 'NOT', 'NULL', 'LIKE', 'BETWEEN', 'count(*)'],
];

/** What the plane shows to SQL. @throws CommandRefusal */
export async function readVocabulary(client: NativeClient): Promise<Vocabulary> {
  const { items } = await client.call<ResourceList>('GET', '/sql/resources');
  const columns = items.flatMap(({ name, aliases, columns: own }) =>
    [name, ...aliases].map((each) => [each.toLowerCase(), own.map((column) => column.name)] as const),
  );
  return { resources: items.flatMap(({ name, aliases }) => [name, ...aliases]), columns: new Map(columns) };
}

const beforeResource = /\b(?:from|join|into|update|describe|exec|in)\s+(?:[\w.]*\.)?$/i;

/** @returns what may stand in place of the last word of the line, and that word, as readline wants it */
export function completeSql(line: string, { resources, columns }: Vocabulary): [string[], string] {
  const word = /\w*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const named = resources.filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(line));
  // Of the resources that the line names; where it names none yet, all columns there are.
  const known = (named.length > 0 ? named : [...resources]).flatMap((name) => columns.get(name.toLowerCase()) ?? []);
  const candidates = beforeResource.test(before) ? resources : [...new Set([...known, ...keywords])];
  const hits = candidates.filter((each) => each.toLowerCase().startsWith(word.toLowerCase()));
  return [[...hits].sort(), word];
}
