/**
 * Preload of a measured Node process: answers each message of its parent with what the process has taken so far.
 *
 * The operating system counts CPU time in hundredths of a second, too coarse for a burst of a second; this is in microseconds.
 */
export interface Usage {
  /** User and system time since the start. */
  readonly cpuSeconds: number;
  /** Resident memory. */
  readonly rssBytes: number;
}

if (process.send !== undefined) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const usage: Usage = { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() };
    process.send?.(usage);
  });
  // The measured program ends as it would without the probe.
  process.channel?.unref();
}
