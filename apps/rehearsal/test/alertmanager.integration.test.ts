import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAmtool } from './amtool.ts';
import { runTool, workspaceManifests } from './workspace.ts';

const manifests = workspaceManifests();
let folder: string;
let amtool: string;
let config: string;

/** Alertmanager's configuration as the ConfigMap of the manifests holds it. */
function committed(): string {
  const { data } = manifests.get('ConfigMap', 'alertmanager-config').object as { data?: Record<string, string> };
  return data?.['alertmanager.yml'] ?? '';
}

/**
 * Alertmanager reads a webhook's URL from a file since 0.26; for an older amtool the file's path becomes a URL, all else stays.
 * One that `go install` built names no version: it is newer.
 */
function forVersion(text: string, versionText: string): string {
  const [line, major, minor] = /^amtool, version (?:(\d+)\.(\d+))?/m.exec(versionText) ?? [];
  if (line === undefined) throw new Error(`amtool --version: got ${versionText}, expected a version`);
  const knowsFiles = major === undefined || Number(major) > 0 || Number(minor) >= 26;
  return knowsFiles ? text : text.replaceAll(/url_file: (\S+)/g, 'url: http://localhost$1');
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

// The only package that has it comes from Debian.
describe.skipIf(process.platform !== 'linux')('amtool, on the configuration in the manifests', () => {
  beforeAll(async () => {
    amtool = await findAmtool();
    const { stdout, stderr } = await runTool(amtool, ['--version']);
    folder = mkdtempSync(join(tmpdir(), 'amtool-'));
    config = write('alertmanager.yml', forVersion(committed(), stdout + stderr));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('accepts it', async () => {
    const { code, stdout } = await runTool(amtool, ['check-config', config]);
    expect({ code, found: /\d+ inhibit rules/.exec(stdout)?.[0] }).toEqual({ code: 0, found: '3 inhibit rules' });
  });

  it('refuses a misspelled key, so that the check above can fail', async () => {
    const wrong = write('wrong.yml', committed().replace('group_wait', 'group_wiat'));
    expect((await runTool(amtool, ['check-config', wrong])).code).toBe(1);
  });

  it.each([
    ['page', ['severity=page']],
    ['ticket', ['severity=ticket']],
    ['heartbeat', ['alertname=Watchdog', 'severity=none']],
    ['nobody', ['alertname=CanaryBeingJudged', 'severity=none']],
    ['ticket', ['severity=unheard-of']],
    ['ticket', ['alertname=WithoutSeverity']],
  ])('tells %s of an alert with %j', async (receiver, labels) => {
    const { stdout } = await runTool(amtool, ['config', 'routes', 'test', `--config.file=${config}`, ...labels]);
    expect(stdout.trim()).toBe(receiver);
  });
});
