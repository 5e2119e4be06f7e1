/** `npm run rehearse`: plays releases with real processes; see apps/rehearsal. */
import { buildAndRun } from './build-and-run.ts';

buildAndRun({
  script: 'rehearse',
  projects: ['rehearsal', 'ping-service', 'pinger'],
  program: 'apps/rehearsal/dist/main.js',
});
