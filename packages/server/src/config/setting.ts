/** One setting under its three names: `--listen`, `CLAVIGER_LISTEN`, and `listen` in the file. */
export interface Setting {
  readonly flag: string;
  readonly env: string;
  /** As shown in help: a default or what stands for it. */
  readonly fallback: string;
  readonly doc: string;
  /** Never shown, never logged. */
  readonly secret?: boolean;
}

function setting(flag: string, fallback: string, doc: string, options: { secret?: boolean } = {}): Setting {
  return { flag, env: `CLAVIGER_${flag.replaceAll('-', '_').toUpperCase()}`, fallback, doc, ...options };
}

/** Every setting there is. `--help` and docs/config.md are made from this list. */
export const settings = {
  listen: setting('listen', '127.0.0.1:8080', 'Address and port of the management API. Port 0 takes any free one.'),
  runtimeListen: setting(
    'runtime-listen',
    '127.0.0.1:8090',
    'Address and port where gateways ask for verdicts on keys; `off`: nowhere. The default gives way where it is taken.',
  ),
  spoeListen: setting(
    'spoe-listen',
    'off',
    'Address and port where HAProxy asks for verdicts, through its SPOE filter; `off`: nowhere.',
  ),
  envoyListen: setting(
    'envoy-listen',
    'off',
    'Address and port where Envoy asks for verdicts, by ext_authz over gRPC; `off`: nowhere.',
  ),
  sqlListen: setting(
    'sql-listen',
    '127.0.0.1:5466',
    "Address and port where SQL clients connect, by PostgreSQL's protocol; `off`: nowhere. The default gives way where it is taken.",
  ),
  sqlRequireTls: setting(
    'sql-require-tls',
    'true',
    'Whether SQL clients on other machines have to come over TLS; `false` only where the network itself is safe.',
  ),
  sqlAnonymous: setting(
    'sql-anonymous',
    'none',
    'SQL users that are let in without a password, from this machine alone, and the accounts they stand for, by comma: ' +
      '`stackql=account@example.com`.',
  ),
  staleSecondsMax: setting(
    'stale-seconds-max',
    '180',
    'Seconds without word from the store after which keys are refused rather than verified.',
  ),
  keysMax: setting(
    'keys-max',
    '10000000',
    'Keys of one organization that are held for verification at most. Of one with more, those that are asked for are held.',
  ),
  sqlProcesses: setting('sql-processes', '2', 'Queries in SQL that run at once, each in a process of its own.'),
  sqlSecondsMax: setting('sql-seconds-max', '60', 'Seconds that a query in SQL may take, until its last row is read.'),
  sqlStallSecondsMax: setting(
    'sql-stall-seconds-max',
    '30',
    'Seconds that rows of a query in SQL wait for a client that reads none of them, before the query is ended.',
  ),
  sqlRowsMax: setting('sql-rows-max', '10000000', 'Rows that a query in SQL may answer.'),
  sqlMemoryMegabytes: setting(
    'sql-memory-megabytes',
    '512',
    'Memory that the process of a query in SQL may take; what needs more is refused.',
  ),
  gatewayTokenSeconds: setting(
    'gateway-token-seconds',
    '60',
    "Seconds that a token lives which Apigee's own gateways are given for a key: so long they may let a key in that was " +
      'revoked.',
  ),
  acknowledgeMillisecondsMax: setting(
    'acknowledge-milliseconds-max',
    '2000',
    'Longest that a call which takes a right away waits until all verifiers have applied it. 0: it does not wait.',
  ),
  data: setting('data', './data', 'Directory for the SQLite store, the master key and the command socket.'),
  store: setting('store', 'sqlite:$CLAVIGER_DATA/claviger.db', 'The store: `sqlite:FILE` or a `postgres://` URL.'),
  publicUrl: setting(
    'public-url',
    'made from listen',
    'URL under which clients reach this plane. Goes into tokens and documents; the Host header never does.',
  ),
  adminEmail: setting('admin-email', 'admin@example.com', 'First start only: e-mail of the administrator.'),
  adminPassword: setting(
    'admin-password',
    'generated and printed once',
    'First start only: password of the administrator, 8 to 512 characters.',
    { secret: true },
  ),
  org: setting('org', 'myorg', 'First start only: name of the organization to make.'),
  orgDialect: setting('org-dialect', 'edge', 'First start only: its home dialect, `edge` or `x`.'),
  defaultDialect: setting(
    'default-dialect',
    'edge',
    'Dialect that answers `/v1/organizations` where no organization is known: `edge` or `x`.',
  ),
  tlsCert: setting('tls-cert', 'none: plain HTTP', 'Certificate file in PEM; together with tls-key.'),
  tlsKey: setting('tls-key', 'none: plain HTTP', 'Key file in PEM; together with tls-cert.'),
  trustedProxies: setting(
    'trusted-proxies',
    'none',
    'Addresses or networks, by comma, whose X-Forwarded-For is believed.',
  ),
  bodyBytesMax: setting('body-bytes-max', '1048576', 'Largest body that a request may have, in bytes.'),
  masterKey: setting(
    'master-key',
    'the file',
    'Key that encrypts secrets in the store: 32 bytes in base64 or hex. Nodes of one store share it.',
    { secret: true },
  ),
  masterKeyFile: setting(
    'master-key-file',
    '$CLAVIGER_DATA/master.key',
    'File with that key, mode 0600; made at the first start.',
  ),
  masterKeyCommand: setting(
    'master-key-command',
    'none',
    'Command that prints that key, for keys kept in a key service. Run once at the start, by the shell.',
  ),
  previousMasterKeys: setting(
    'previous-master-keys',
    'none',
    'Further keys, by comma, that may open what is stored: the former one while it is being replaced, or the next one ' +
      'before it is put to use.',
    { secret: true },
  ),
  oidcIssuer: setting('oidc-issuer', 'none', 'OpenID issuer whose tokens are taken for accounts of the same e-mail.'),
  oidcAudience: setting('oidc-audience', 'none', 'Audience that such a token must name; together with oidc-issuer.'),
  logLevel: setting('log-level', 'info', 'debug, info, warn, error or silent. Logs are JSON lines on standard error.'),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type RawSettings = Partial<Record<SettingName, string>>;

/** Where the file of settings is named. */
export const configFileSetting = setting('config', 'none', 'JSON file with settings under their flag names.');
