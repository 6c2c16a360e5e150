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
  let best: { pattern: readonly string[]; allowed: boolean } | undefined;
  for (const permission of permissions) {
    const pattern = splitPath(permission.path);
    if (!covers(pattern, path)) continue;
    if (best === undefined || isMoreSpecific(pattern, best.pattern)) {
      best = { pattern, allowed: permission.verbs.includes(verb) };
    }
  }
  return best?.allowed ?? false;
}
