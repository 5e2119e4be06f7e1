import { pingServiceSettings, type SettingsOf } from '@observed-rollouts/contract';

/** The settings of one process, read and checked. */
export type PingServiceSettings = SettingsOf<typeof pingServiceSettings>;
