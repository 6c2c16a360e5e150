import { describeVerifierFlags } from '../config/describe.ts';
import { findUnknownVariables, gatherFrom } from '../config/gather.ts';
import { parseVerifierConfig } from '../config/verifier-config.ts';
import { verifierFileSetting, verifierSettings } from '../config/verifier-setting.ts';
import type { Command, Input, OptionRule } from './command.ts';
import { endOnFaults, stopOnSignals, tellProtocols } from './process.ts';
import { tell } from './terminal.ts';
import type { World } from './world.ts';

const { serveStale, token } = verifierSettings;
const options: Readonly<Record<string, OptionRule>> = Object.fromEntries(
  [...Object.values(verifierSettings), verifierFileSetting].map(({ flag, doc }) => [
    flag,
    flag === serveStale.flag ? { doc } : { value: 'VALUE', doc },
  ]),
);

/** `claviger verifier`: prints where gateways ask when it can answer them, and runs until it is told to stop. */
export const verifierCommand: Command = {
  words: ['verifier'],
  operands: [],
  summary: 'Answer gateways beside them, without a database',
  example: 'claviger verifier --url https://plane.example:8090 --token-file /run/secrets/claviger',
  options,
  note: describeVerifierFlags,
  run,
};

async function run(input: Input, world: World): Promise<void> {
  if (input.options[token.flag] !== undefined) {
    tell(`warning: others on this machine can see --${token.flag} in the command line; set ${token.env}`);
  }
  const sources = { flags: input.options, environment: world.environment };
  const config = parseVerifierConfig(gatherFrom(verifierSettings, verifierFileSetting, sources));
  const log = await world.createLog(config.logLevel);
  endOnFaults(log);
  for (const name of findUnknownVariables(world.environment)) {
    log.warn({ variable: name }, 'a variable looks like a setting and is none');
  }
  const verifier = await world.startVerifier(config, log);
  stopOnSignals(verifier, log);
  // Stopped before it was ready: the signal ends the process.
  await verifier.ready.then(
    () => {
      tellProtocols(verifier.protocols);
      process.stdout.write(`claviger verifier listening on ${verifier.url}\n`);
    },
    () => undefined,
  );
}
