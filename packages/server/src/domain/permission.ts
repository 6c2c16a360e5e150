import { Problem } from './problem.ts';
import { parseText } from './text.ts';

/**
 * What a role may do: verbs on paths relative to the organization (compat/edge.md §10).
 *
 * - `put` covers PUT and POST.
 * - `*` stands for one segment.
 * - A path covers what lies beneath it; `/` alone covers the organization itself and nothing beneath, since the role
 *   that the Drupal module makes names `/` and `/environments/` apart and `/developers` without `/developers/*`.
 * - Of the paths of one role that cover a request, the most specific one decides. Roles add up.
 */
export type Verb = 'get' | 'put' | 'delete';
export const verbs: readonly Verb[] = ['get', 'put', 'delete'];

const permissionPathLengthMax = 1024;

export interface Permission {
  readonly path: string;
  readonly verbs: readonly Verb[];
}

/** `/developers//x/` and `developers/x` are the same path. */
export function splitPath(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** The canonical text of a path: a leading slash, no trailing one. */
export function normalizePath(path: string): string {
  return `/${splitPath(path).join('/')}`;
}

/**
 * Segments as permissions are judged by. Companies and app groups are one noun, so `/appgroups` is another word for
 * `/companies`: a role that names either is held to it through both views, and no way leads around it.
 */
export function canonicalSegments(path: readonly string[]): readonly string[] {
  return path[0] === 'appgroups' ? ['companies', ...path.slice(1)] : path;
}

function covers(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length === 0) return path.length === 0;
  return pattern.length <= path.length && pattern.every((segment, at) => segment === '*' || segment === path[at]);
}

/** Longer is more specific; at the same length, the one with a name where the other has `*`, first from the left. */
function isMoreSpecific(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return left.length > right.length;
  const at = left.findIndex((segment, index) => (segment === '*') !== (right[index] === '*'));
  return at >= 0 && left[at] !== '*';
}

/** Whether one role's permissions allow this verb on this path. */
export function permits(permissions: readonly Permission[], verb: Verb, path: readonly string[]): boolean {
  const segments = canonicalSegments(path);
  let best: { pattern: readonly string[]; allowed: boolean } | undefined;
  for (const permission of permissions) {
    const pattern = canonicalSegments(splitPath(permission.path));
    if (!covers(pattern, segments)) continue;
    const allowed = permission.verbs.includes(verb);
    if (best === undefined || isMoreSpecific(pattern, best.pattern)) best = { pattern, allowed };
    // The same pattern in both words: adding never removes.
    else if (!isMoreSpecific(best.pattern, pattern)) best = { pattern, allowed: best.allowed || allowed };
  }
  return best?.allowed ?? false;
}

/** Whether some concrete path is covered by both patterns. */
function overlaps(left: readonly string[], right: readonly string[]): boolean {
  if (left.length === 0 || right.length === 0) return left.length === right.length;
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    if (left[at] !== right[at] && left[at] !== '*' && right[at] !== '*') return false;
  }
  return true;
}

/** Whether a role allows the verb on every path that `path` (which may hold `*`) stands for and covers. */
function includes(permissions: readonly Permission[], verb: Verb, path: readonly string[]): boolean {
  const rules = permissions.map((rule) => ({ pattern: canonicalSegments(splitPath(rule.path)), verbs: rule.verbs }));
  const covering = rules.filter(({ pattern }) => covers(pattern, path));
  const best = covering.find(({ pattern }) => !covering.some((other) => isMoreSpecific(other.pattern, pattern)));
  if (best === undefined || !best.verbs.includes(verb)) return false;
  return rules.every(
    (rule) => rule.verbs.includes(verb) || !overlaps(rule.pattern, path) || !isMoreSpecific(rule.pattern, best.pattern),
  );
}

/**
 * Whether holders of `roles` may do all that `granted` allows: nobody hands out more than he has. Errs towards no:
 * each verb of each granted path has to lie within one role, with nothing narrower in that role taking it away.
 */
export function includesAll(roles: readonly (readonly Permission[])[], granted: readonly Permission[]): boolean {
  return granted.every((permission) =>
    permission.verbs.every((verb) =>
      roles.some((role) => includes(role, verb, canonicalSegments(splitPath(permission.path)))),
    ),
  );
}

/** @throws Problem request.invalid */
export function parseVerb(value: string): Verb {
  const verb = verbs.find((candidate) => candidate === value);
  if (verb !== undefined) return verb;
  throw new Problem('request.invalid', { field: 'permissions', reason: `takes ${verbs.join(', ')}` });
}

/** @throws Problem request.missing, request.invalid */
export function parsePermission(draft: { readonly path: string; readonly verbs: readonly string[] }): Permission {
  const path = normalizePath(parseText(draft.path, { field: 'path', lengthMax: permissionPathLengthMax }));
  if (draft.verbs.length === 0) throw new Problem('request.missing', { field: 'permissions' });
  const asked = new Set(draft.verbs.map(parseVerb));
  return { path, verbs: verbs.filter((verb) => asked.has(verb)) };
}

/** Adding never removes (compat/edge.md §9): the verbs of a path that is there already are joined. */
export function mergePermission(permissions: readonly Permission[], added: Permission): Permission[] {
  const at = permissions.findIndex(({ path }) => normalizePath(path) === added.path);
  const present = permissions[at];
  if (present === undefined) return [...permissions, added];
  const joined = verbs.filter((verb) => present.verbs.includes(verb) || added.verbs.includes(verb));
  return permissions.with(at, { path: added.path, verbs: joined });
}

/** Without this verb on exactly this path; a path without verbs goes. Undefined where it was not there. */
export function withoutVerb(permissions: readonly Permission[], verb: Verb, path: string): Permission[] | undefined {
  const wanted = normalizePath(path);
  const at = permissions.findIndex((one) => normalizePath(one.path) === wanted && one.verbs.includes(verb));
  const present = permissions[at];
  if (present === undefined) return undefined;
  const left = present.verbs.filter((one) => one !== verb);
  return left.length === 0 ? permissions.toSpliced(at, 1) : permissions.with(at, { path: present.path, verbs: left });
}
