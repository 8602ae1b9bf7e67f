import { QUARTER_HOUR_MS } from '../../base/durations.js'
import type { DeviceFact } from '../../base/reading.js'
import type { PeakFinding } from './peak-finding.js'

/** State of one plant: told of or not, and the block that was told of last. */
interface ToldPeak {
  readonly isBad: boolean
  /** Start of that block, epoch ms; null when none was ever told of. */
  readonly blockMs: number | null
}

const NOTHING_TOLD: ToldPeak = { isBad: false, blockMs: null }

/**
 * Turns what was found of the demand of plants into facts that are archived with their place in the journal: forecasts follow from
 * arrivals, which nothing keeps. A block is told of once.
 */
export class DemandWatch {
  readonly #told = new Map<string, ToldPeak>()
  readonly #found = new Map<string, PeakFinding>()

  /** @param last the last fact of each plant, or more, in order */
  constructor(last: readonly DeviceFact[]) {
    for (const fact of last) {
      if (fact.what === 'demand') this.#told.set(fact.plant, { isBad: fact.isBad, blockMs: blockOf(fact) })
    }
  }

  /** Takes what a look at a plant has found; the next tick makes a fact of it. */
  found(plant: string, finding: PeakFinding): void {
    this.#found.set(plant, finding)
  }

  /** Facts since the last tick. @param nowMs epoch ms */
  at(nowMs: number): readonly DeviceFact[] {
    if (this.#found.size === 0) return []
    const facts = [...this.#found].flatMap(([plant, finding]) => this.#factOf(plant, finding, nowMs))
    this.#found.clear()
    return facts
  }

  #factOf(plant: string, { expected, isOver }: PeakFinding, nowMs: number): readonly DeviceFact[] {
    const told = this.#told.get(plant) ?? NOTHING_TOLD
    const of = { plant, device: '', what: 'demand' as const, atMs: nowMs }
    if (told.isBad) {
      if (!(isOver ?? hasEnded(told, nowMs))) return []
      this.#told.set(plant, { ...told, isBad: false })
      return [{ ...of, isBad: false, value: told.blockMs === null ? 0 : (told.blockMs - nowMs) / 1000 }]
    }
    if (expected === null || expected.startMs === told.blockMs) return []
    this.#told.set(plant, { isBad: true, blockMs: expected.startMs })
    return [{ ...of, isBad: true, value: Math.max(0, expected.startMs - nowMs) / 1000 }]
  }
}

/** A block that is over is no peak ahead, whatever is known. */
function hasEnded({ blockMs }: ToldPeak, nowMs: number): boolean {
  return blockMs !== null && nowMs >= blockMs + QUARTER_HOUR_MS
}

/** Start of the block that a fact was about: one that had begun already counts with its start, as blocks are quarters of an hour of UTC. */
function blockOf({ atMs, value }: DeviceFact): number {
  return Math.floor((atMs + Math.round(value * 1000)) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
}
