const firstDelayMs = 10_000;
const longestDelayMs = 300_000;
/** A process that ran for longer than this since its last restart begins anew. */
const forgottenAfterMs = 2 * longestDelayMs;

/** When a kubelet starts a process again that ended by itself: at once, then 10 s after its end, 20 s, 40 s, up to 5 minutes. */
export class RestartBackOff {
  #delayMs = 0;
  #updatedAt = 0;

  /**
   * How long to wait now.
   *
   * @param now milliseconds since the epoch: when the process ended.
   */
  next(now: number): number {
    if (now - this.#updatedAt > forgottenAfterMs) this.#delayMs = 0;
    const delayMs = this.#delayMs;
    this.#delayMs = delayMs === 0 ? firstDelayMs : Math.min(2 * delayMs, longestDelayMs);
    this.#updatedAt = now + delayMs;
    return delayMs;
  }
}
