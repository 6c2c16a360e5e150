#!/usr/bin/env node
// Plain JavaScript on purpose: a Node that is too old for the rest of Claviger has to be able to read this far.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const nodeMajorMin = 24;
const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that a workspace has pinned as a package, looked for upwards from here. */
function findPinnedNode() {
  for (let folder = home; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '.bin', 'node');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

function runWith(node) {
  const env = { ...process.env, CLAVIGER_NODE_TRIED: '1' };
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the child as well; who signals this process alone means the child.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('error', (error) => {
    console.error(`claviger: ${node} can't be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Node 24 calls node:sqlite experimental at every start; it is what this is built and tested on. */
function silenceSqliteNotice() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const notice = rest[0] === 'ExperimentalWarning' && String(warning).startsWith('SQLite is an experimental');
    if (!notice) emitWarning.call(process, warning, ...rest);
  };
}

/**
 * What a start compiles is kept for the next one, which takes a third of the time less. It is code: only a directory
 * into which nobody else can write is taken. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE count as for any program.
 */
function keepCompiledCode() {
  const { HOME, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  if (NODE_COMPILE_CACHE !== undefined || !caches || !isAbsolute(caches)) return;
  const directory = join(caches, 'claviger');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(directory);
    if (uid === process.getuid?.() && (mode & 0o022) === 0) module.enableCompileCache(directory);
  } catch {
    // Nowhere to write to: each start compiles anew.
  }
}

async function start() {
  silenceSqliteNotice();
  keepCompiledCode();
  const source = join(home, 'src', 'main.ts');
  const built = join(home, 'dist', 'main.js');
  await import(pathToFileURL(existsSync(source) ? source : built).href);
}

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) {
  await start();
} else {
  const pinned = process.env.CLAVIGER_NODE_TRIED === undefined ? findPinnedNode() : undefined;
  if (pinned === undefined) {
    console.error(`claviger needs Node ${nodeMajorMin} or newer, and this is ${process.version}.`);
    console.error(
      'Install a newer one (https://nodejs.org), or run npm ci in a clone of the repository, which brings its own.',
    );
    process.exitCode = 1;
  } else {
    runWith(pinned);
  }
}
