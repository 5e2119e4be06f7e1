/**
 * `npm run deploy`: applies the synthesized manifests to a cluster in one go and waits until everything is ready.
 *
 * A plain `kubectl apply -f dist/manifests` on a cluster without the definitions needs two runs: kubectl maps all kinds before it applies any.
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runDeploy } from './deploy/deploy.ts';

const isTerminal = process.stdin.isTTY && process.stdout.isTTY;

process.exitCode = await runDeploy(process.argv.slice(2), {
  env: process.env,
  pollMs: 2_000,
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  ask: isTerminal ? ask : undefined,
});

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
