import type { ReportPlant } from '../../base/report.js'

/** Time of one plant, [fromMs, toMs). */
export interface PlantTimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Calls back when something is archived, or a final figure is written, within a watched time of some plants. Asked for
 * every reading that arrives, so of each plant the end of all that is watched is compared first: live data are behind it.
 */
export class ArchiveWatch {
  readonly #watched = new Map<
    string,
    { readonly plant: string; readonly span: PlantTimeRange; readonly of: () => void }[]
  >()
  readonly #endMs = new Map<string, number>()

  /** Calls `changed` as often as there is a change; answers how to stop. */
  add(spans: Readonly<Record<string, PlantTimeRange>>, changed: () => void): () => void {
    for (const [plant, span] of Object.entries(spans)) {
      this.#watched.set(plant, [...(this.#watched.get(plant) ?? []), { plant, span, of: changed }])
      this.#measure(plant)
    }
    return () => {
      for (const plant of Object.keys(spans)) {
        const rest = (this.#watched.get(plant) ?? []).filter(({ of }) => of !== changed)
        this.#watched.set(plant, rest)
        this.#measure(plant)
      }
    }
  }

  /** Something of this time has changed. */
  changed(plant: string, fromMs: number, toMs = fromMs): void {
    if (fromMs >= (this.#endMs.get(plant) ?? -Infinity)) return
    for (const { span, of } of this.#watched.get(plant) ?? []) {
      if (fromMs < span.toMs && toMs >= span.fromMs) of()
    }
  }

  #measure(plant: string): void {
    const ends = (this.#watched.get(plant) ?? []).map(({ span }) => span.toMs)
    this.#endMs.set(plant, Math.max(-Infinity, ...ends))
  }
}

/** The time of a report, by plant. */
export function plantTimeRangesOf(
  plants: readonly Pick<ReportPlant, 'id' | 'start' | 'end'>[],
): Record<string, PlantTimeRange> {
  return Object.fromEntries(
    plants.map(({ id, start, end }) => [id, { fromMs: Date.parse(start), toMs: Date.parse(end) }]),
  )
}
