import type { FastifyInstance } from 'fastify';

/** How long requests under way may take once a server is to stop. */
const patienceMilliseconds = 10_000;
const lookMilliseconds = 50;

/**
 * Stops listening, answers what is under way, and closes. A client that keeps its connection for the next request is
 * let go as soon as the last one is answered; who is not done in time is cut off.
 */
export async function drain(app: FastifyInstance): Promise<void> {
  const { server } = app;
  const look = setInterval(() => server.closeIdleConnections(), lookMilliseconds);
  const end = setTimeout(() => server.closeAllConnections(), patienceMilliseconds);
  try {
    await app.close();
  } finally {
    clearInterval(look);
    clearTimeout(end);
  }
}
