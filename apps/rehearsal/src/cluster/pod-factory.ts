import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { ports } from '@observed-rollouts/contract';
import type { PodTemplate } from '../controller/rollout-schema.ts';
import { type Container, environmentOf, expand, type PodFields, readContainer } from './container.ts';
import type { FreePorts } from './free-ports.ts';
import { type LocalAddresses, localEnvironment } from './local-environment.ts';
import { ManagedProcess, type ProcessSpec } from './managed-process.ts';
import { Pod, type PodIdentity, type PodSettings, type ReadyDeadline } from './pod.ts';
import { drawSuffix, type Random } from './random.ts';
import type { Reaper } from './reaper-client.ts';
import type { StartGate } from './start-gate.ts';

/** Default of Kubernetes. */
const defaultGracePeriodSeconds = 30;

export interface PodFactorySettings {
  /** Folder that holds the workspace: working folder of every process. */
  readonly root: string;
  readonly freePorts: FreePorts;
  readonly random: Random;
  readonly reaper: Reaper;
  readonly gate: StartGate;
  readonly otlpEndpoint: () => string;
  readonly onStart: (process: ManagedProcess) => void;
  readonly onFailure: (process: ManagedProcess) => void;
  readonly onOverdue: PodSettings['onOverdue'];
  readonly onChange: (pod: Pod) => void;
  /** Aborts when everything is being ended. */
  readonly closing: AbortSignal;
}

/** Command, environment and working folder of a container's process on this host. */
export type ContainerProcess = (container: Container, addresses: LocalAddresses) => Omit<ProcessSpec, 'name'>;

export interface PodOrder {
  /** Name without the generated suffix. */
  readonly namePrefix: string;
  readonly namespace: string;
  readonly template: PodTemplate;
  readonly hash?: string;
  /** Variables on top of the container's own, which see them replaced; where it listens always wins. */
  readonly environment: (declared: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Makes the process; absent: it is started as the image of a workload of this workspace would start it. */
  readonly process?: ContainerProcess | undefined;
  /** Whether a process that ends by itself is started again; otherwise it ends the rehearsal. */
  readonly restarts: () => boolean;
  /** As long as it wouldn't be started again: a process that isn't Ready by then ends the rehearsal. */
  readonly readyWithin?: ReadyDeadline | undefined;
}

/** Starts the processes of pods. */
export class PodFactory {
  readonly #settings: PodFactorySettings;
  #count = 0;

  constructor(settings: PodFactorySettings) {
    this.#settings = settings;
  }

  /** Errors: {@link InputError} when the template can't be rehearsed. */
  async create(order: PodOrder): Promise<Pod> {
    const { gate, onStart, onFailure, onOverdue, onChange, closing } = this.#settings;
    const container = readContainer(order.template, order.namePrefix);
    const identity = await this.#identify(order, container);
    const spec = this.#processOf(order, identity, container);
    const graceSeconds = order.template.spec.terminationGracePeriodSeconds ?? defaultGracePeriodSeconds;
    closing.throwIfAborted();
    const start = () => {
      const process = new ManagedProcess(spec, this.#settings.reaper);
      onStart(process);
      return process;
    };
    const { restarts, readyWithin } = order;
    return new Pod({
      ...{ identity, start, graceMs: graceSeconds * 1000, gate, restarts, readyWithin },
      ...{ onFailure, onOverdue, onChange, closing },
    });
  }

  #processOf(order: PodOrder, identity: PodIdentity, container: Container): ProcessSpec {
    const { root, otlpEndpoint } = this.#settings;
    const addresses = { localPorts: identity.localPorts, otlpEndpoint: otlpEndpoint() };
    if (order.process) return { name: identity.name, ...order.process(container, addresses) };
    const where = `${order.namePrefix}: container ${container.name}`;
    const declared = environmentOf(container, fieldsOf(identity, order.template), where);
    const local = localEnvironment(addresses);
    const env = { ...baseEnvironment(identity.name, root), ...declared, ...order.environment(declared), ...local };
    const command = [...container.command, ...(container.args ?? [])].map((part) => expand(part, env));
    return { name: identity.name, command: withThisNode(command), env, cwd: root };
  }

  async #identify({ namePrefix, namespace, template, hash }: PodOrder, container: Container): Promise<PodIdentity> {
    const { random, freePorts } = this.#settings;
    const index = ++this.#count;
    const localPorts = new Map<string, number>();
    for (const { name = '', containerPort } of container.ports ?? []) {
      if (name !== ports.http.name && name !== ports.metrics.name) {
        throw new InputError([
          `${namePrefix}: container ${container.name}: port ${name || containerPort}: got an unknown port, expected ${ports.http.name} or ${ports.metrics.name}`,
        ]);
      }
      // Two names of one container port are one socket of the process.
      const port = localPorts.get(`${containerPort}`) ?? (await freePorts.next());
      localPorts.set(name, port).set(`${containerPort}`, port);
    }
    return {
      name: `${namePrefix}-${drawSuffix(random, 5)}`,
      namespace,
      uid: `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`,
      ip: `10.244.${Math.floor(index / 250)}.${(index % 250) + 1}`,
      labels: template.metadata.labels,
      annotations: template.metadata.annotations ?? {},
      ...(hash === undefined ? {} : { hash }),
      container,
      localPorts,
    };
  }
}

/** What an image's process has without being told, and where Node keeps what it compiled: that saves a fifth of each start. */
function baseEnvironment(hostname: string, root: string): Record<string, string> {
  const compileCache = join(root, 'node_modules/.cache/rehearsal');
  return { PATH: process.env['PATH'] ?? '', HOME: '/', HOSTNAME: hostname, NODE_COMPILE_CACHE: compileCache };
}

/** The image's `node` is the one that runs the rehearsal. */
function withThisNode([command = '', ...args]: readonly string[]): readonly string[] {
  return [command === 'node' ? process.execPath : command, ...args];
}

function fieldsOf({ name, namespace, uid, ip, labels, annotations }: PodIdentity, template: PodTemplate): PodFields {
  const quoted = (kind: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => [`metadata.${kind}['${key}']`, value]);
  return {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'spec.nodeName': nodeName,
    'spec.serviceAccountName': template.spec.serviceAccountName ?? 'default',
    'status.podIP': ip,
    'status.hostIP': '127.0.0.1',
    ...Object.fromEntries([...quoted('labels', labels), ...quoted('annotations', annotations)]),
  };
}

/** The one node that a rehearsal has. */
export const nodeName = 'rehearsal';
