import { setTimeout as delay } from 'node:timers/promises';
import { Problems } from '@observed-rollouts/command-line';
import type { Fault, Release } from '@observed-rollouts/contract';
import type { LocalCluster } from '../cluster/local-cluster.ts';
import type { Pod } from '../cluster/pod.ts';
import type { PrometheusServer } from '../prometheus/server.ts';
import type { Injected } from './fault-schedule.ts';

/** What faults happen to. */
export interface FaultTargets {
  readonly cluster: LocalCluster;
  readonly prometheus: PrometheusServer;
  readonly controller: { restart(awayMs: number): void };
  readonly podsOf: (version: 'canary' | 'stable') => readonly Pod[];
  readonly signal: AbortSignal;
}

/** Makes a fault happen. */
export function injectFault(fault: Fault, targets: FaultTargets): Promise<Injected> {
  switch (fault.kind) {
    case 'kill-pod':
      return killPod(fault.of, targets);
    case 'stop-prometheus':
      return stopPrometheus(targets);
    case 'stop-trace-receiver':
      return stopTraceReceiver(targets.cluster);
    case 'slow-network':
      return Promise.resolve(slowNetwork(targets.cluster, fault.delayMs));
    case 'restart-controller':
      return Promise.resolve(restartController(targets, fault.forMs ?? 0));
  }
}

/** Kills the oldest Ready pod; waits for one when there is none yet. */
async function killPod(version: 'canary' | 'stable', { podsOf, signal }: FaultTargets): Promise<Injected> {
  for (;;) {
    const [pod] = podsOf(version).filter(({ phase }) => phase === 'ready');
    const process = pod?.process;
    if (pod && process) {
      process.signal('SIGKILL');
      return { message: `sent SIGKILL to ${version} pod ${pod.identity.name}` };
    }
    await delay(50, undefined, { signal });
  }
}

async function stopPrometheus({ prometheus, signal }: FaultTargets): Promise<Injected> {
  await prometheus.stop();
  const undo = async () => {
    prometheus.startAgain();
    await prometheus.ready(signal);
    return 'Prometheus answers again, on the data that it had';
  };
  return { message: 'Prometheus was ended by SIGKILL', undo };
}

async function stopTraceReceiver({ sink }: LocalCluster): Promise<Injected> {
  const { port } = sink;
  await sink.close();
  const undo = async () => {
    await sink.listen(port);
    return 'spans are received again';
  };
  return { message: 'spans are no longer received', undo };
}

function slowNetwork({ balancer }: LocalCluster, delayMs: number): Injected {
  const before = balancer.delayMs;
  balancer.delayMs = delayMs;
  const undo = () => {
    balancer.delayMs = before;
    return Promise.resolve('the network is as fast as before');
  };
  return { message: `every round trip takes ${delayMs} ms longer`, undo };
}

function restartController({ controller }: FaultTargets, awayMs: number): Injected {
  controller.restart(awayMs);
  const back = awayMs === 0 ? 'at once' : `after ${awayMs / 1000} s`;
  return { message: `the controller ended; another one picks up its written state ${back}` };
}

/** Errors: {@link InputError} with every fault that waits for a step that the Rollout doesn't have. */
export function checkFaults(releases: readonly Pick<Release, 'name' | 'faults'>[], steps: number): void {
  const problems = new Problems();
  for (const { name, faults } of releases) {
    for (const [index, { when }] of faults.entries()) {
      if (typeof when !== 'object' || when.step <= steps) continue;
      problems.add(
        `release ${name}: faults.${index}.when: got step ${when.step}, expected at most step ${steps}, the Rollout's last`,
      );
    }
  }
  problems.throwIfAny();
}
