import { cannotRun, DeployError, exitCodes } from './deploy-error.ts';
import { type Kubectl, lastLine } from './kubectl.ts';
import { asList, describeObject, type KubernetesObject, type Manifests } from './manifests.ts';

/** The cluster that kubectl is pointed at. */
export interface Target {
  readonly context: string;
  readonly server: string;
  readonly version: string;
}

/**
 * Finds the cluster, pins kubectl to it and makes sure that it answers.
 *
 * Errors: DeployError without a context, with an unknown one, and when the server can't be reached.
 */
export async function findTarget(kubectl: Kubectl, context: string | undefined): Promise<Target> {
  const name = context ?? (await currentContext(kubectl));
  kubectl.pin(name);
  const view = await kubectl.run(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}']);
  if (view.code !== 0 || view.stdout.trim() === '') {
    throw cannotRun(
      `--context: got "${name}", expected a context of the kubeconfig; kubectl config get-contexts lists them`,
    );
  }
  const server = view.stdout.trim();
  // Not `kubectl version`: it fails on a server whose version is no semantic version.
  const version = await kubectl.run(['get', '--raw', '/version', '--request-timeout=10s']);
  const serverVersion = version.code === 0 ? versionOf(version.stdout) : undefined;
  if (serverVersion === undefined) {
    throw cannotRun(`cluster: context "${name}" at ${server} can't be reached: ${lastLine(version.stderr)}`);
  }
  return { context: name, server, version: serverVersion };
}

async function currentContext(kubectl: Kubectl): Promise<string> {
  const { code, stdout } = await kubectl.run(['config', 'current-context']);
  const name = stdout.trim();
  if (code === 0 && name !== '') return name;
  throw cannotRun(
    'kubectl: got no current context, expected one; kubectl config use-context sets it, --context names one for this run',
  );
}

function versionOf(json: string): string | undefined {
  return (JSON.parse(json) as { gitVersion?: string }).gitVersion;
}

/** What a phase changed, by kubectl's words (`created`, `configured`, `unchanged`). */
export interface Applied {
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Applies objects client-side, as `kubectl apply -f` does: both own the same fields, so that either may follow the other without a change.
 *
 * Errors: DeployError with everything that kubectl said.
 */
export async function applyObjects(
  kubectl: Kubectl,
  objects: readonly KubernetesObject[],
  dryRun = false,
): Promise<Applied> {
  if (objects.length === 0) return { lines: [], warnings: [] };
  const args = ['apply', '-f', '-', ...(dryRun ? ['--dry-run=server'] : [])];
  const { code, stdout, stderr } = await kubectl.run(args, asList(objects));
  if (code !== 0) {
    throw new DeployError(
      `kubectl ${args.join(' ')} failed:\n${indent(stderr)}`,
      dryRun ? exitCodes.notRun : exitCodes.notReady,
    );
  }
  return { lines: stdout.trim().split('\n'), warnings: stderr.trim() === '' ? [] : stderr.trim().split('\n') };
}

/** Waits until the server serves the kinds that definitions add; objects of these kinds can't be applied before. */
export async function waitEstablished(kubectl: Kubectl, definitions: readonly KubernetesObject[]): Promise<void> {
  if (definitions.length === 0) return;
  const names = definitions.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  const { code, stderr } = await kubectl.run(['wait', '--for=condition=Established', '--timeout=60s', ...names]);
  if (code !== 0)
    throw new DeployError(`definitions: not established within 60s:\n${indent(stderr)}`, exitCodes.notReady);
}

/** Which objects the server can check without anything being stored, and why it can't check the others. */
export async function splitForDryRun(
  kubectl: Kubectl,
  { definitions, namespaces, rest }: Manifests,
): Promise<{ checked: KubernetesObject[]; unchecked: string[] }> {
  const namesOf = async (kind: string) => {
    const { stdout } = await kubectl.run(['get', kind, '-o', 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}']);
    return new Set(stdout.split('\n'));
  };
  const [existing, established] = [await namesOf('namespaces'), await namesOf('customresourcedefinitions')];
  const checked: KubernetesObject[] = [...definitions, ...namespaces];
  const unchecked: string[] = [];
  for (const object of rest) {
    const missing = missingFor(object, existing, established, definitions);
    if (missing === undefined) checked.push(object);
    else unchecked.push(`${describeObject(object)} (${missing})`);
  }
  return { checked, unchecked };
}

interface Definition extends KubernetesObject {
  readonly spec: { readonly group: string; readonly names: { readonly kind: string } };
}

function missingFor(
  { apiVersion, kind, metadata }: KubernetesObject,
  namespaces: ReadonlySet<string>,
  established: ReadonlySet<string>,
  definitions: readonly KubernetesObject[],
): string | undefined {
  const definition = (definitions as readonly Definition[]).find(
    ({ spec }) => apiVersion.startsWith(`${spec.group}/`) && spec.names.kind === kind,
  );
  if (definition !== undefined && !established.has(definition.metadata.name))
    return `needs ${definition.metadata.name}`;
  if (metadata.namespace !== undefined && !namespaces.has(metadata.namespace))
    return `needs namespace ${metadata.namespace}`;
  return undefined;
}

export function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
