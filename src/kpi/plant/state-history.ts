import type { PastFold } from '../history/past.js'
import type { SeriesState } from '../series/series-state.js'
import { type StateSpan, StateSpans } from '../series/state-spans.js'
import type { Range } from '../time/ranges.js'
import type { EnginePlant } from './plant.js'

/** Reads the states of machines over a stretch of time: by the fold that their figures are made of, as it goes. */
export class StateHistory {
  readonly #plants: ReadonlyMap<string, EnginePlant>
  readonly #past: PastFold

  constructor(plants: ReadonlyMap<string, EnginePlant>, past: PastFold) {
    this.#plants = plants
    this.#past = past
  }

  /** The devices of a plant that have ever told their state. */
  devices(plant: string): ReadonlySet<string> {
    return new Set(this.#seriesList(plant).map(({ device }) => device))
  }

  /**
   * The states of a machine in a range that is over, oldest first, without holes; of more than `max` the newest. null
   * when it had said nothing of its state by the end of the range.
   */
  async of(
    plant: string,
    device: string,
    range: Range,
    max: number,
  ): Promise<{ readonly spans: readonly StateSpan[]; readonly isTruncated: boolean } | null> {
    const series = this.#seriesList(plant).find((one) => one.device === device)
    if (series === undefined || series.firstTs >= range.toMs) return null
    const spans = new StateSpans(range, max)
    if (range.fromMs < range.toMs) await this.#past.states(series, range, spans)
    return spans.end()
  }

  #seriesList(plant: string): SeriesState[] {
    return [...(this.#plants.get(plant)?.seriesList ?? [])].filter((series) => series.isState && series.isSampled)
  }
}
