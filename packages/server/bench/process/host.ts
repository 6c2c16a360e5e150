/** The other end of `support/child.ts`: tells the URL, answers for what it uses, stops when it is told or left alone. */
export function report(url: string, stop: () => Promise<void>, runtimeUrl?: string): void {
  process.on('message', (message) => {
    if (message === 'usage') process.send?.(readUsage());
    if (message === 'stop') void stop().then(() => process.disconnect?.());
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url, runtimeUrl });
}

/** What this process took of the machine so far. */
export interface Usage {
  readonly residentBytes: number;
  /** Of all its threads, in user and kernel mode. */
  readonly cpuMicroseconds: number;
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), cpuMicroseconds: user + system };
}

/** What the parent told this process to do. */
export function readTask<Task>(): Task {
  return JSON.parse(process.argv[2] ?? '{}') as Task;
}
