import { entryOf } from '../../base/entry-of.js'
import type { EventFields } from '../../base/events.js'
import type { DeviceEvent } from '../../base/reading.js'
import { Corrections } from '../settings/corrections.js'
import { Laboratory } from '../settings/laboratory.js'
import type { ProductionRun } from '../settings/products.js'
import { countUpTo, insertInstant } from '../time/ascending.js'
import { CheckAttempts } from './check-attempts.js'
import { type EventsOf, RecentEvents } from './recent-events.js'

/** Something that happened, as far as the engine looks at it. */
export type PlantEvent = Pick<DeviceEvent, 'device' | 'line' | 'type' | 'ts' | 'id' | 'receivedAt' | 'fields'>

/** Record of what has happened at the devices of a plant: registers that started anew, runs of products, corrections, events. */
export class PlantEvents {
  readonly recent = new RecentEvents()
  readonly attempts = new CheckAttempts()
  readonly laboratory = new Laboratory()
  /** `device/id` of what does not count any more. */
  readonly #withdrawn = new Set<string>()
  readonly #replacedAt = new Map<string, number[]>()
  /** Event times at which every register of a device started anew, those included that have not sent yet. */
  readonly #allReplacedAt = new Map<string, number[]>()
  /** Instants of the list of a register that nobody told and a configuration made, which another one may take back. */
  readonly #unitChanges = new Map<string, Set<number>>()
  readonly #runs = new Map<string, ProductionRun[]>()
  readonly #corrections = new Map<string, Corrections>()

  /** Event times at which a register started anew, ascending; the list grows. */
  replacementsOf(device: string, metric: string): number[] {
    return entryOf(this.#replacedAt, `${device}/${metric}`, () => [...(this.#allReplacedAt.get(device) ?? [])])
  }

  /** Notes that every register of a device that sends its first reading later has started anew. */
  restartAll(device: string, ms: number): void {
    insertInstant(
      entryOf(this.#allReplacedAt, device, () => []),
      ms,
    )
  }

  /** Notes that a register starts anew, be it there or not; false when that is known. */
  restart(device: string, metric: string, ms: number): boolean {
    this.#unitChanges.get(`${device}/${metric}`)?.delete(ms)
    return insertInstant(this.replacementsOf(device, metric), ms)
  }

  /** Notes that a register starts anew because its configuration counts in another unit from then on. */
  changeUnit(device: string, metric: string, ms: number): void {
    if (!insertInstant(this.replacementsOf(device, metric), ms)) return
    entryOf(this.#unitChanges, `${device}/${metric}`, () => new Set()).add(ms)
  }

  /** Notes that it counts in the same unit there after all; what somebody has told of it stays. */
  keepUnit(device: string, metric: string, ms: number): void {
    if (this.#unitChanges.get(`${device}/${metric}`)?.delete(ms) !== true) return
    const replacedAt = this.replacementsOf(device, metric)
    replacedAt.splice(replacedAt.indexOf(ms), 1)
  }

  /** The runs of a device in order of time; the list grows. */
  runsOf(device: string): ProductionRun[] {
    return entryOf(this.#runs, device, () => [])
  }

  /** Notes that a device makes something else; returns up to when that holds, Infinity when nothing follows. */
  ran(device: string, ts: number, { status, product }: EventFields<'order'>): number {
    const runs = this.runsOf(device)
    const run = { ts, product: status === 'end' ? null : (product ?? null) }
    const place = countUpTo(runs, ts, timeOf)
    const same = runs[place - 1]
    // A start counts before an end at the same instant, and of two starts the later name, whichever came first.
    if (same?.ts === ts) {
      runs[place - 1] = laterOf(same, run)
      return runs[place]?.ts ?? Infinity
    }
    runs.splice(place, 0, run)
    return runs[place + 1]?.ts ?? Infinity
  }

  /** Notes that an event does not count any more, be it there or not; false when that is known. */
  withdrew(device: string, id: string): boolean {
    const key = `${device}/${id}`
    if (this.#withdrawn.has(key)) return false
    this.#withdrawn.add(key)
    return true
  }

  /** The event of a device does not count any more. */
  isWithdrawn(device: string, id: string): boolean {
    return this.#withdrawn.has(`${device}/${id}`)
  }

  /**
   * Finds events as `events` does, without those that were withdrawn; a serial result says whether the part was checked before.
   * @param attempts when parts were checked, up to `LOOK_BACK_MS` before what is asked for
   */
  counted(events: EventsOf, attempts: CheckAttempts): EventsOf {
    return (device, type, fromMs, toMs) => {
      const all = events(device, type, fromMs, toMs)
      const counted = this.#withdrawn.size === 0 ? all : all.filter(({ id }) => !this.isWithdrawn(device, id))
      if (type !== 'serial_result') return counted
      return counted.map((result) => (attempts.isRepeat(result) ? { ...result, isRepeat: true } : result))
    }
  }

  /** The corrections of the readings of a metric; more are added. */
  correctionsOf(device: string, metric: string): Corrections {
    return entryOf(this.#corrections, `${device}/${metric}`, () => new Corrections())
  }
}

function timeOf({ ts }: ProductionRun): number {
  return ts
}

function laterOf(a: ProductionRun, b: ProductionRun): ProductionRun {
  return (a.product ?? '') < (b.product ?? '') ? b : a
}
