import { pingServiceSettings, readSettings, workloads } from '@observed-rollouts/contract';
import { runMain, startWorkload } from '@observed-rollouts/telemetry';
import { PingServiceModule } from './ping-service.module.ts';

const workload = workloads.pingService;

await runMain(workload, async () => {
  const settings = readSettings(workload, pingServiceSettings, { env: process.env });
  await startWorkload({ workload, settings, module: PingServiceModule.withSettings(settings) });
});
