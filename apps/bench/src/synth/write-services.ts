/** Writes the manifests of services by our synth: `write-services.js <count> <folder>`. */
import { synthesize, writeManifests } from '@observed-rollouts/charts/constructs';
import { drawServices } from './services.ts';

const [count, folder = ''] = process.argv.slice(2);
writeManifests(folder, synthesize(drawServices(Number(count))));
