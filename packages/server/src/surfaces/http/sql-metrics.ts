import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts what SQL clients do here. */
export class SqlTally {
  /** Whether they are let in; `off` also where another server has the address. */
  state: 'off' | 'starting' | 'listening' = 'off';
  /** Clients that are signed in. */
  connections = 0;
  #refused = 0;
  readonly #statements = { done: 0, failed: 0 };

  /** Somebody was turned away, as there are too many. */
  refuse(): void {
    this.#refused++;
  }

  count(outcome: 'done' | 'failed'): void {
    this.#statements[outcome]++;
  }

  register(registry: Registry): void {
    const read = () => ({
      isListening: this.state === 'listening',
      connections: this.connections,
      refused: this.#refused,
      statements: this.#statements,
    });
    const registers = [registry];
    new Gauge({
      name: 'claviger_sql_listening',
      help: '1 where SQL clients are let in over the PostgreSQL protocol, 0 where they are not.',
      registers,
      collect() {
        this.set(read().isListening ? 1 : 0);
      },
    });
    new Gauge({
      name: 'claviger_sql_connections',
      help: 'SQL clients that are signed in over the PostgreSQL protocol.',
      registers,
      collect() {
        this.set(read().connections);
      },
    });
    new Counter({
      name: 'claviger_sql_refused_connections_total',
      help: 'SQL clients that were turned away because there were too many.',
      registers,
      collect() {
        this.reset();
        this.inc(read().refused);
      },
    });
    new Counter({
      name: 'claviger_sql_statements_total',
      help: 'Statements of SQL clients over the PostgreSQL protocol, by outcome.',
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(read().statements)) this.inc({ outcome }, count);
      },
    });
  }
}
