import type { Account } from '../domain/account.ts';
import { Problem } from '../domain/problem.ts';
import { tokenScopes } from '../domain/token-scope.ts';
import type { TokenClaims } from '../ports/token.ts';
import { findHolder, signIn } from './authentication.ts';
import type { Plane } from './plane.ts';

/** What a client sent to the token endpoint. `mfa_token` and `scope` are taken and mean nothing here. */
export interface TokenGrant {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly grantType?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly refreshToken?: string | undefined;
}

/** The answer, member by member as it goes onto the wire (compat/edge.md §10). */
export interface GrantedToken {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly jti: string;
}

/**
 * UAA's refusal, as it goes onto the wire. Answer `invalid_request` and `unsupported_grant_type` with 400 and the
 * others with 401: clients start over with the password when a refresh is answered so.
 */
export interface RefusedGrant {
  readonly error: 'unauthorized' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_client' | 'invalid_request';
  readonly error_description: string;
}

export type GrantResult = { readonly granted: GrantedToken } | { readonly refused: RefusedGrant };

/** The client that every tool for the Edge API names. Its secret stands in public documentation: it proves nothing. */
const publicClient = { id: 'edgecli', secret: 'edgeclisecret' };
const accessMilliseconds = 43_200_000;
const refreshMilliseconds = 30 * 86_400_000;

/**
 * Gives tokens for a password or a refresh token.
 * @throws Problem auth.throttled, store.unavailable
 */
export async function grantToken(plane: Plane, grant: TokenGrant, address: string): Promise<GrantResult> {
  const refused = refuseClient(grant);
  if (refused !== undefined) return { refused };
  switch (grant.grantType) {
    case undefined:
    case '':
      return refuse('invalid_request', 'Missing grant type');
    case 'password':
      return grantByPassword(plane, grant, address);
    case 'refresh_token':
      return grantByRefresh(plane, grant);
    default:
      return refuse('unsupported_grant_type', 'Unsupported grant type');
  }
}

/** An absent or empty secret is as good as the public one; another client or another secret is a mistake to be told. */
function refuseClient({ clientId, clientSecret }: TokenGrant): RefusedGrant | undefined {
  if (clientId === undefined || clientId === '') {
    return { error: 'unauthorized', error_description: 'A client has to be named: send Basic credentials of edgecli' };
  }
  const secretFits = clientSecret === undefined || clientSecret === '' || clientSecret === publicClient.secret;
  if (clientId === publicClient.id && secretFits) return undefined;
  return { error: 'invalid_client', error_description: 'Bad client credentials' };
}

async function grantByPassword(plane: Plane, grant: TokenGrant, address: string): Promise<GrantResult> {
  const { username = '', password = '' } = grant;
  if (username === '' || password === '') return refuse('invalid_request', 'Missing username or password');
  try {
    const account = await signIn(plane, { login: username, password }, address);
    const jti = plane.random.uuid();
    const now = plane.clock.now();
    const origin = { grantType: 'password', authenticatedAt: now };
    const refresh = claimsOf(account, { ...origin, kind: 'refresh', jti: `${jti}-r`, issuedAt: now });
    return await issueAccess(plane, account, { ...origin, jti, refreshToken: await plane.tokens.sign(refresh) });
  } catch (error) {
    if (error instanceof Problem && error.code === 'auth.wrong-credentials')
      return refuse('unauthorized', 'Bad credentials');
    throw error;
  }
}

/** The refresh token stays as it is, so that 30 days after the password was given it has to be given again. */
async function grantByRefresh(plane: Plane, { refreshToken = '' }: TokenGrant): Promise<GrantResult> {
  if (refreshToken === '') return refuse('invalid_request', 'Missing refresh token');
  const claims = await plane.tokens.verify(refreshToken);
  const account = claims?.kind === 'refresh' ? await findHolder(plane, claims) : undefined;
  if (claims === undefined || account === undefined) return refuse('invalid_grant', 'The refresh token is not valid');
  const { grantType, authenticatedAt } = claims;
  return issueAccess(plane, account, { grantType, authenticatedAt, jti: plane.random.uuid(), refreshToken });
}

interface Issue {
  readonly grantType: string;
  readonly authenticatedAt: number;
  readonly jti: string;
  readonly refreshToken: string;
}

async function issueAccess(plane: Plane, account: Account, issue: Issue): Promise<GrantResult> {
  const { refreshToken, ...rest } = issue;
  const access_token = await plane.tokens.sign(
    claimsOf(account, { ...rest, kind: 'access', issuedAt: plane.clock.now() }),
  );
  const granted: GrantedToken = {
    access_token,
    token_type: 'bearer',
    refresh_token: refreshToken,
    // UAA counts down from the moment of signing, and so names a second less.
    expires_in: accessMilliseconds / 1000 - 1,
    scope: tokenScopes.join(' '),
    jti: issue.jti,
  };
  return { granted };
}

type Signed = Pick<TokenClaims, 'kind' | 'jti' | 'grantType' | 'authenticatedAt' | 'issuedAt'>;

function claimsOf(account: Account, signed: Signed): TokenClaims {
  return {
    ...signed,
    accountId: account.id,
    email: account.email,
    passwordVersion: account.passwordVersion,
    clientId: publicClient.id,
    expiresAt: signed.issuedAt + (signed.kind === 'access' ? accessMilliseconds : refreshMilliseconds),
  };
}

function refuse(error: RefusedGrant['error'], error_description: string): GrantResult {
  return { refused: { error, error_description } };
}
