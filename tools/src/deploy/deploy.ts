import { type Applied, applyObjects, findTarget, splitForDryRun, type Target, waitEstablished } from './cluster.ts';
import { cannotRun, DeployError, exitCodes } from './deploy-error.ts';
import { createMissingSecrets } from './generated-secret.ts';
import { Kubectl } from './kubectl.ts';
import { type KubernetesObject, type Manifests, readManifests } from './manifests.ts';
import { parseOptions, usage } from './options.ts';
import { waitReady, type Waiting } from './wait-ready.ts';

/** What a run of the tool touches beside the cluster. */
export interface Surroundings extends Omit<Waiting, 'timeoutMs'> {
  readonly env: NodeJS.ProcessEnv;
  printError(line: string): void;
  /** Asks on the terminal; absent when there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Runs the tool with its arguments to its exit code; every problem is printed, none is thrown. */
export async function runDeploy(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === undefined) surroundings.print(usage);
    else if (options.dryRun) await dryRun(options.dir, options.context, surroundings);
    else await deploy(options, surroundings);
    return exitCodes.ready;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    surroundings.printError(`deploy: ${error.message}`);
    return error.exitCode;
  }
}

async function deploy(
  { dir, context, yes, timeoutMs }: NonNullable<ReturnType<typeof parseOptions>>,
  surroundings: Surroundings,
): Promise<void> {
  const { print } = surroundings;
  const { kubectl, manifests } = await prepare(dir, context, surroundings);
  if (!yes) await confirm(surroundings);
  const { definitions, namespaces, rest } = manifests;
  await applyPhase(kubectl, 'definitions', definitions, surroundings);
  await waitEstablished(kubectl, definitions);
  await applyPhase(kubectl, 'namespaces', namespaces, surroundings);
  for (const line of await createMissingSecrets(kubectl, rest)) print(line);
  await applyPhase(kubectl, 'objects', rest, surroundings);
  await waitReady(kubectl, rest, { ...surroundings, timeoutMs });
  print('everything is ready');
}

async function dryRun(dir: string, context: string | undefined, surroundings: Surroundings): Promise<void> {
  const { print } = surroundings;
  const { kubectl, manifests } = await prepare(dir, context, surroundings);
  const { checked, unchecked } = await splitForDryRun(kubectl, manifests);
  const { lines, warnings } = await applyObjects(kubectl, checked, true);
  for (const line of [...lines, ...warnings]) print(line);
  if (unchecked.length > 0) {
    print(`${unchecked.length} objects can't be checked before what they need exists:`);
    for (const line of unchecked) print(`  ${line}`);
  }
  print('dry run: nothing was changed');
}

async function prepare(
  dir: string,
  context: string | undefined,
  { env, print }: Surroundings,
): Promise<{ kubectl: Kubectl; manifests: Manifests; target: Target }> {
  const manifests = readManifests(dir);
  const kubectl = new Kubectl(env);
  const target = await findTarget(kubectl, context);
  const { definitions, namespaces, rest } = manifests;
  print(`context ${target.context}, server ${target.server} (Kubernetes ${target.version})`);
  print(`${dir}: ${definitions.length} definitions, ${namespaces.length} namespaces, ${rest.length} other objects`);
  return { kubectl, manifests, target };
}

async function confirm({ ask }: Surroundings): Promise<void> {
  if (ask === undefined) throw cannotRun('no terminal to ask on: add --yes to apply to this cluster');
  const answer = await ask('Apply to this cluster? [y/N] ');
  if (!/^y(es)?$/i.test(answer.trim())) throw cannotRun('not confirmed: nothing was applied');
}

async function applyPhase(
  kubectl: Kubectl,
  phase: string,
  objects: readonly KubernetesObject[],
  { print }: Surroundings,
): Promise<void> {
  if (objects.length === 0) return;
  const applied = await applyObjects(kubectl, objects);
  print(`${phase}: ${summarize(applied)}`);
  for (const warning of applied.warnings) print(`  ${warning}`);
}

/** Counts kubectl's last words of each line: `3 created, 40 unchanged`. */
function summarize({ lines }: Applied): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const word = line.split(' ').at(-1) ?? line;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
