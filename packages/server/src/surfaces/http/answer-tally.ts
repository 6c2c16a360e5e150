import { Counter, type Registry } from 'prom-client';

/** `failed`: there was no verdict, and the gateway let nobody in. */
export type GatewayAnswer = 'allowed' | 'refused' | 'failed';

/** Counts what gateways are answered by protocols that are not HTTP, whose requests are counted anyway. */
export class AnswerTally {
  readonly #counts = new Map<string, Map<GatewayAnswer, number>>();

  /** @param protocol one of few */
  add(protocol: string, answer: GatewayAnswer): void {
    const counts = this.#counts.get(protocol) ?? new Map<GatewayAnswer, number>();
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
    this.#counts.set(protocol, counts);
  }

  register(registry: Registry): void {
    const counts = this.#counts;
    new Counter({
      name: 'claviger_gateway_answers_total',
      help: 'Answers to gateways that do not ask by HTTP, by protocol; `failed` where there was no verdict.',
      labelNames: ['protocol', 'answer'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [protocol, answers] of counts) {
          for (const [answer, count] of answers) this.inc({ protocol, answer }, count);
        }
      },
    });
  }
}
