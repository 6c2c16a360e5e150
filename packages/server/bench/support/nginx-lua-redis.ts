import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort } from '../../test/support/free-port.ts';
import type { Usage } from '../process/host.ts';
import type { Contender } from './contender.ts';
import { nameKnownKey } from './seed-key.ts';
import { verifyPath } from './traffic.ts';

/** Files of the Debian packages that it takes, by package. */
const needed: Readonly<Record<string, string>> = {
  'nginx-light': '/usr/sbin/nginx',
  'redis-server': '/usr/bin/redis-server',
  'libnginx-mod-http-lua': '/usr/lib/nginx/modules/ngx_http_lua_module.so',
  'libnginx-mod-http-ndk': '/usr/lib/nginx/modules/ndk_http_module.so',
  'lua-nginx-redis': '/usr/share/lua/5.1/nginx/redis.lua',
  'lua-cjson': '/usr/lib/x86_64-linux-gnu/lua/5.1/cjson.so',
};

/** Packages that are not there. */
export function listMissingPackages(): string[] {
  return Object.keys(needed).filter((name) => !existsSync(needed[name] ?? ''));
}

export interface NginxTask {
  readonly directory: string;
  readonly token: string;
  readonly keys: number;
  /** What Redis holds for each key. */
  readonly answer: string;
}

const ticksPerSecond = 100;

/** nginx with one worker that looks each key up in Redis and answers what lies there. It decides nothing. */
export async function startNginxLuaRedis(task: NginxTask): Promise<Contender> {
  const processes: ChildProcess[] = [];
  const stop = () => endAll(processes);
  try {
    const url = await startBoth(task, (command, flags) => {
      const child = spawn(command, flags, { stdio: 'ignore' });
      processes.push(child);
      return child;
    });
    const note = `${await describeVersions()}; it looks up and decides nothing`;
    return { url, note, readUsage: async () => sumUsage(processes), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startBoth(
  { directory, token, keys, answer }: NginxTask,
  run: (command: string, flags: readonly string[]) => ChildProcess,
): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const [port, redisPort] = [await findFreePort(), await findFreePort()];
  const redisFlags = ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  await waitFor(redisPort, run('redis-server', redisFlags));
  await fillRedis(redisPort, keys, answer);
  writeFileSync(join(directory, 'verify.lua'), luaOf(token, redisPort));
  writeFileSync(join(directory, 'nginx.conf'), configurationOf(directory, port));
  await waitFor(port, run('nginx', ['-c', join(directory, 'nginx.conf'), '-p', directory]));
  return `http://127.0.0.1:${port}`;
}

async function endAll(processes: readonly ChildProcess[]): Promise<void> {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}

function sumUsage(processes: readonly ChildProcess[]): Usage {
  let ticks = 0;
  for (const { pid } of processes) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return { residentBytes: 0, cpuMicroseconds: (ticks / ticksPerSecond) * 1e6 };
}

async function waitFor(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const reached = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (reached) return;
    await sleep(50);
  }
  throw new Error(`${child.spawnfile} does not listen`);
}

async function fillRedis(port: number, keys: number, answer: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let answered = 0;
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (bytes: Buffer) => {
      answered += bytes.toString('latin1').split('+OK').length - 1;
      if (answered >= keys) resolve();
    });
  });
  for (let number = 0; number < keys; number++) {
    const parts = ['SET', `key:${nameKnownKey(number)}`, answer];
    const text = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('');
    socket.write(`*${parts.length}\r\n${text}`);
  }
  await done;
  socket.destroy();
}

function luaOf(token: string, redisPort: number): string {
  return `
    local redis = require "nginx.redis"
    local cjson = require "cjson.safe"
    if ngx.var.http_authorization ~= "Bearer ${token}" then return ngx.exit(401) end
    ngx.req.read_body()
    local question = cjson.decode(ngx.req.get_body_data() or "")
    if not question then return ngx.exit(400) end
    local connection = redis:new()
    connection:set_timeout(1000)
    if not connection:connect("127.0.0.1", ${redisPort}) then return ngx.exit(503) end
    local answer = connection:get("key:" .. question.key)
    connection:set_keepalive(60000, 128)
    if not answer or answer == ngx.null then return ngx.exit(403) end
    ngx.header["Cache-Control"] = "no-store"
    ngx.header["X-Request-Id"] = ngx.var.request_id
    ngx.header["Content-Length"] = #answer
    ngx.print(answer)
  `;
}

function configurationOf(directory: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(directory, name)};`)
    .join(' ');
  return `
    daemon off; master_process off; worker_processes 1;
    pid ${join(directory, 'nginx.pid')}; error_log ${join(directory, 'error.log')} error;
    load_module ${needed['libnginx-mod-http-ndk']}; load_module ${needed['libnginx-mod-http-lua']};
    events { worker_connections 1024; }
    http {
      access_log off; keepalive_requests 1000000000; default_type application/json; ${temporary}
      server { listen 127.0.0.1:${port}; location = ${verifyPath} { content_by_lua_file ${join(directory, 'verify.lua')}; } }
    }
  `;
}

async function describeVersions(): Promise<string> {
  const run = promisify(execFile);
  const nginx = (await run('nginx', ['-v'])).stderr.trim().replace('nginx version: ', '');
  const redis = /v=(\S+)/.exec((await run('redis-server', ['--version'])).stdout)?.[1];
  return `${nginx} with Lua, Redis ${redis}, one worker`;
}
