import { join } from 'node:path';
import { type pingServiceSettings, type SettingsOf, workloads } from '@observed-rollouts/contract';
import { root } from '../harness/workspace-root.ts';

/** What an answer of ping-service says of itself. */
export interface DrawnAnswer {
  readonly share: string;
  readonly latencyMs: number;
  readonly succeeds: boolean;
}

interface FaultModels {
  readonly FaultModel: new (
    settings: SettingsOf<typeof pingServiceSettings>,
    uniform: () => number,
  ) => {
    draw(): DrawnAnswer;
  };
}

interface UniformSources {
  readonly createUniformSource: (seed: number | undefined) => () => number;
}

/** Draws answers with the fault model of the built ping-service. Errors: rejects when it isn't built. */
export async function drawAnswers(settings: SettingsOf<typeof pingServiceSettings>): Promise<() => DrawnAnswer> {
  const built = join(root, 'apps', workloads.pingService, 'dist');
  const { FaultModel } = (await import(join(built, 'fault-model.js'))) as FaultModels;
  const { createUniformSource } = (await import(join(built, 'uniform-source.js'))) as UniformSources;
  const model = new FaultModel(settings, createUniformSource(settings.seed));
  return () => model.draw();
}
