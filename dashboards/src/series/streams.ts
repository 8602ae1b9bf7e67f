import { batch, type Signal, signal } from '@preact/signals'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { Past } from './past.js'
import { byStream, mergePoints } from './points.js'

/**
 * Every KPI stream the page knows, each a signal. However fast the feed is, what came in is merged once a frame: the
 * charts that show a changed stream paint together, the others not at all.
 */
export class Streams {
  /** Past of the streams, as charts have read it. */
  readonly past = new Past()
  readonly #streams = new Map<string, Signal<readonly KpiPoint[]>>()
  readonly #schedule: (flush: () => void) => void
  #waiting: KpiPoint[] = []

  /** `schedule` calls back in the next frame, or soon where there are no frames (a hidden page). */
  constructor(schedule: (flush: () => void) => void) {
    this.#schedule = schedule
  }

  /** The points of a stream (see `streamKey`), oldest first; the signal lives as long as the page. */
  of(key: string): Signal<readonly KpiPoint[]> {
    let stream = this.#streams.get(key)
    if (stream === undefined) {
      stream = signal<readonly KpiPoint[]>([])
      this.#streams.set(key, stream)
    }
    return stream
  }

  offer(points: readonly KpiPoint[]): void {
    if (points.length === 0) return
    if (this.#waiting.length === 0) this.#schedule(() => this.flush())
    this.#waiting.push(...points)
  }

  flush(): void {
    const points = this.#waiting
    this.#waiting = []
    batch(() => {
      for (const [key, incoming] of byStream(points)) {
        const stream = this.of(key)
        stream.value = mergePoints(stream.value, incoming)
        this.past.correct(key, incoming)
      }
    })
  }
}
