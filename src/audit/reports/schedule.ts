import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cron } from 'croner'
import { Temporal } from 'temporal-polyfill'
import { writeDurably } from '../../archive/record/files.js'
import type { Clock } from '../../base/clock.js'
import { HOUR_MS } from '../../base/durations.js'
import type { ReportPeriod } from '../../base/report.js'
import type { ScheduleOptions, SchedulePeriod } from './options.js'

const NAME = 'schedules.json'
/** A step of the machine's clock is seen within this time. */
const LOOK_MS = 30_000
/** A run that was not made is handed in again after this time. */
const AGAIN_MS = HOUR_MS
/** Runs that are counted. */
const RUNS_MAX = 1000

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
  submit(schedule: ScheduleOptions, period: ReportPeriod, dueMs: number): Promise<boolean> | null
  /** Hears of runs before the last that fell into a time without a gateway: nothing is made of them. */
  missed?(schedule: ScheduleOptions, count: number, firstMs: number): void
  /** False while the clock may be a wrong one: of days that are still to come no report is made. */
  maySubmit?(): boolean
}

/**
 * Reports that are made by themselves. Of the runs that fell into a time when the gateway was down the last one is made
 * up for, and one that was not made is tried again after an hour or the next start; a schedule that is new begins with the next.
 */
export class ReportSchedule {
  readonly #deps: ReportScheduleDeps
  #schedules: readonly ScheduleOptions[]
  /** By schedule, until when its runs are handed in, epoch ms. */
  readonly #handedInMs: Map<string, number>
  /** The same, of those that were made: jobs are gone with the process, so this alone is saved. */
  readonly #doneMs: Map<string, number>
  /** When a run that was not made is handed in again. */
  readonly #againMs = new Map<string, number>()
  #isToSave = false

  constructor(deps: ReportScheduleDeps) {
    this.#deps = deps
    const path = join(deps.dir, NAME)
    const saved = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>) : {}
    const nowMs = deps.clock.nowMs()
    this.#schedules = deps.schedules
    this.#doneMs = new Map(
      deps.schedules.map((one) => [scheduleKey(one), Math.min(nowMs, saved[scheduleKey(one)] ?? nowMs)]),
    )
    this.#handedInMs = new Map(this.#doneMs)
    this.#isToSave = deps.schedules.length > 0
  }

  /** The schedules are others now: a new one begins with its next run. */
  configure(schedules: readonly ScheduleOptions[]): void {
    const keys = new Set(schedules.map(scheduleKey))
    const isSame = keys.size === this.#doneMs.size && [...keys].every((key) => this.#doneMs.has(key))
    this.#schedules = schedules
    // A command that runs a gateway without schedules forgets none of them.
    if (isSame) return
    for (const key of this.#doneMs.keys()) if (!keys.has(key)) this.#forget(key)
    const nowMs = this.#deps.clock.nowMs()
    for (const key of keys) {
      if (this.#doneMs.has(key)) continue
      this.#doneMs.set(key, nowMs)
      this.#handedInMs.set(key, nowMs)
    }
    this.#isToSave = true
  }

  #forget(key: string): void {
    for (const times of [this.#doneMs, this.#handedInMs, this.#againMs]) times.delete(key)
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look()
      await this.#deps.clock.sleep(LOOK_MS, signal)
    }
  }

  /** Hands in what is due. */
  async look(): Promise<void> {
    const { clock, maySubmit = () => true } = this.#deps
    if (this.#isToSave) await this.#save()
    if (!maySubmit()) return
    const nowMs = clock.nowMs()
    for (const schedule of this.#schedules) {
      const zone = this.#deps.zoneOf(schedule.plants[0]!)
      const key = scheduleKey(schedule)
      const againMs = this.#againMs.get(key)
      if (againMs !== undefined && againMs <= nowMs) {
        this.#againMs.delete(key)
        this.#handedInMs.set(key, this.#doneMs.get(key) ?? nowMs)
      }
      // A run by a clock that was ahead does not put off the runs until then.
      const afterMs = Math.min(nowMs, this.#handedInMs.get(key) ?? nowMs)
      this.#handedInMs.set(key, afterMs)
      const due = runsBetween(schedule.cron, zone, afterMs, nowMs)
      if (due === null) continue
      const made = this.#deps.submit(schedule, lastPeriod(schedule.period, zone, nowMs), due.lastMs)
      if (made === null) continue
      if (due.count > 1) this.#deps.missed?.(schedule, due.count - 1, due.firstMs)
      this.#handedInMs.set(key, nowMs)
      void made.then((isMade) => {
        // It may be configured otherwise by now.
        if (!this.#doneMs.has(key)) return
        if (isMade) this.#doneMs.set(key, nowMs)
        else this.#againMs.set(key, nowMs + AGAIN_MS)
        this.#isToSave ||= isMade
      })
    }
    if (this.#isToSave) await this.#save()
  }

  #save(): Promise<void> {
    this.#isToSave = false
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

/** Runs of a pattern in (afterMs, nowMs], of a thousand at most the first and the last; null for none. */
function runsBetween(pattern: string, zone: string, afterMs: number, nowMs: number) {
  const runs: number[] = []
  let next = nextRunMs(pattern, zone, afterMs)
  while (next !== null && next <= nowMs && runs.length < RUNS_MAX) {
    runs.push(next)
    next = nextRunMs(pattern, zone, next)
  }
  const [firstMs] = runs
  return firstMs === undefined ? null : { count: runs.length, firstMs, lastMs: runs.at(-1)! }
}

/** A schedule that is said anew is a new one. */
export function scheduleKey(schedule: ScheduleOptions): string {
  return JSON.stringify(schedule)
}

/** A schedule as it is called in mails, log and names of files. */
export function scheduleName({ id, figures, profile }: Pick<ScheduleOptions, 'id' | 'figures' | 'profile'>): string {
  return id ?? (figures === undefined ? profile : 'figures')
}
