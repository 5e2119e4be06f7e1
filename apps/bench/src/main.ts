/** Measures what the parts of this workspace cost, each against what it is to be compared with. */
import { join } from 'node:path';
import { interruption } from '@observed-rollouts/command-line';
import { runBench } from './bench-command.ts';
import { benchmarks } from './benchmarks.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
const exitCode = await runBench({ argv: process.argv.slice(2), benchmarks, docs, signal: interruption() });
// All that was measured has ended; nothing that a benchmark forgot shall hold the command open.
process.stdout.write('', () => process.exit(exitCode));
