import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { Storage } from '../environments/environment.ts';

/** A volume of a pod together with the place where its container sees it. */
export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  /** Absent when a StatefulSet's claim template provides the volume. */
  readonly volume?: IVolume;
  /** What the volume may take of the node's disk. */
  readonly emptyDirMebibytes?: number;
}

/** Mebibytes as the API server writes them: any other spelling is a change on every apply. */
export function quantity(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Writable space that lives as long as the pod. */
export function scratch(name: string, mountPath: string, mebibytes: number): Mount {
  const volume = { name, emptyDir: { sizeLimit: quantity(mebibytes) } };
  return { name, mountPath, volume, emptyDirMebibytes: mebibytes };
}

/** The files of a ConfigMap, which follow its changes (a mounted folder does, a `subPath` doesn't). */
export function configFiles(name: string, mountPath: string, configMap: string): Mount {
  return { name, mountPath, readOnly: true, volume: { name, configMap: { name: configMap } } };
}

/** The files of several ConfigMaps in one folder. */
export function filesOfConfigMaps(name: string, mountPath: string, configMaps: readonly string[]): Mount {
  const sources = configMaps.map((configMap) => ({ configMap: { name: configMap } }));
  return { name, mountPath, readOnly: true, volume: { name, projected: { sources } } };
}

/** The files of a Secret that may come later or never: without it the folder is empty. */
export function optionalSecretFiles(name: string, mountPath: string, secretName: string): Mount {
  return { name, mountPath, readOnly: true, volume: { name, secret: { secretName, optional: true } } };
}

/** Where clients in a pod look for the token, the API server's certificate and the namespace. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A token of the pod's ServiceAccount that ends after an hour and is renewed by the kubelet: only pods that talk to the API server mount it. */
export function apiServerToken(): Mount {
  const name = 'api-server-token';
  // The API version is a default, but inside this list kubectl would take its absence for a change on every apply.
  const sources = [
    { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ];
  return { name, mountPath: tokenPath, readOnly: true, volume: { name, projected: { sources } } };
}

/** The place of a component's data, and the claim behind it when the environment asks for one. */
export function dataVolume(
  name: string,
  mountPath: string,
  storage: Storage,
): { mount: Mount; claims: IPersistentVolumeClaim[] } {
  if (storage.kind === 'ephemeral') return { mount: scratch(name, mountPath, storage.mebibytes), claims: [] };
  const claim: IPersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storage.storageClass !== undefined && { storageClassName: storage.storageClass }),
      resources: { requests: { storage: quantity(storage.mebibytes) } },
    },
  };
  return { mount: { name, mountPath }, claims: [claim] };
}
