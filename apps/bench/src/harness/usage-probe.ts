/**
 * Preload of a measured Node process: answers each question of its parent with what the process has taken so far, and ends the process when the parent has
 * gone, however that ended: nothing that was measured shall run on.
 *
 * The operating system counts CPU time in hundredths of a second, too coarse for a burst of a second; this is in microseconds.
 */
export interface Usage {
  /** User and system time since the start. */
  readonly cpuSeconds: number;
  /** Resident memory. */
  readonly rssBytes: number;
}

/** A measured program may use the channel, too: only what bears a question's number is about usage. */
export interface UsageQuestion {
  readonly usageQuestion: number;
}

export interface UsageAnswer extends Usage {
  readonly usageQuestion: number;
}

if (process.send !== undefined) {
  process.on('message', (question: Partial<UsageQuestion> | null) => {
    if (typeof question?.usageQuestion !== 'number') return;
    const { user, system } = process.cpuUsage();
    const answer: UsageAnswer = {
      usageQuestion: question.usageQuestion,
      cpuSeconds: (user + system) / 1e6,
      rssBytes: process.memoryUsage.rss(),
    };
    process.send?.(answer);
  });
  process.once('disconnect', () => process.exit(1));
  // The measured program ends as it would without the probe.
  process.channel?.unref();
}
