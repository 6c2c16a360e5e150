import type { GetServer } from '../support/every-store.ts';
import type { Recorder } from './recorder.ts';

/** What a client's tests work with; the getters work once tests run. */
export interface ClientSuite {
  readonly server: GetServer;
  readonly recorder: () => Recorder;
  /** A directory for what clients leave behind; it is their HOME and goes after the run. */
  readonly home: string;
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** What Basic credentials say, for clients that want the two apart. */
export function readLogin(basic: string): Login {
  const text = Buffer.from(basic.replace(/^Basic /, ''), 'base64').toString();
  const colon = text.indexOf(':');
  return { email: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** A bearer token by the password grant, with the client that Apigee's tools use. */
export async function grantToken(url: string, { email, password }: Login): Promise<string> {
  const answer = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('edgecli:edgeclisecret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'password', username: email, password }),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
