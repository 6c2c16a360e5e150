import { type Static, Type } from '@sinclair/typebox';
import { rotateGatewayKey } from '../../operations/gateway-key.ts';
import type { Route } from '../http/route.ts';
import { organizationParams } from './organization.ts';
import { always, answer, formatTime, visit } from './route.ts';
import * as schema from './schema.ts';

const rotation = Type.Object(
  {
    afterSeconds: Type.Optional(
      Type.Integer({
        description: 'It signs so long from now on. An hour, unless given: until gateways have read it.',
      }),
    ),
  },
  schema.closed,
);

const nextKey = schema.component(
  Type.Object({ id: Type.String(), signsFrom: Type.String({ format: 'date-time' }) }, { $id: 'NextGatewayKey' }),
);

const hour = 3600;

const rotate = visit<unknown, unknown, Static<typeof rotation>>(async (at) => {
  const { id, signsFrom } = await rotateGatewayKey(at.plane, at.call, at.body.afterSeconds ?? hour);
  return answer(at, { id, signsFrom: formatTime(signsFrom) });
});

export const gatewayKeyRoutes: readonly Route[] = [
  {
    id: 'native.gateway-key.rotate',
    method: 'POST',
    path: '/organizations/:organization/gateway-keys/rotate',
    summary: "Make the next key that tokens of Apigee's gateways are signed with",
    tag: 'gateway keys',
    status: 200,
    takesBody: always,
    schema: { params: Type.Object(organizationParams), body: rotation, response: schema.answers(200, nextKey) },
    handle: rotate,
  },
];
