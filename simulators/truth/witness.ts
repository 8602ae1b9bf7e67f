import { HOUR_MS } from '../../src/base/durations.js'
import type { DeviceSamples } from '../device-samples.js'
import type { Sample } from '../plant.js'
import { type SampleFault, shown } from '../sends.js'
import type { Span } from './windows.js'

/** Two intervals that are farther apart are two. */
const APART_MS = HOUR_MS

/** Samples that one device took in a run, and those of them that the gateway was shown. */
export class Witness {
  readonly #samples: DeviceSamples
  readonly #faults: readonly SampleFault[]
  readonly #toMs: number
  /** Intervals in which the clock was behind, from the first time it showed to the last time at which it did. */
  readonly behind: readonly Span[]
  /** Intervals whose samples were refused, up to the next one that was not. */
  readonly refused: readonly Span[]
  /** The first sample, epoch ms; null when there is none. */
  readonly firstMs: number | null
  /** The last one that was taken at its right time, epoch ms: behind it a device has no windows of its own. */
  readonly lastTakenMs: number

  /** @param toMs end of the run, exclusive */
  constructor(samples: DeviceSamples, faults: readonly SampleFault[], toMs: number) {
    this.#samples = samples
    this.#faults = faults
    this.#toMs = toMs
    this.firstMs = this.sampled().next().value?.ts ?? null
    let lastTakenMs = Number.NEGATIVE_INFINITY
    for (const { ts } of this.taken()) lastTakenMs = ts
    this.lastTakenMs = lastTakenMs
    const behind: Span[] = []
    const refused: Span[] = []
    if (this.isDisturbed) this.#collect(behind, refused)
    this.behind = behind
    this.refused = refused
  }

  /** Something befell its samples. */
  get isDisturbed(): boolean {
    return this.#faults.length > 0
  }

  /** In order of time. */
  *sampled(): Generator<Sample> {
    yield* this.#samples.all(this.#toMs)
  }

  /** Samples that were taken at their right time, in order of time. */
  *taken(): Generator<Sample> {
    for (const sample of this.sampled()) {
      const one = shown(sample, this.#faults)
      if (one !== null && one.ts === sample.ts) yield one
    }
  }

  #collect(behind: Span[], refused: Span[]): void {
    let refusedFromMs: number | null = null
    let lastMs = 0
    for (const sample of this.sampled()) {
      lastMs = sample.ts
      const one = shown(sample, this.#faults)
      if (one === null) continue
      if (one.ts > sample.ts) refusedFromMs ??= sample.ts
      else if (one.ts < sample.ts) extend(behind, one.ts, sample.ts)
      else if (refusedFromMs !== null) {
        refused.push({ startMs: refusedFromMs, endMs: sample.ts + 1 })
        refusedFromMs = null
      }
    }
    if (refusedFromMs !== null) refused.push({ startMs: refusedFromMs, endMs: lastMs + 1 })
  }
}

function extend(spans: Span[], startMs: number, endMs: number): void {
  const last = spans.at(-1)
  if (last === undefined || startMs - last.endMs > APART_MS) spans.push({ startMs, endMs: endMs + 1 })
  else spans[spans.length - 1] = { startMs: last.startMs, endMs: endMs + 1 }
}

/** True when a span has a part in common with one of the others. */
export function touches(span: Span, others: readonly Span[]): boolean {
  return others.some((other) => other.startMs < span.endMs && span.startMs < other.endMs)
}
