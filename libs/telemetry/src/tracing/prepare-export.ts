/** What the thread that exports spans is called; systems that show names of threads may cut it. */
export const exportThreadName = 'export of spans';

let prepare: (() => Promise<void>) | undefined;

/** Tells {@link prepareExport} what to prepare; called when the exporter is made. */
export function onExportPreparation(prepareExporter: () => Promise<void>): void {
  prepare = prepareExporter;
}

/**
 * Does now what the first export of spans would do: the start of its thread takes a hundred milliseconds of a core, and comes when a process may have none to
 * spare.
 *
 * Edge: nothing to do where no spans are exported by a thread. Nothing is sent. Never rejects: a thread that can't start is in the log.
 */
export async function prepareExport(): Promise<void> {
  await prepare?.();
}
