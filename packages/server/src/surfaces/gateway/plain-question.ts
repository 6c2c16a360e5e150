import type { Question } from '../../ports/verifier.ts';

/** Members that are plain text, with the longest that the schema takes; what is longer is the schema's to refuse. */
const textMembers: Readonly<Record<string, number>> = {
  key: Number.POSITIVE_INFINITY,
  environment: 2048,
  proxy: 2048,
  path: Number.POSITIVE_INFINITY,
  basePath: 2048,
  method: 64,
};

type Draft = Partial<Record<'key' | 'environment' | 'proxy' | 'path' | 'basePath' | 'method', string>>;

/**
 * Reads a question that holds nothing but text. Undefined for whatever else it is, a question or not: who reads by the
 * schema finds out.
 */
export function readPlainQuestion(text: string): Question | undefined {
  const draft = parse(text);
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return undefined;
  for (const name in draft) {
    const longest = Object.hasOwn(textMembers, name) ? textMembers[name] : undefined;
    const value = (draft as Record<string, unknown>)[name];
    if (longest === undefined || typeof value !== 'string' || value.length > longest) return undefined;
  }
  const { key, environment, proxy, path, basePath, method } = draft as Draft;
  return { key, environment, proxy, path, basePath, method: method?.toUpperCase() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
