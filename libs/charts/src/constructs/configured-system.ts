import { ConfigMap } from 'cdk8s-plus-27';
import { System } from './system.ts';

/** A system that reads files. Apart from those that don't: drawing many services needs no library of every kind of object. */
export abstract class ConfiguredSystem extends System {
  /** Files by name; a value must not be empty. */
  protected addConfigMap(name: string, data: Record<string, string>): ConfigMap {
    return new ConfigMap(this, name, { metadata: this.metadata(name), data });
  }
}
