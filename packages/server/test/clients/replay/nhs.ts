import type { Replay } from '../replay.ts';

/** The NHS pytest plugin: the password grant with a one-time password in the query; the token has to be a JWT. */
export const nhs: Replay = {
  client: 'NHS pytest plugin',
  source: 'compat/edge.md §14.10 and §10',
  dialect: 'edge',
  steps: [
    {
      does: 'gets a token',
      call: 'POST /oauth/token?mfa_token=123456',
      auth: 'Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0',
      form: { grant_type: 'password', username: '{login}', password: '{password}' },
      status: 200,
      jwt: { access_token: { client_id: 'edgecli', email: '{login}' } },
      save: ['access_token'],
    },
    { does: 'may enter with it', call: 'GET /v1/organizations/{org}', auth: 'Bearer {access_token}', status: 200 },
  ],
};
