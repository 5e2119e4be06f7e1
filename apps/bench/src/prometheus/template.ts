import { join } from 'node:path';
import { paths, pingServiceSettings, processSettings, workloads } from '@observed-rollouts/contract';
import { freePort } from '../harness/free-port.ts';
import { root } from '../harness/workspace-root.ts';
import { Subject } from '../harness/subject.ts';

const pings = 200;

/** What a real ping-service exposes after some pings, good and failed ones. */
export async function realScrape(): Promise<string> {
  const [httpPort, metricsPort] = [await freePort(), await freePort()];
  const main = join(root, 'apps', workloads.pingService, 'dist', 'main.js');
  await using subject = await Subject.start({
    name: workloads.pingService,
    nodeArguments: [main],
    env: {
      [processSettings.host.name]: '127.0.0.1',
      [processSettings.httpPort.name]: `${httpPort}`,
      [processSettings.metricsPort.name]: `${metricsPort}`,
      [processSettings.drainDelayMs.name]: '0s',
      [pingServiceSettings.latencyMix.name]: '90%0ms,10%5ms',
      [pingServiceSettings.successPercent.name]: '90',
      [processSettings.logLevel.name]: 'warn',
    },
  });
  const base = `http://127.0.0.1:${httpPort}`;
  await subject.ready(async () => (await fetch(`${base}${paths.readiness}`)).ok);
  for (let ping = 0; ping < pings; ping++) await (await fetch(`${base}${paths.ping}`)).text();
  const scrape = await fetch(`http://127.0.0.1:${metricsPort}${paths.metrics}`, {
    headers: { accept: 'application/openmetrics-text; version=1.0.0' },
  });
  return scrape.text();
}
