import type { DeviceFact } from '../../base/reading.js'

/**
 * Turns what was found of the months of plants into facts that are archived with their place in the journal: a deadline passes by
 * the clock, which nothing keeps. A plant is told of when a month of it is overdue, and when none is any more.
 */
export class AttestationWatch {
  readonly #isBad = new Map<string, boolean>()
  readonly #found = new Map<string, number | null>()

  /** @param last the last fact of each plant, or more, in order */
  constructor(last: readonly DeviceFact[]) {
    for (const { what, plant, isBad } of last) if (what === 'attestation') this.#isBad.set(plant, isBad)
  }

  /** Takes what a look at a plant has found; the next tick makes a fact of it. @param dueMs deadline of its oldest overdue month, epoch ms; null for none */
  found(plant: string, dueMs: number | null): void {
    this.#found.set(plant, dueMs)
  }

  /** Facts since the last tick. @param nowMs epoch ms */
  at(nowMs: number): readonly DeviceFact[] {
    const facts = [...this.#found].flatMap(([plant, dueMs]): DeviceFact[] => {
      const isBad = dueMs !== null
      if ((this.#isBad.get(plant) ?? false) === isBad) return []
      this.#isBad.set(plant, isBad)
      const value = dueMs === null ? 0 : Math.max(0, nowMs - dueMs) / 1000
      return [{ plant, device: '', what: 'attestation', atMs: nowMs, isBad, value }]
    })
    this.#found.clear()
    return facts
  }
}
