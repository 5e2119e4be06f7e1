import { Controller, Get } from '@nestjs/common';
import { paths, workloads } from '@observed-rollouts/contract';
import { ServiceVersion } from './service-version.ts';

/** Says which build answers. */
@Controller()
export class VersionController {
  readonly #version: string;

  constructor({ version }: ServiceVersion) {
    this.#version = version;
  }

  @Get(paths.version)
  version(): { service: string; version: string; node: string } {
    return { service: workloads.pingService, version: this.#version, node: process.version };
  }
}
