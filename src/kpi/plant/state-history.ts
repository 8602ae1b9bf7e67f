import type { PastFold } from '../history/past.js'
import type { SeriesState } from '../series/series-state.js'
import { type StateSpan, StateSpans } from '../series/state-spans.js'
import type { Range } from '../time/ranges.js'
import type { EnginePlant } from './plant.js'

/** Reads the states of machines over a stretch of time: by the walk that their figures are made of, as it goes. */
export class StateHistory {
  readonly #plants: ReadonlyMap<string, EnginePlant>
  readonly #past: PastFold

  constructor(plants: ReadonlyMap<string, EnginePlant>, past: PastFold) {
    this.#plants = plants
    this.#past = past
  }

  /** The devices of a plant that have ever told their state. */
  devices(plant: string): ReadonlySet<string> {
    return new Set(this.#tracks(plant).map(({ device }) => device))
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
    const track = this.#tracks(plant).find((one) => one.device === device)
    if (track === undefined || track.firstTs >= range.toMs) return null
    const spans = new StateSpans(range, max)
    if (range.fromMs < range.toMs) await this.#past.states(track, range, spans)
    return spans.end()
  }

  #tracks(plant: string): SeriesState[] {
    return [...(this.#plants.get(plant)?.tracks ?? [])].filter((track) => track.isState && track.isSampled)
  }
}
