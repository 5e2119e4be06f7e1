import { type DynamicModule, Module } from '@nestjs/common';
import { FaultModel } from './fault-model.ts';
import type { PingServiceSettings } from './settings.ts';
import { PingController } from './ping.controller.ts';
import { ServiceVersion } from './service-version.ts';
import { createUniformSource } from './uniform-source.ts';
import { VersionController } from './version.controller.ts';

/** The service's own routes, behaving as its settings declare. */
@Module({ controllers: [PingController, VersionController] })
export class PingServiceModule {
  static withSettings(settings: PingServiceSettings): DynamicModule {
    const uniform = createUniformSource(settings.seed);
    return {
      module: PingServiceModule,
      providers: [
        { provide: FaultModel, useValue: new FaultModel(settings, uniform) },
        { provide: ServiceVersion, useValue: new ServiceVersion(settings.version) },
      ],
    };
  }
}
