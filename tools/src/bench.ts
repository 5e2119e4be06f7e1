/** `npm run bench`: measures what the parts of the workspace cost; see apps/bench. */
import { buildAndRun } from './build-and-run.ts';

buildAndRun({
  script: 'bench',
  projects: ['bench', 'charts', 'ping-service', 'pinger', 'rehearsal'],
  program: 'apps/bench/dist/main.js',
});
