import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { timedRun } from '../harness/timed-run.ts';

const root = join(import.meta.dirname, '../../../..');
/** The workspace's own packages: links that lead to folders of the workspace, relative to themselves. */
const ownScope = '@observed-rollouts';
/** Caches of tools beside the packages. */
const keptBetweenRuns = ['.cache', '.vite', '.vitest'];

interface RunOptions {
  /** @default false */
  readonly daemon?: boolean;
  /** From the clone's root. @default the root */
  readonly folder?: string;
  /** @default the bench's own */
  readonly signal?: AbortSignal;
}

/** The workspace's last commit in a folder of its own; its dependencies are linked, its Nx cache, graph and daemon are its own. */
export class WorkspaceClone {
  readonly folder: string;
  readonly #signal: AbortSignal;

  /** Errors: throws where the workspace is no git repository. */
  constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.#signal = signal;
    execFileSync('git', ['clone', '--quiet', '--shared', root, folder], { stdio: 'pipe' });
    this.#linkDependencies();
  }

  /** What is kept between runs is the clone's own, as are the workspace's packages; some projects have versions of their own of a dependency. */
  #linkDependencies(): void {
    for (const project of ['.', ...projectFolders(this.folder)]) {
      const [from, to] = [join(root, project, 'node_modules'), join(this.folder, project, 'node_modules')];
      if (!existsSync(from)) continue;
      // Folders of links, not links to folders: git ignores only folders of this name.
      mkdirSync(to);
      for (const name of readdirSync(from).filter((name) => name !== ownScope && !keptBetweenRuns.includes(name))) {
        symlinkSync(join(from, name), join(to, name));
      }
    }
    const own = join('node_modules', ownScope);
    mkdirSync(join(this.folder, own));
    for (const name of readdirSync(join(root, own))) {
      symlinkSync(readlinkSync(join(root, own, name)), join(this.folder, own, name));
    }
  }

  /** Milliseconds of a program of the dependencies. */
  run(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
    const { daemon = false, folder = '.', signal = this.#signal } = options;
    return timedRun({
      command: [join(root, 'node_modules/.bin', program), ...args],
      env: { ...withoutNx, NX_DAEMON: `${daemon}`, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` },
      folder: join(this.folder, folder),
      signal,
    });
  }

  /** Ends the clone's own daemon, also when the bench is interrupted. Edge: does nothing when there is none. */
  async stopDaemon(): Promise<void> {
    await this.run('nx', ['daemon', '--stop'], { daemon: true, signal: new AbortController().signal });
  }

  /** Takes away what was built. */
  removeBuilt(): void {
    for (const project of projectFolders(this.folder)) this.remove(project, 'dist');
  }

  remove(...path: readonly string[]): void {
    rmSync(join(this.folder, ...path), { recursive: true, force: true });
  }

  /** A change of one line. */
  change(path: string, round: number): void {
    appendFileSync(join(this.folder, path), `// ${round}\n`);
  }
}

function projectFolders(folder: string): readonly string[] {
  return ['apps', 'libs'].flatMap((group) => readdirSync(join(folder, group)).map((name) => join(group, name)));
}

/** Nx passes its workspace and cache on to what it starts: they would lead back to the workspace that is cloned. */
const withoutNx = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('NX_'))
    .map((name) => [name, undefined]),
);
