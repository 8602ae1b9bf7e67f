const AGAIN_AFTER_MS = 60_000

/** Rings for what is new, and again each minute as long as anything is left. */
export class Bell {
  readonly #known = new Set<string>()
  #rangMs = Number.NEGATIVE_INFINITY

  /** True when the bell has to ring for `keys`, the alarms that need a person now. */
  rings(keys: readonly string[], atMs: number): boolean {
    const isNew = keys.some((key) => !this.#known.has(key))
    this.#known.clear()
    for (const key of keys) this.#known.add(key)
    if (!isNew && (keys.length === 0 || atMs - this.#rangMs < AGAIN_AFTER_MS)) return false
    this.#rangMs = atMs
    return true
  }
}
