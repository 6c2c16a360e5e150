/** The command line is wrong: one sentence that says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The plane refused, or could not be reached: one sentence. */
export class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal';
  /** Parameter or member that the plane blames. */
  readonly field: string | undefined;

  constructor(sentence: string, options: { readonly cause?: unknown; readonly field?: string | undefined } = {}) {
    super(sentence, { cause: options.cause });
    this.field = options.field;
  }
}

export interface Failure {
  readonly sentence: string;
  readonly exitCode: number;
}

const wrongInput = 2;
const refused = 1;
/** Errors whose message is a sentence for whoever typed the command, by name: they come from rings that commands don't know. */
const exitCodes: Readonly<Record<string, number>> = {
  UsageError: wrongInput,
  ConfigError: wrongInput,
  CommandRefusal: refused,
  StartRefusal: refused,
  StoreInUse: refused,
};

/** What to say of an error, and how to end. Undefined: it is a bug, and has to be told whole. */
export function describeFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const exitCode = exitCodes[error.name];
  if (exitCode !== undefined) return { sentence: endSentence(error.message), exitCode };
  const sentence = describeSystemError(error);
  return sentence === undefined ? undefined : { sentence, exitCode: refused };
}

function endSentence(text: string): string {
  return /[.?!:]$/.test(text) ? text : `${text}.`;
}

function describeSystemError(error: NodeJS.ErrnoException & { address?: string; port?: number }): string | undefined {
  const { code = '', address, port, path } = error;
  if (error.syscall === 'listen' || error.syscall === 'bind' || error.syscall === 'getaddrinfo') {
    return `${describeAddress(address ?? path, port)} can't be listened on: ${listenReasons[code] ?? code}.`;
  }
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS')) {
    return `The TLS certificate and key can't be used (${error.message}).`;
  }
  return undefined;
}

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process has it. Stop that one, or choose another with --listen (gateways: --runtime-listen)',
  EACCES: 'this user may not. Choose a port above 1023, or allow it',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
};

function describeAddress(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return 'The address of --listen';
  return port === undefined ? address : `${address}:${port}`;
}
