import { pingerSettings, workloads } from '@observed-rollouts/contract';
import type { Construct } from 'constructs';
import { systems } from '../components.ts';
import type { Resources } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { System } from './system.ts';
import { setting, settingProblems, type TraceExport, workloadPod } from './workload-pod.ts';

export interface PingerProps {
  readonly image: Image;
  readonly resources: Resources;
  readonly traces: TraceExport;
  /** Version in metrics, logs and traces. */
  readonly version: string;
  /** URL that is pinged. */
  readonly target: string;
  readonly ratePerSecond: number;
}

/** The prober; always exactly one, since two would double the rate: it is replaced, not rolled. */
export class Pinger extends System {
  constructor(scope: Construct, { image, resources, traces, version, target, ratePerSecond }: PingerProps) {
    super(scope, systems.pinger);
    const env = [setting(pingerSettings.target, target), setting(pingerSettings.ratePerSecond, ratePerSecond)];
    this.node.addValidation({ validate: () => settingProblems(systems.pinger, pingerSettings, env) });
    this.addServiceAccount();
    const pod = workloadPod({
      system: systems.pinger,
      workload: workloads.pinger,
      image,
      resources,
      version,
      traces,
      env,
      ownedByRollout: false,
    });
    this.addDeployment(pod);
  }
}
