import type { KpiPoint } from '../../base/kpi.js'

/** Windows that one message tells of at most, beside the newest of each KPI. */
const OTHERS_MAX = 64

/**
 * The points of one subject: of each KPI the newest window, those that are still open, and what has changed since it was
 * said last. What is not said in time is replaced by what is newer; of more windows than a message takes the oldest go,
 * which are in the store.
 */
export class SubjectPoints {
  readonly #newest = new Map<string, KpiPoint>()
  readonly #open = new Map<string, KpiPoint>()
  readonly #news = new Map<string, KpiPoint>()

  take(point: KpiPoint): void {
    const key = keyOf(point)
    put(this.#news, key, point)
    if (point.provisional) put(this.#open, key, point)
    else this.#open.delete(key)
    const newest = this.#newest.get(point.kpi)
    if (newest === undefined || newest.start <= point.start) this.#newest.set(point.kpi, point)
  }

  has(kpi: string): boolean {
    return this.#newest.has(kpi)
  }

  /** Keeps only these KPIs; true when others went. */
  keep(kpis: ReadonlySet<string>): boolean {
    let hasGone = false
    for (const kpi of this.#newest.keys()) {
      if (kpis.has(kpi)) continue
      hasGone = this.#newest.delete(kpi)
      for (const points of [this.#open, this.#news]) {
        for (const [key, point] of points) if (point.kpi === kpi) points.delete(key)
      }
    }
    return hasGone
  }

  get isEmpty(): boolean {
    return this.#newest.size === 0
  }

  /** Ascending by start. */
  points(): KpiPoint[] {
    const all = new Set([...this.#open.values(), ...this.#news.values(), ...this.#newest.values()])
    return [...all].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  }

  /** These are in the stream. */
  said(points: readonly KpiPoint[]): void {
    for (const point of points) if (this.#news.get(keyOf(point)) === point) this.#news.delete(keyOf(point))
  }
}

function put(points: Map<string, KpiPoint>, key: string, point: KpiPoint): void {
  points.delete(key)
  points.set(key, point)
  if (points.size <= OTHERS_MAX) return
  const [oldest] = points.keys()
  points.delete(oldest!)
}

function keyOf({ kpi, start }: KpiPoint): string {
  return `${kpi}|${start}`
}
