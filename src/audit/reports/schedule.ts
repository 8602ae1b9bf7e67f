import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cron } from 'croner'
import { Temporal } from 'temporal-polyfill'
import { writeDurably } from '../../archive/record/files.js'
import type { Clock } from '../../base/clock.js'
import type { ReportPeriod } from '../../base/report.js'
import type { ScheduleOptions, SchedulePeriod } from './options.js'

const NAME = 'schedules.json'
/** A step of the machine's clock is seen within this time. */
const LOOK_MS = 30_000

export interface ReportScheduleDeps {
  readonly clock: Clock
  /** Folder of what was run last. */
  readonly dir: string
  readonly schedules: readonly ScheduleOptions[]
  /** IANA zone of a plant. */
  zoneOf(plant: string): string
  /**
   * Hands in the report of a period; null when there is no room, then it is handed in again later. Resolves with whether it
   * was made.
   */
  submit(schedule: ScheduleOptions, period: ReportPeriod): Promise<boolean> | null
  /** False while the clock may be a wrong one: of days that are still to come no report is made. */
  maySubmit?(): boolean
}

/**
 * Reports that are made by themselves. Of the runs that fell into a time when the gateway was down the last one is made
 * up for, and one that was not made is tried again after the next start; a schedule that is new begins with the next.
 */
export class ReportSchedule {
  readonly #deps: ReportScheduleDeps
  /** By schedule, until when its runs are handed in, epoch ms. */
  readonly #handedInMs: Map<string, number>
  /** The same, of those that were made: jobs are gone with the process, so this alone is saved. */
  readonly #doneMs: Map<string, number>

  #isToSave = false

  constructor(deps: ReportScheduleDeps) {
    this.#deps = deps
    const path = join(deps.dir, NAME)
    const saved = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>) : {}
    const nowMs = deps.clock.nowMs()
    this.#doneMs = new Map(deps.schedules.map((one) => [keyOf(one), Math.min(nowMs, saved[keyOf(one)] ?? nowMs)]))
    this.#handedInMs = new Map(this.#doneMs)
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#deps.schedules.length === 0) return
    await this.#save()
    while (!signal.aborted) {
      await this.look()
      await this.#deps.clock.sleep(LOOK_MS, signal)
    }
  }

  /** Hands in what is due. */
  async look(): Promise<void> {
    const { clock, schedules, maySubmit = () => true } = this.#deps
    if (!maySubmit()) return
    const nowMs = clock.nowMs()
    for (const schedule of schedules) {
      const zone = this.#deps.zoneOf(schedule.plants[0]!)
      const key = keyOf(schedule)
      // A run by a clock that was ahead does not put off the runs until then.
      const afterMs = Math.min(nowMs, this.#handedInMs.get(key) ?? nowMs)
      this.#handedInMs.set(key, afterMs)
      const dueMs = nextRunMs(schedule.cron, zone, afterMs)
      if (dueMs === null || dueMs > nowMs) continue
      const made = this.#deps.submit(schedule, lastPeriod(schedule.period, zone, nowMs))
      if (made === null) continue
      this.#handedInMs.set(key, nowMs)
      void made.then((isMade) => {
        if (isMade) this.#doneMs.set(key, nowMs)
        this.#isToSave ||= isMade
      })
    }
    if (!this.#isToSave) return
    this.#isToSave = false
    await this.#save()
  }

  #save(): Promise<void> {
    return writeDurably(this.#deps.dir, NAME, JSON.stringify(Object.fromEntries(this.#doneMs)))
  }
}

/** The first run of a pattern after an instant; null when there is none. */
export function nextRunMs(pattern: string, zone: string, afterMs: number): number | null {
  return new Cron(pattern, { timezone: zone, paused: true }).nextRun(new Date(afterMs))?.getTime() ?? null
}

/** The last period of a zone that is over at an instant. */
export function lastPeriod(size: SchedulePeriod, zone: string, atMs: number): ReportPeriod {
  const today = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate()
  const months = { month: 1, quarter: 3, year: 12 }
  if (size === 'day') return { from: today.subtract({ days: 1 }).toString(), to: today.toString() }
  const length = months[size]
  const to = today.with({ day: 1, month: Math.floor((today.month - 1) / length) * length + 1 })
  return { from: to.subtract({ months: length }).toString(), to: to.toString() }
}

/** A schedule that is said anew is a new one. */
function keyOf(schedule: ScheduleOptions): string {
  return JSON.stringify(schedule)
}
