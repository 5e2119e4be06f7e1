/** For those who draw a picture of their own: without the platform, whose definitions load TypeScript and whose dashboards load Grafana's SDK. */
export { App } from 'cdk8s';
export { namespaces, type SystemIdentity, systems } from '../components.ts';
export { local } from '../environments/local.ts';
export { ManifestFile, type SyncWave, syncWaves } from '../synth/manifest-file.ts';
export { renderFile, synthesize, type SynthesizedFile, writeManifests } from '../synth/write-manifests.ts';
export { PingService, type PingServiceProps } from './ping-service.ts';
