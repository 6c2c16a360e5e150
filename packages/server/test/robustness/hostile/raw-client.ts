import { connect } from 'node:net';

/** A guard against hanging: longer than the server gives a request to arrive, which it looks at every half minute. */
const hangMilliseconds = 90_000;

export interface RawAnswer {
  readonly text: string;
  readonly hung: boolean;
}

/** Sends bytes (one per character) and gathers what comes until the server closes, or hangs up itself. */
export function sendRaw(url: string, bytes: string, hangUp: boolean): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let text = '';
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ text, hung: true });
    }, hangMilliseconds);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, hung: false });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', finish);
    socket.on('end', finish);
    socket.on('close', finish);
    socket.write(Buffer.from(bytes, 'latin1'));
    if (hangUp) setTimeout(finish, 50);
  });
}
