/** What UAA names in every token (compat/edge.md §10). Our permissions come from roles, so these grant nothing. */
export const tokenScopes: readonly string[] = [
  'scim.emails.read',
  'scim.me',
  'openid',
  'password.write',
  'approvals.me',
  'scim.ids.read',
  'oauth.approvals',
];
