import { rotateMasterKey } from '../../operations/master-key.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { answer } from './route.ts';
import * as schema from './schema.ts';

async function rotate(exchange: Exchange): Promise<Answer> {
  const { resealed } = await rotateMasterKey(exchange.plane, exchange);
  return answer(exchange, { resealed: String(resealed) });
}

export const masterKeyRoutes: readonly Route[] = [
  {
    id: 'native.master-key.rotate',
    method: 'POST',
    path: '/master-key/rotate',
    summary: 'Seal with the master key of today all that a former one still seals',
    tag: 'master key',
    status: 200,
    schema: { response: schema.answers(200, schema.rotated) },
    handle: rotate,
  },
];
