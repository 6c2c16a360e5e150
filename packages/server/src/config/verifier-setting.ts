import type { Setting } from './setting.ts';

/** Its variables have names of their own: a plane and a sidecar may share an environment. */
function setting(flag: string, fallback: string, doc: string, options: { secret?: boolean } = {}): Setting {
  return { flag, env: `CLAVIGER_VERIFIER_${flag.replaceAll('-', '_').toUpperCase()}`, fallback, doc, ...options };
}

/** Every setting of `claviger verifier`. Its `--help` and docs/config.md are made from this list. */
export const verifierSettings = {
  url: setting('url', 'none: required', "URL of the plane's runtime listener, as `https://plane.example:8090`."),
  token: setting(
    'token',
    'none',
    'Text of the runtime credential, which names the organization. This or token-file is required.',
    { secret: true },
  ),
  tokenFile: setting('token-file', 'none', 'File that holds that text.'),
  gatewayTokensFile: setting(
    'gateway-tokens-file',
    'none',
    'File with further tokens that gateways may ask with, one a line, in the form of runtime credentials. Their own one always may.',
  ),
  listen: setting('listen', '127.0.0.1:8091', 'Address and port where gateways ask. Port 0 takes any free one.'),
  spoeListen: setting('spoe-listen', 'off', 'Address and port where HAProxy asks, through its SPOE filter.'),
  envoyListen: setting('envoy-listen', 'off', 'Address and port where Envoy asks, by ext_authz over gRPC.'),
  name: setting('name', "the machine's name", 'What operators see in the list of verifiers, up to 255 characters.'),
  staleSecondsMax: setting(
    'stale-seconds-max',
    '180',
    'Seconds without word from the plane after which keys are refused rather than verified.',
  ),
  serveStale: setting(
    'serve-stale',
    'false',
    '`true`: never refuse for want of word. A right that is taken away while the plane is out of reach then works here ' +
      'without end, and the plane says so of each revocation.',
  ),
  keysMax: setting(
    'keys-max',
    '10000000',
    'Keys that are held at most. Of an organization with more, those that are asked for are held, and fetched when they are.',
  ),
  tlsCert: setting('tls-cert', 'none: plain HTTP', 'Certificate file in PEM; together with tls-key.'),
  tlsKey: setting('tls-key', 'none: plain HTTP', 'Key file in PEM; together with tls-cert.'),
  trustedProxies: setting(
    'trusted-proxies',
    'none',
    'Addresses or networks, by comma, whose X-Forwarded-For is believed.',
  ),
  bodyBytesMax: setting('body-bytes-max', '1048576', 'Largest body that a request may have, in bytes.'),
  logLevel: setting('log-level', 'info', 'debug, info, warn, error or silent. Logs are JSON lines on standard error.'),
} as const satisfies Record<string, Setting>;

export const verifierFileSetting = setting('config', 'none', 'JSON file with settings under their flag names.');
