/**
 * `npm test`: every check of the workspace, then one line that counts the tests.
 *
 * Nx runs (or replays from its cache) lint, typecheck, build, unit and integration tests; each test run leaves a JSON report, from which
 * the tests are counted. Exit code 0 only when every target succeeded and at least one test ran.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const reports = join(root, 'test-results');
const targets = ['lint', 'typecheck', 'build', 'test', 'integration'];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

// A report that no run of today wrote must not be counted; Nx restores those of cached runs.
rmSync(reports, { recursive: true, force: true });
const run = spawnSync('nx', ['run-many', '--outputStyle=stream-without-prefixes', '-t', ...targets], {
  cwd: root,
  stdio: 'inherit',
});
if (run.error) {
  console.error(`npm test: can't start nx (${run.error.message}); run npm ci first`);
  process.exit(2);
}

const { passed, failed, skipped } = countTests();
const succeeded = run.status === 0 && failed === 0 && passed > 0;
if (!succeeded)
  console.error(`npm test: not everything passed (nx ended with ${run.status}); the failed targets are listed above`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(succeeded ? 0 : 1);

function countTests(): { passed: number; failed: number; skipped: number } {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of listReports()) {
    const report = JSON.parse(readFileSync(join(reports, file), 'utf8')) as Report;
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests;
  }
  return total;
}

/** Empty when not a single test run got as far as writing its report. */
function listReports(): string[] {
  try {
    return readdirSync(reports).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}
