export { ManifestError } from './checks/check-manifests.ts';
export { type ShownWeight, showWeight } from './checks/weights.ts';
export type {
  Component,
  DeclaredBehaviour,
  Environment,
  PingServiceOptions,
  Resources,
  Storage,
} from './environments/environment.ts';
export { type Image, type ImageTable, platformImages } from './environments/images.ts';
export { local } from './environments/local.ts';
export { draw, drawApplication } from './main.ts';
export type { KubernetesObject } from './synth/kubernetes-object.ts';
export { renderFile, synthesize, type SynthesizedFile, writeManifests } from './synth/write-manifests.ts';
