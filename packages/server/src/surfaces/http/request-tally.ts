import { Counter, Histogram, type Registry } from 'prom-client';

/** Upper bounds of the histogram, in seconds. */
const bounds: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** The requests of one route and method. */
interface Counted {
  readonly route: string;
  readonly method: string;
  readonly statuses: Map<number, number>;
  /** By the first bound that is not below; those beyond the last one come last. */
  readonly buckets: number[];
  seconds: number;
}

/**
 * Counts answered requests. The metrics are made of it when somebody asks: prom-client takes labels apart, checks them
 * and looks them up by a text that it makes of them, for each request and metric.
 */
export class RequestTally {
  /** By route, then by method. */
  readonly #routes = new Map<string, Map<string, Counted>>();

  /** @param route one of those that are served */
  add({ route, method, status }: { route: string; method: string; status: number }, seconds: number): void {
    const counted = this.#routes.get(route)?.get(method) ?? this.#begin(route, method);
    counted.statuses.set(status, (counted.statuses.get(status) ?? 0) + 1);
    counted.seconds += seconds;
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket++;
    counted.buckets[bucket] = (counted.buckets[bucket] ?? 0) + 1;
  }

  register(registry: Registry): void {
    const all = () => [...this.#routes.values()].flatMap((methods) => [...methods.values()]);
    new Counter({
      name: 'claviger_http_requests_total',
      help: 'Requests answered, by route, method and status.',
      labelNames: ['route', 'method', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { route, method, statuses } of all()) {
          for (const [status, count] of statuses) this.inc({ route, method, status }, count);
        }
      },
    });
    new RequestSeconds(registry, all);
  }

  #begin(route: string, method: string): Counted {
    const methods = this.#routes.get(route) ?? new Map<string, Counted>();
    const counted = { route, method, statuses: new Map(), buckets: [...bounds, 0].map(() => 0), seconds: 0 };
    this.#routes.set(route, methods.set(method, counted));
    return counted;
  }
}

/** One line of a histogram as prom-client's own makes it; the labels that all lines of a route have are apart. */
interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram that is counted elsewhere. */
class RequestSeconds extends Histogram {
  readonly #all: () => Counted[];

  constructor(registry: Registry, all: () => Counted[]) {
    const help = 'Time from the first byte of a request to the end of its answer.';
    super({ name: secondsName, help, labelNames: ['route', 'method'], registers: [registry] });
    this.#all = all;
  }

  /** Asked for by the registry. */
  async getForPromString(): Promise<object> {
    const values = this.#all().flatMap(samplesOf);
    return { ...this, type: 'histogram', values };
  }
}

const secondsName = 'claviger_http_request_seconds';

function samplesOf({ route, method, buckets, seconds }: Counted): Sample[] {
  const sharedLabels = { route, method };
  let count = 0;
  const samples = buckets.map((each, at): Sample => {
    count += each;
    return { metricName: `${secondsName}_bucket`, labels: { le: bounds[at] ?? '+Inf' }, sharedLabels, value: count };
  });
  return [
    ...samples,
    { metricName: `${secondsName}_sum`, labels: {}, sharedLabels, value: seconds },
    { metricName: `${secondsName}_count`, labels: {}, sharedLabels, value: count },
  ];
}
