import type { DialectRules } from '../../domain/dialect.ts';
import { type Call, openCall } from '../../operations/call.ts';
import type { Answer } from './answer.ts';
import type { Exchange } from './route.ts';

/** An exchange inside an organization, with the parts of the request by name. The schemas of the route hold for them. */
export interface Visit<Params = OrganizationParams, Query = unknown, Body = unknown> extends Exchange {
  readonly call: Call;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

export interface OrganizationParams {
  readonly organization: string;
}

export type Visitor = <P extends OrganizationParams, Q, B>(
  handle: (visit: Visit<P, Q, B>) => Promise<Answer>,
) => (exchange: Exchange) => Promise<Answer>;

/** Makes handlers that first enter the organization of the path, under one dialect's rules. */
export function createVisitor(rules: DialectRules): Visitor {
  return <P extends OrganizationParams, Q, B>(handle: (visit: Visit<P, Q, B>) => Promise<Answer>) =>
    async (exchange) => {
      const { plane, http, note } = exchange;
      const params = http.params as P;
      const place = { name: params.organization, organization: note.organization, rules };
      const call = await openCall(plane, exchange, place);
      return handle({ ...exchange, call, params, query: http.query as Q, body: http.body as B });
    };
}
