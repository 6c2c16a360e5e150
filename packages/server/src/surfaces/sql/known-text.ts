import { RecentMap } from '../../domain/recent-map.ts';
import { type RewrittenQuery, rewriteQuery } from '../../language/query.ts';
import type { QueryNames } from '../../language/rewriting.ts';
import type { QueryScope } from '../../ports/query.ts';

const knownMax = 200;
const knownLengthMax = 20_000;

/**
 * Texts as they were rewritten. What comes again gets the same names of views, by which the engine knows it again: under
 * the same scope alone, since a view shows what one scope grants.
 */
export class KnownTexts {
  readonly #ofScopes = new WeakMap<QueryScope, RecentMap<string, RewrittenQuery>>();

  /** @throws SqlError */
  rewrite(text: string, names: QueryNames, scope: QueryScope): RewrittenQuery {
    // With views of a session in it a text means something else in another session.
    if (names.views.size > 0 || text.length > knownLengthMax) return rewriteQuery(text, names);
    const known = this.#ofScopes.get(scope) ?? new RecentMap(knownMax);
    this.#ofScopes.set(scope, known);
    const rewritten = known.get(text) ?? rewriteQuery(text, names);
    known.set(text, rewritten);
    return rewritten;
  }
}
