/** The other end of `support/child.ts`: tells the URL, answers for the memory, stops when it is told or left alone. */
export function report(url: string, stop: () => Promise<void>): void {
  process.on('message', (message) => {
    if (message === 'resident') process.send?.({ resident: process.memoryUsage.rss() });
    if (message === 'stop') void stop().then(() => process.disconnect?.());
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url });
}

/** What the parent told this process to do. */
export function readTask<Task>(): Task {
  return JSON.parse(process.argv[2] ?? '{}') as Task;
}
