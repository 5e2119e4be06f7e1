/** Writes the manifests of services by cdk8s' own synth: `write-services-stock.js <count> <folder>`. */
import { drawServices } from './services.ts';

const [count, folder = ''] = process.argv.slice(2);
drawServices(Number(count), folder).synth();
