import type { DialectRules } from '../../domain/dialect.ts';
import { type Call, openCall } from '../../operations/call.ts';
import type { Answer } from './answer.ts';
import type { Exchange } from './route.ts';

/** An exchange inside an organization, with the parts of the request by name. The schemas of the route hold for them. */
export interface Visit<Params = unknown, Query = unknown, Body = unknown> extends Exchange {
  readonly call: Call;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

export type Visitor = <P, Q, B>(
  handle: (visit: Visit<P, Q, B>) => Promise<Answer>,
) => (exchange: Exchange) => Promise<Answer>;

/**
 * Makes handlers that first enter the organization of the path, under one dialect's rules.
 * @param parameter the path parameter that names the organization
 */
export function createVisitor(rules: DialectRules, parameter: string): Visitor {
  return <P, Q, B>(handle: (visit: Visit<P, Q, B>) => Promise<Answer>) =>
    async (exchange) => {
      const { plane, http, note } = exchange;
      const name = (http.params as Record<string, string>)[parameter] ?? '';
      // The door reads the name up to a colon, the router the whole segment: only where they agree is it that one.
      const organization = note.organization?.name === name ? note.organization : undefined;
      const call = await openCall(plane, exchange, { name, organization, rules });
      return await handle({
        ...exchange,
        call,
        params: http.params as P,
        query: http.query as Q,
        body: http.body as B,
      });
    };
}
