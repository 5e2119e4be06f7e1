/** The version that this process declares of itself; a class so that Nest can inject it by type. */
export class ServiceVersion {
  readonly version: string;

  constructor(version: string) {
    this.version = version;
  }
}
