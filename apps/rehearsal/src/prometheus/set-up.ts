import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { fileErrorReason } from '@observed-rollouts/report/files';
import { readManifests } from '../manifests/manifests.ts';
import type { Toolchain } from '../toolchain/cache.ts';
import { readDeployment } from './deployment.ts';
import { writeLocalConfig } from './local-config.ts';
import { featuresOf, versionOf } from './server.ts';

/** A Prometheus that scrapes and evaluates on this host as the manifests say, ready to be started by hand: the document of `--prometheus`. */
export interface PrometheusSetUp extends Toolchain {
  /** Its program and arguments; `--web.listen-address` may be added. */
  readonly command: readonly string[];
  /** Folder for the targets: file-based discovery reads `<namespace>.json` there. */
  readonly targets: string;
  /** Keys of the manifests' configuration that this version doesn't know. */
  readonly dropped: readonly string[];
}

/**
 * Writes the configuration that a rehearsal starts Prometheus with into a folder, where its data will be, too.
 *
 * Errors: {@link InputError} when the folder can't be written, or the manifests have no Prometheus.
 */
export function setUpPrometheus(toolchain: Toolchain, manifests: string, folder: string): PrometheusSetUp {
  const deployment = readDeployment(readManifests(manifests));
  const target = resolve(folder);
  try {
    mkdirSync(target, { recursive: true });
  } catch (error) {
    throw new InputError([`--prometheus ${folder}: ${fileErrorReason(error)}, expected a folder that can be written`]);
  }
  const { path, targetsFolder, dropped } = writeLocalConfig(deployment, target, versionOf(toolchain.prometheus));
  const files = [`--config.file=${path}`, `--storage.tsdb.path=${join(target, 'data')}`];
  return {
    ...toolchain,
    command: [toolchain.prometheus, ...files, ...featuresOf(deployment)],
    targets: targetsFolder,
    dropped,
  };
}
