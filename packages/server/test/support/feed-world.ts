import assert from 'node:assert/strict';
import { type AppWorld, openAppWorld, type ShownApp } from './app.ts';
import type { GetServer } from './every-store.ts';
import { followFeed, type RemoteVerifier } from './remote-verifier.ts';
import type { TestResponse } from './server.ts';
import { makeRuntimeToken } from './verification.ts';

/** An organization whose feed is followed, with short ways to what a verdict hangs on. */
export interface FeedWorld {
  /** Makes the organization and a runtime credential. */
  prepare(): Promise<void>;
  readonly token: string;
  follow(options?: Partial<Parameters<typeof followFeed>[0]>): Promise<RemoteVerifier>;
  /** Below the organization; asserts success. */
  manage(method: string, path: string, json?: object): Promise<TestResponse>;
  /** A developer of its own with an app. */
  makeApp(members?: object): Promise<{ path: string; app: ShownApp; key: string }>;
}

export function openFeedWorld(server: GetServer, organization: string): FeedWorld {
  const apps: AppWorld = openAppWorld(server, organization);
  let token = '';
  let made = 0;
  const world: FeedWorld = {
    get token() {
      return token;
    },
    async prepare() {
      await apps.prepare();
      token = await makeRuntimeToken(server(), organization);
    },
    follow: (options = {}) => followFeed({ url: server().runtimeUrl, token, ...options }),
    async manage(method, path, json) {
      const answer = await server().request(method, `${apps.root}${path}`, { json });
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
      return answer;
    },
    async makeApp(members = { apiProducts: ['auto'] }) {
      const email = `dev${++made}@example.com`;
      await world.manage('POST', '/developers', { email, firstName: 'De', lastName: 'Vel', userName: 'dev' });
      const path = `/developers/${email}`;
      const app = (await world.manage('POST', `${path}/apps`, { name: 'weather', ...members })).json<ShownApp>();
      return { path, app, key: app.credentials[0]?.consumerKey ?? '' };
    },
  };
  return world;
}
