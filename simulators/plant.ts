import type { EventType } from '../src/base/events.js'
import type { MetricClass } from '../src/base/metrics.js'
import type { Quality } from '../src/base/quality.js'
import type { DevicePath } from '../src/base/topic.js'

/** Event that happens once. Its id is a pure function too: sent again after a restart, it is the same event. */
export interface SampleEvent {
  readonly id: string
  readonly type: EventType
  readonly [field: string]: string | number | boolean
}

/** One element of a payload, as the contract's section on devices has it. */
export interface Sample {
  readonly ts: number
  /** None in an element that only says what happened. */
  readonly metrics: Readonly<Record<string, number | string | boolean>>
  readonly events?: readonly SampleEvent[]
  /** Units of the metrics whose unit the gateway cannot know. */
  readonly units?: Readonly<Record<string, string>>
  readonly quality?: Quality | Readonly<Record<string, Quality>>
  readonly seq?: number
}

/** A device as a pure function of (seed, absolute time): a new process reads what the old one would have read. */
export interface SimulatedDevice {
  readonly path: DevicePath
  readonly class: MetricClass
  /** It sends when something changes, and nothing in between. */
  readonly isOnChange: boolean
  /**
   * Samples that it takes in [fromMs, toMs), in order of time, at most one an instant. A periodic device samples at the
   * multiples of `periodMs` in epoch time; one that sends on change ignores `periodMs`.
   */
  samples(fromMs: number, toMs: number, periodMs: number): readonly Sample[]
}

export interface SimulatedPlant {
  readonly id: string
  /** IANA zone. */
  readonly timezone: string
  /** Before this instant nothing is defined, epoch ms. */
  readonly epochMs: number
  readonly devices: readonly SimulatedDevice[]
}
