/**
 * Prints `NX_BASE=…` and `NX_HEAD=…` for CI: the commits between which Nx looks for changes.
 *
 * A pull request is compared with the merge base of its target, a push with the commit that the branch held before. The first push of a branch
 * (all zeros) and a rewritten history (a commit that is gone) have no such commit: everything since the root is then affected.
 */
import { spawnSync } from 'node:child_process';

/** The empty tree: git's name for "before the first commit". */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function findBase(): string {
  const target = process.env['PULL_REQUEST_BASE'];
  if (target) {
    const base = git('merge-base', target, 'HEAD');
    if (base === undefined)
      throw new Error(`affected-base: no merge base of ${target} and HEAD; fetch the full history (fetch-depth: 0)`);
    return base;
  }
  const before = process.env['PUSH_BEFORE'] ?? '';
  return git('rev-parse', '--verify', '--quiet', `${before}^{commit}`) ?? emptyTree;
}

console.log(`NX_BASE=${findBase()}`);
console.log(`NX_HEAD=${git('rev-parse', 'HEAD')}`);
