import type { DevicePath } from '../../base/topic.js'
import type { DialectState } from '../dialect-state.js'
import type { BudgetName } from './options.js'

/** A plant of which nothing was refused for so long has no trouble any more. */
const QUIET_MS = 600_000
const REFUSED = 'refused/'

/** A time in which names or events were refused, as the first of them began it. */
export interface Episode extends DevicePath {
  readonly budget: BudgetName
  readonly sinceMs: number
  lastMs: number
  /** Messages, readings and events that were refused. */
  refused: number
  /** A fact has been made of it. */
  isTold: boolean
}

/** By plant what was refused of late: one entry a plant that is known, and one under '' for all others together. */
export class BudgetRefusals {
  readonly #byPlant = new Map<string, Episode>()
  readonly #changed = new Set<string>()

  get byPlant(): ReadonlyMap<string, Episode> {
    return this.#byPlant
  }

  /** @param plant '' where it is not known itself */
  note(plant: string, { line, device, ...path }: DevicePath, budget: BudgetName, nowMs: number): void {
    const episode = this.#byPlant.get(plant)
    this.#changed.add(plant)
    if (episode === undefined) {
      const begun = {
        plant: path.plant,
        line,
        device,
        budget,
        sinceMs: nowMs,
        lastMs: nowMs,
        refused: 1,
        isTold: false,
      }
      this.#byPlant.set(plant, begun)
      return
    }
    episode.lastMs = Math.max(nowMs, episode.lastMs)
    episode.refused++
  }

  /** Takes episodes that are new, which are told by this, and those that are over, which are forgotten by it. */
  take(nowMs: number): readonly { readonly plant: string; readonly episode: Episode; readonly isOver: boolean }[] {
    const turned = []
    for (const [plant, episode] of this.#byPlant) {
      const isOver = nowMs - episode.lastMs >= QUIET_MS
      if (!isOver && episode.isTold) continue
      if (isOver) this.#byPlant.delete(plant)
      else episode.isTold = true
      this.#changed.add(plant)
      turned.push({ plant, episode, isOver })
    }
    return turned
  }

  takeChanges(): readonly DialectState[] {
    const changes = [...this.#changed].map((plant) => {
      const episode = this.#byPlant.get(plant)
      return { key: REFUSED + plant, content: episode === undefined ? null : JSON.stringify(episode) }
    })
    this.#changed.clear()
    return changes
  }

  restore(states: readonly DialectState[]): void {
    for (const { key, content } of states) {
      if (key.startsWith(REFUSED) && content !== null) {
        this.#byPlant.set(key.slice(REFUSED.length), JSON.parse(content) as Episode)
      }
    }
  }
}
