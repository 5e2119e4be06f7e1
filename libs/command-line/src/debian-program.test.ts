import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DebianProgram, findDebianProgram, type Machine } from './debian-program.ts';

const python: DebianProgram = {
  title: 'Python 3',
  names: ['python3'],
  debianPackage: 'python3',
  neededFor: 'the test of a service',
};
const browser: DebianProgram = {
  title: 'Chromium',
  names: ['chromium', 'google-chrome'],
  debianPackage: 'chromium',
  neededFor: 'the test of a page',
  variable: 'CHROME_PATH',
};

let folder: string;
let asked: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'debian-program-'));
  asked = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a file into a folder of PATH that root may run. */
function addProgram(name: string, mode = 0o755): string {
  const file = join(folder, name);
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}

/** A machine whose PATH is an absent folder and the test's; `onApt` is what apt-get does. */
function machine(change: Partial<Machine> = {}, onApt: (command: string) => void = () => undefined): Machine {
  return {
    env: { PATH: `:/nowhere:${folder}` },
    isRoot: true,
    note: (text) => asked.push(text),
    apt(...args) {
      asked.push(`apt-get ${args.join(' ')}`);
      return Promise.resolve().then(() => onApt(args[0] ?? ''));
    },
    ...change,
  };
}

/** What apt-get's failure looks like to its caller. */
function failure(stderr: string): Error {
  return Object.assign(new Error('Command failed: apt-get'), { stderr });
}

describe('a program that is there', () => {
  it('is found on PATH by its preferred name, and nothing is installed', async () => {
    addProgram('google-chrome');
    const preferred = addProgram('chromium');
    await expect(findDebianProgram(browser, machine())).resolves.toBe(preferred);
    expect(asked).toEqual([]);
  });

  it('is the one that the variable names', async () => {
    addProgram('chromium');
    const chosen = addProgram('my-browser');
    const env = { PATH: folder, CHROME_PATH: chosen };
    await expect(findDebianProgram(browser, machine({ env }))).resolves.toBe(chosen);
    await expect(findDebianProgram(browser, machine({ env: { ...env, CHROME_PATH: '/nowhere/x' } }))).rejects.toThrow(
      new Error('CHROME_PATH: got /nowhere/x, expected the path of a program that can be run'),
    );
  });

  it('is neither a folder nor a file that nobody may run', async () => {
    mkdirSync(join(folder, 'chromium'));
    addProgram('google-chrome', 0o644);
    await expect(findDebianProgram(browser, machine({ isRoot: false }))).rejects.toThrow('found no chromium');
  });
});

describe('a program that is missing', () => {
  it("is installed by root from Debian's package, for which apt's lists are renewed when need be", async () => {
    let attempts = 0;
    const path = await findDebianProgram(
      python,
      machine({}, (command) => {
        if (command !== 'install') return;
        attempts += 1;
        if (attempts === 1) throw failure('E: Unable to locate package python3');
        addProgram('python3');
      }),
    );
    expect(path).toBe(join(folder, 'python3'));
    expect(asked).toEqual([
      "installing Debian's package python3 for the test of a service",
      'apt-get install -y --no-install-recommends python3',
      'apt-get update',
      'apt-get install -y --no-install-recommends python3',
    ]);
  });

  it('is named with the next step to who is not root', async () => {
    await expect(findDebianProgram(python, machine({ isRoot: false }))).rejects.toThrow(
      new Error(
        'Python 3: found no python3 on PATH, expected one program for the test of a service; install it, e.g. apt-get install python3',
      ),
    );
    await expect(findDebianProgram(browser, machine({ isRoot: false }))).rejects.toThrow(
      new Error(
        'Chromium: found no chromium, google-chrome on PATH, expected one program for the test of a page; set CHROME_PATH to its path, or install it, e.g. apt-get install chromium',
      ),
    );
    expect(asked).toEqual([]);
  });

  it("is named with apt's last line when apt fails", async () => {
    const failing = machine({}, () => {
      throw failure('Reading package lists...\nE: Could not resolve deb.debian.org\n');
    });
    await expect(findDebianProgram(python, failing)).rejects.toThrow(
      new Error(
        "Python 3: can't install Debian's package python3: E: Could not resolve deb.debian.org; install it, e.g. apt-get install python3",
      ),
    );
  });

  it('is named where there is no apt-get at all', async () => {
    const without = machine({}, () => {
      throw new Error('spawn apt-get ENOENT');
    });
    await expect(findDebianProgram(python, without)).rejects.toThrow(
      "can't install Debian's package python3: spawn apt-get ENOENT; install it",
    );
  });

  it('is named when the package brought nothing onto PATH', async () => {
    await expect(findDebianProgram(python, machine())).rejects.toThrow(
      new Error(
        "Python 3: Debian's package python3 is installed, but brought no python3 on PATH; install it, e.g. apt-get install python3",
      ),
    );
  });
});
