/** Time in which at most one line is logged of each kind of thing, ms. */
const QUIET_MS = 10_000

/** Keeps a log readable while strangers do the same thing over and over. */
export class Seldom<Kind> {
  readonly #saidMs = new Map<Kind, number>()

  /** True where nothing was said of this kind for a while, which counts as said. */
  isDue(kind: Kind): boolean {
    const nowMs = performance.now()
    if (nowMs - (this.#saidMs.get(kind) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false
    this.#saidMs.set(kind, nowMs)
    return true
  }
}
