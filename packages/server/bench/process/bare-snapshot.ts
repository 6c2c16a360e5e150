// What `verify.coldstart` is held against: a process that reads the same bytes, and does nothing with them.
const [url = ''] = process.argv.slice(2);
const response = await fetch(`${url}/claviger/v1/feed/snapshot?format=1`);
let bytes = 0;
for await (const part of response.body ?? []) bytes += part.length;
process.stdout.write(`read ${bytes} bytes\n`);
