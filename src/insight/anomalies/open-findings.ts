import type { AnomalyKind } from '../../base/anomaly.js'
import type { WatchedSeries } from './watched-series.js'

/** A finding while the watch works on it, by numbers of intervals. */
export interface OpenFinding {
  readonly kind: AnomalyKind
  readonly device: string
  readonly line: string | null
  readonly other: string | null
  readonly unit: string
  readonly since: number
  until: number | null
  readonly found: number
  factor: number | null
  readonly confidence: number
  readonly threshold: number
  readonly thresholdUnit: string
  /** Series whose values are in doubt or above what is usual; none of a machine. */
  readonly series: readonly WatchedSeries[]
  /** Machines have figures of days alone. */
  readonly ratios: readonly { readonly day: number; readonly ratio: number }[] | null
}

/** Findings of a plant: at most one at a time of a device, so that one cause is said once. */
export class OpenFindings {
  readonly all: OpenFinding[] = []
  readonly #open = new Map<string, OpenFinding>()

  of(device: string): OpenFinding | undefined {
    return this.#open.get(device)
  }

  add(finding: OpenFinding): void {
    this.all.push(finding)
    for (const series of finding.series) series.mask(finding.since, finding.until ?? finding.found)
    if (finding.until !== null) return
    this.#open.set(finding.device, finding)
    if (finding.kind === 'swapped_meters') this.#open.set(finding.other!, finding)
  }

  /** Ends a finding; one that would end before it began stays open. */
  close(finding: OpenFinding, until: number): void {
    if (until <= finding.since) return
    finding.until = until
    for (const [device, one] of this.#open) if (one === finding) this.#open.delete(device)
    // Intervals after the end are looked at again.
    for (const series of finding.series) series.isMasked.fill(0, until)
  }

  /** Findings that are still open go on to this interval. */
  extend(to: number): void {
    for (const { series, since } of this.#open.values()) for (const one of series) one.mask(since, to)
  }
}
