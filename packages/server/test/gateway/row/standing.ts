import { type Row, row } from '../row.ts';

/** Of the key, its app, its owner and its products (compat/edge.md §11.1). */
export const standingRows: readonly Row[] = [
  row('a key that may make the call', { key: 'weather' }),
  row('a key that may make every call', { key: 'gold', target: '/weather/v1/anything/at/all' }),
  row('a key without products, where the organization lets such work', { key: 'bare' }),
  row('a key of a company', { key: 'company' }),
  row('a key whose app and developer have names that no header can hold', { key: 'odd' }),
  row('a key as long as keys may be', { key: 'long', mayRefuse: true }),
  row('no key', { verdict: 'credential.missing' }),
  row('an unknown key', { headers: [['x-api-key', 'nobodys-key']], verdict: 'credential.unknown' }),
  row('a key of another organization', { key: 'foreign', verdict: 'credential.unknown' }),
  row('a revoked key', { key: 'revoked', verdict: 'credential.revoked' }),
  row('a pending key', { key: 'pending', verdict: 'credential.pending' }),
  row('an expired key', { key: 'expired', verdict: 'credential.expired' }),
  row('a key of a revoked app', { key: 'appRevoked', verdict: 'app.revoked' }),
  row('a key of an inactive developer, still approved itself', {
    key: 'developerInactive',
    verdict: 'developer.inactive',
  }),
  row('a key of an inactive company', { key: 'companyInactive', verdict: 'company.inactive' }),
  row('a key whose only product is pending', { key: 'unapproved', verdict: 'product.none-approved' }),
  row('a product for another environment', { key: 'elsewhere', verdict: 'product.no-match' }),
  row('a product for another proxy', { key: 'neighbour', verdict: 'product.no-match' }),
];

/** Of the method, and of the form of the request. */
export const methodRows: readonly Row[] = [
  row('a method that the operation has', { key: 'grouped', method: 'POST', target: '/weather/v1/charge/7' }),
  row('a call with a body', {
    key: 'grouped',
    method: 'POST',
    target: '/weather/v1/charge/7',
    headers: [['Content-Type', 'text/plain']],
    body: 'a body '.repeat(3000),
    kept: ['content-type'],
  }),
  row('a method that the operation has not', {
    key: 'grouped',
    target: '/weather/v1/charge/7',
    verdict: 'product.no-match',
  }),
  row('DELETE where only GET is allowed', { key: 'grouped', method: 'DELETE', verdict: 'product.no-match' }),
  row('HEAD where only GET is allowed', { key: 'grouped', method: 'HEAD', verdict: 'product.no-match' }),
  row('HEAD where every method is allowed', { key: 'weather', method: 'HEAD' }),
  row('HEAD without a key', { method: 'HEAD', verdict: 'credential.missing' }),
  row('OPTIONS with a key', { key: 'weather', method: 'OPTIONS' }),
  row('OPTIONS without a key: a preflight request gets no way in', {
    method: 'OPTIONS',
    headers: [
      ['Origin', 'https://app.example'],
      ['Access-Control-Request-Method', 'DELETE'],
    ],
    verdict: 'credential.missing',
  }),
  row('PATCH', { key: 'weather', method: 'PATCH' }),
  row('a method in small letters is another one', {
    key: 'grouped',
    method: 'get',
    verdict: 'product.no-match',
    mayRefuse: true,
  }),
  row('PROPFIND where only GET is allowed', {
    key: 'grouped',
    method: 'PROPFIND',
    verdict: 'product.no-match',
    mayRefuse: true,
  }),
  row('HTTP/1.0 with a key', { key: 'weather', version: '1.0' }),
  row('HTTP/1.0 without a key', { version: '1.0', verdict: 'credential.missing' }),
  row('HTTP/1.0 with a path that reads in two ways', {
    key: 'gold',
    version: '1.0',
    target: '/weather/v1/forecast/../admin',
    verdict: 'request.ambiguous-path',
    mayRefuse: true,
  }),
];
