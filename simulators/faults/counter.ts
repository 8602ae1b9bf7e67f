import type { DeviceSamples } from '../device-samples.js'
import type { Sample } from '../plant.js'
import type { SampleFault } from '../sends.js'
import { EPISODES, type EpisodeRules, episodeAt } from './episodes.js'
import type { Key } from './key.js'

/** Registers that faults befall, the first that a device shows. */
const REGISTERS = ['elec_import_kwh', 'elec_submeter_kwh', 'cycle_count'] as const

/** The register of a sample that a fault befalls, null when it shows none. */
export function registerIn(sample: Sample): string | null {
  return REGISTERS.find((metric) => Object.hasOwn(sample.metrics, metric)) ?? null
}

/** The register shows 0 in one sample of each slot of time and goes on: the commonest fault of a meter. */
export function glitch(samples: DeviceSamples, key: Key, quietUntilMs: number): SampleFault {
  const hits = new Hits(samples, EPISODES.glitch, [...key, 'glitch'], quietUntilMs)
  return (sample) => (hits.of(sample.ts)?.ts === sample.ts ? withRegister(sample, () => 0) : sample)
}

/** The register starts again from zero once in each slot of time, and goes on from there. */
export function reset(samples: DeviceSamples, key: Key, quietUntilMs: number): SampleFault {
  const hits = new Hits(samples, EPISODES.reset, [...key, 'reset'], quietUntilMs)
  return (sample) => {
    const begin = hits.lastBefore(sample.ts)
    return begin === null ? sample : withRegister(sample, (value) => Math.round((value - begin.value) * 1000) / 1000)
  }
}

function withRegister(sample: Sample, change: (value: number) => number): Sample {
  const metric = registerIn(sample)
  if (metric === null) return sample
  return { ...sample, metrics: { ...sample.metrics, [metric]: change(Number(sample.metrics[metric])) } }
}

interface Hit {
  readonly ts: number
  readonly value: number
}

/** A hit is looked for up to the end of its half hour. */
const HALF_HOUR_MS = 1_800_000
/** Kept so that each slot is looked at once; a year has 1,460. */
const SLOTS_KEPT = 64

/** In each slot of time, the first sample with a register from the episode's beginning on. */
class Hits {
  readonly #samples: DeviceSamples
  readonly #rules: EpisodeRules
  readonly #key: Key
  readonly #quietUntilMs: number
  readonly #found = new Map<number, Hit | null>()

  constructor(samples: DeviceSamples, rules: EpisodeRules, key: Key, quietUntilMs: number) {
    this.#samples = samples
    this.#rules = rules
    this.#key = key
    this.#quietUntilMs = quietUntilMs
  }

  /** Hit of the slot that holds an instant; null when nothing is sampled there. */
  of(tsMs: number): Hit | null {
    const slot = Math.floor(tsMs / this.#rules.slotMs)
    const known = this.#found.get(slot)
    if (known !== undefined) return known
    const { fromMs } = episodeAt(tsMs, this.#rules, ...this.#key)
    const toMs = (Math.floor(fromMs / HALF_HOUR_MS) + 1) * HALF_HOUR_MS
    const hit = fromMs < this.#quietUntilMs ? null : this.#first(fromMs, toMs)
    if (this.#found.size >= SLOTS_KEPT) this.#found.clear()
    this.#found.set(slot, hit)
    return hit
  }

  /** The newest at or before an instant; null when there is none yet. */
  lastBefore(tsMs: number): Hit | null {
    for (let at = tsMs; at >= this.#quietUntilMs; at -= this.#rules.slotMs) {
      const hit = this.of(at)
      if (hit !== null && hit.ts <= tsMs) return hit
    }
    const first = this.of(this.#quietUntilMs)
    return first !== null && first.ts <= tsMs ? first : null
  }

  #first(fromMs: number, toMs: number): Hit | null {
    for (const sample of this.#samples.between(fromMs, toMs)) {
      const metric = registerIn(sample)
      if (metric !== null) return { ts: sample.ts, value: Number(sample.metrics[metric]) }
    }
    return null
  }
}
