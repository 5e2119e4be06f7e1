/** Writes the objects of services as plain data, what `print-objects.js` reads: `write-objects.js <count> <objects.json>`. */
import { writeFileSync } from 'node:fs';
import { synthesize } from '@observed-rollouts/charts/constructs';
import { drawServices } from './services.ts';

const [count, objects = ''] = process.argv.slice(2);
writeFileSync(objects, JSON.stringify(synthesize(drawServices(Number(count)))));
