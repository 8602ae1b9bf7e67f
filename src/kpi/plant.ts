import type { Senders } from '../archive/senders.js'
import { METRICS } from '../base/metrics.js'
import { type PlantOptions, seriesTimes } from '../base/plant.js'
import { Calendar } from './calendar.js'
import { type DeviceClock, deviceWatermark, isIdle, plantWatermark } from './liveness.js'
import type { Late } from './past.js'
import type { UnitClock } from './publish.js'
import { MINUTE_MS } from './slots.js'
import { Streams } from './streams.js'
import { Track } from './track.js'
import { type Unit, unitsOf } from './units.js'

/** A meter was replaced: its registers start again. */
export interface Replacement {
  readonly plant: string
  readonly device: string
  /** null: all registers of the device. */
  readonly metric: string | null
  readonly ts: number
}

/** A plant in the engine: its tracks, its units, and the instant up to which its readings are complete. */
export class EnginePlant {
  readonly id: string
  readonly options: PlantOptions | null
  readonly calendar: Calendar
  readonly streams = new Streams()
  readonly late = new Map<Track, Late>()
  /** Stretches that were walked anew and whose points are still those of before. */
  readonly stale = new Map<Track, Late>()
  /** New samples since the last cycle. */
  readonly fresh = new Map<Track, Late>()
  watermarkMs = -Infinity
  readonly #senders: Senders
  readonly #configuredSinceMs: (device: string) => number
  readonly #tracks = new Map<string, Track>()
  readonly #replacedAt = new Map<string, number[]>()
  #units: readonly Unit[] | null = null

  /** @param configuredSinceMs from when on a configured device is expected, by device id; epoch ms */
  constructor(
    id: string,
    options: PlantOptions | null,
    senders: Senders,
    configuredSinceMs: (device: string) => number,
  ) {
    this.id = id
    this.options = options
    this.calendar = new Calendar(options?.timezone ?? 'UTC')
    this.#senders = senders
    this.#configuredSinceMs = configuredSinceMs
    this.expect()
  }

  /** Makes the configured tracks, and takes over from when on they are expected. */
  expect(): void {
    for (const device of this.options?.devices ?? []) {
      const from =
        device.effective_from === undefined ? this.#configuredSinceMs(device.id) : Date.parse(device.effective_from)
      for (const metric of Object.keys(device.metrics)) {
        const track = this.track(device.id, metric)
        if (track !== null) track.expectedFromMs = from
      }
    }
  }

  get tracks(): Iterable<Track> {
    return this.#tracks.values()
  }

  get units(): readonly Unit[] {
    this.#units ??= unitsOf(this.id, this.options, [...this.#tracks.values()])
    return this.#units
  }

  /** Windows of a minute exist as soon as one track is sampled that often. */
  get publishesMinutes(): boolean {
    for (const track of this.#tracks.values()) if (track.times.periodMs <= MINUTE_MS) return true
    return false
  }

  /** The track of a metric of a device, made when it is new; null for a metric that takes no part in KPIs. */
  track(device: string, metric: string): Track | null {
    if (!METRICS.has(metric)) return null
    const key = `${device}/${metric}`
    let track = this.#tracks.get(key)
    if (track === undefined) {
      const options = this.options?.devices.find((d) => d.id === device)
      track = new Track(
        { plant: this.id, device, metric },
        options?.metrics[metric],
        options !== undefined,
        this.#replacementsOf(device, metric),
      )
      this.#tracks.set(key, track)
      this.#units = null
    }
    return track
  }

  /** Notes that a meter was replaced; returns the tracks whose sums that changes. */
  replace(replacement: Replacement): readonly Track[] {
    const changed: Track[] = []
    for (const track of this.#tracks.values()) {
      if (track.device !== replacement.device || !appliesTo(replacement, track.metric)) continue
      const at = this.#replacementsOf(track.device, track.metric)
      if (at.includes(replacement.ts)) continue
      at.push(replacement.ts)
      at.sort((a, b) => a - b)
      changed.push(track)
    }
    return changed
  }

  /** Moves the watermark to `nowMs`; it never goes back. */
  moveWatermark(nowMs: number): void {
    this.watermarkMs = Math.max(this.watermarkMs, plantWatermark(this.#clocks(), nowMs))
  }

  clockOf(unit: Unit, nowMs: number): UnitClock {
    const closedMs = this.streams.closedMs(unit.scope, unit.id)
    if (unit.scope === 'plant') {
      const allIdle = [...this.#clocks()].every((clock) => isIdle(clock, nowMs))
      return { watermarkMs: this.watermarkMs, closedMs, allIdle, nowMs }
    }
    const clock = this.#clock(unit.id)
    if (clock === null) return { watermarkMs: -Infinity, closedMs, allIdle: true, nowMs }
    return { watermarkMs: deviceWatermark(clock), closedMs, allIdle: isIdle(clock, nowMs), nowMs }
  }

  /** The silence after which a device is idle, ms: the shortest among its metrics. */
  idleMs(device: string): number {
    const own = [...this.#tracks.values()].filter((track) => track.device === device)
    return own.length === 0 ? seriesTimes(undefined).idleMs : Math.min(...own.map((track) => track.times.idleMs))
  }

  *#clocks(): Generator<DeviceClock> {
    for (const device of new Set([...this.#tracks.values()].map((track) => track.device))) {
      const clock = this.#clock(device)
      if (clock !== null) yield clock
    }
  }

  #clock(device: string): DeviceClock | null {
    const sender = this.#senders.find(this.id, device)
    return sender === undefined ? null : { ...sender, idleMs: this.idleMs(device) }
  }

  #replacementsOf(device: string, metric: string): number[] {
    const key = `${device}/${metric}`
    const at = this.#replacedAt.get(key) ?? []
    this.#replacedAt.set(key, at)
    return at
  }
}

function appliesTo(replacement: Replacement, metric: string): boolean {
  const kind = METRICS.get(metric)?.kind
  return (kind === 'counter' || kind === 'pieces') && (replacement.metric === null || replacement.metric === metric)
}
