import { type LevelWithSilent, type Logger, pino } from 'pino';

/** Structured logs as JSON lines on standard error; standard output is for people. */
export function createLogger(level: LevelWithSilent): Logger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: 200 }));
}
