import assert from 'node:assert/strict';
import { systemClock } from '../../../src/adapters/clock.ts';
import { listApigeeMounts } from '../../../src/surfaces/gateway/apigee/surface.ts';
import { Client, type ClientAnswer } from '../support/client.ts';
import { isLong } from '../support/scale.ts';
import { type Attack, listAttacks } from './attack.ts';

/**
 * Walks the routes of Apigee's services. In short rounds each caller sends a sixth of the attacks on a route.
 * @param judge what is wrong with an answer, whoever answered
 */
export async function attackApigee(
  url: string,
  callers: readonly (string | undefined)[],
  judge: (attack: Attack, answer: ClientAnswer) => string | undefined,
): Promise<{ answered: number; findings: string[] }> {
  const targets = listApigeeMounts({ clock: systemClock }).flatMap(({ prefix, routes }) =>
    routes.map(({ method, path }) => ({ prefix: '', method, path: `${prefix}${path}`, takesBody: method === 'POST' })),
  );
  assert.equal(targets.length, 39, 'a new route has to be thought of here');
  const findings: string[] = [];
  let answered = 0;
  const share = isLong ? 1 : 6;
  for (const [who, authorization] of callers.entries()) {
    const client = new Client(url, authorization === undefined ? {} : { authorization });
    for (const [place, target] of targets.entries()) {
      const attacks = listAttacks(target, new Set([target.method]));
      for (const attack of attacks.filter((_attack, at) => (at + place + who) % share === 0)) {
        const answer = await client.send(attack);
        answered += 1;
        const fault = judge(attack, answer) ?? findFault(target.path, attack, answer);
        if (fault !== undefined)
          findings.push(`${attack.method} ${attack.path.slice(0, 80)}, ${attack.name}: ${fault}`);
      }
    }
    client.close();
  }
  return { answered, findings };
}

/** A refusal is one that these services have; and nothing hostile is given a token. */
function findFault(path: string, attack: Attack, { status, text, headers }: ClientAnswer): string | undefined {
  if (/"(?:access_)?token":/.test(text)) return 'gives a token';
  const service = /(?:edgemicro-auth|remote-service|remote-token|verifiers)/.exec(path)?.[0] ?? '';
  if (status < 400 || attack.method === 'HEAD' || !attack.path.includes(`/${service}/`)) return undefined;
  if (!String(headers['content-type']).startsWith('application/json')) return `${status} ${headers['content-type']}`;
  return /^\{"(?:error|fault|response_code|message)":/.test(text) ? undefined : `${status} ${text.slice(0, 200)}`;
}
