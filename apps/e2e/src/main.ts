import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Release, tryParseDuration } from '@observed-rollouts/contract';
import { Kubectl } from './kubectl.ts';
import { type Played, playRelease, restoreInitial } from './play-release.ts';
import { playSituation } from './situations/play-situation.ts';
import { situations } from './situations/situations.ts';
import { readInitialRollout, readReleases, whyNotOnCluster } from './story.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function parseRuns(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 999, e.g. 5');
  return Number(text);
}

function parseTimeout(text: string): number {
  const value = tryParseDuration(text);
  if (value === undefined || value < 1000)
    throw new InvalidArgumentError('expected a duration of at least 1s, e.g. 10m');
  return value;
}

const program = new Command('e2e')
  .description('Plays releases on the cluster that kubectl points at, judged by its own Argo Rollouts controller.')
  .argument('[releases...]', 'names of files in releases/ (default: all that a cluster can play)')
  .option('--context <name>', 'kubectl context (default: the current one)')
  .option('--runs <count>', 'how often each release is played', parseRuns, 1)
  .option('--timeout <duration>', 'how long one release may take', parseTimeout, 600_000)
  .option(
    '--record <folder>',
    "write the controller's timeline of each as <folder>/<name>.json, of later runs below <folder>/run-<n>",
  )
  .option('--json', 'one JSON document per release on standard output, progress on standard error')
  .addHelpText('after', `\nSituations, which are played once and have to be recorded:\n${situationList()}`)
  .addHelpText('after', '\nExit code: 0 = every release ended as expected, 1 = one did not, 2 = it could not run.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

interface Options {
  readonly context?: string;
  readonly runs: number;
  readonly timeout: number;
  readonly json?: true;
  readonly record?: string;
}

function situationList(): string {
  return Object.entries(situations)
    .map(([name, { description }]) => `  ${name.padEnd(22)}${description}`)
    .join('\n');
}

async function main(): Promise<number> {
  const { context, runs, timeout, json, record } = program.parse().opts<Options>();
  const known = readReleases(join(root, 'releases'));
  const log = (line: string) => (json ? process.stderr : process.stdout).write(`${new Date().toISOString()} ${line}\n`);
  const names = program.args.length > 0 ? program.args : playable(known, log);
  checkNames(names, known, record);
  const stage = {
    kubectl: new Kubectl(context),
    initial: readInitialRollout(join(root, 'dist/manifests')),
    timeoutMs: timeout,
    log,
  };
  /** The first run of each is recorded in the folder itself, a later one in a folder of its own below. */
  const stageOf = (name: string, run: number) => {
    if (record === undefined) return stage;
    const folder = run === 0 ? record : join(record, `run-${run + 1}`);
    return { ...stage, record: { folder, command: `npm run e2e -- ${name} --record <folder>` } };
  };
  let asExpected = 0;
  let all = 0;
  for (const name of names) {
    const release = known.get(name);
    const situation = situations[name];
    for (let run = 0; run < (release ? runs : 1); run++) {
      all++;
      if (release) {
        const played = await playRelease(stageOf(name, run), release);
        log(verdict(played));
        if (json) process.stdout.write(`${JSON.stringify(played)}\n`);
        if (played.end === played.expected) asExpected++;
      } else if (situation && (await playSituation(stageOf(name, run), name, situation, known))) asExpected++;
    }
  }
  await restoreInitial(stage);
  log(`${asExpected} of ${all} ended as expected`);
  return asExpected === all ? 0 : 1;
}

/** All releases that a cluster can play; says which it can't. */
function playable(known: ReadonlyMap<string, Release>, log: (line: string) => void): readonly string[] {
  return [...known].flatMap(([name, release]) => {
    const reason = whyNotOnCluster(release);
    if (reason !== undefined) log(`skipping ${name}: ${reason}`);
    return reason === undefined ? [name] : [];
  });
}

function checkNames(names: readonly string[], known: ReadonlyMap<string, Release>, record: string | undefined): void {
  const unknown = names.filter((name) => !known.has(name) && !Object.hasOwn(situations, name));
  if (unknown.length > 0) {
    const expected = [...known.keys(), ...Object.keys(situations)].join(', ');
    throw new Error(`unknown release ${unknown.join(', ')}, expected some of ${expected}`);
  }
  for (const name of names) {
    const release = known.get(name);
    const reason = release && whyNotOnCluster(release);
    if (reason !== undefined) throw new Error(`release ${name}: ${reason}; npm run rehearse -- ${name}`);
  }
  const unrecorded = names.filter((name) => !known.has(name));
  if (unrecorded.length > 0 && record === undefined) {
    throw new Error(`situation ${unrecorded.join(', ')}: got no --record, expected a folder, e.g. --record recordings`);
  }
}

function verdict({ release, end, expected, seconds, pings }: Played): string {
  const outcome = end ?? 'not ended';
  const judgement = end === expected ? 'as expected' : `expected ${expected}`;
  const counted = Object.entries(pings).map(([kind, count]) => `${count} ${kind}`);
  return `${release}: ${outcome} after ${seconds.toFixed(1)} s, ${judgement}; pings meanwhile: ${counted.join(', ') || 'none'}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`e2e: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
