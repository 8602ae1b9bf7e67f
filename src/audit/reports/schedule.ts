import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cron } from 'croner'
import { Temporal } from 'temporal-polyfill'
import type { Clock } from '../../base/clock.js'
import { HOUR_MS } from '../../base/durations.js'
import type { ReportPeriod } from '../../base/report.js'
import { writeDurably } from '../../program/durable-file.js'
import type { ScheduleOptions, SchedulePeriod } from './options.js'

const NAME = 'schedules.json'
/** A step of the machine's clock is seen within this time. */
const LOOK_MS = 30_000
/** A run that was not made is handed in again after this time. */
const AGAIN_MS = HOUR_MS
/** Runs that are counted. */
const RUNS_MAX = 1000
/** A clock that is put back by less has not been a wrong one: the runs of that time are not made a second time. */
const STEP_MS = 60_000

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

/** A schedule has come this far, epoch ms. */
interface ScheduleTimes {
  /** Until when its runs are handed in. */
  handedInMs: number
  /** The same, of those that were made: jobs are gone with the process, so this alone is saved. */
  doneMs: number
  /** When a run that was not made is handed in again. */
  againMs: number | null
}

/**
 * Reports that are made by themselves. Of the runs that fell into a time when the gateway was down the last one is made
 * up for, and one that was not made is tried again after an hour or the next start; a schedule that is new begins with the next.
 */
export class ReportSchedule {
  readonly #deps: ReportScheduleDeps
  #schedules: readonly ScheduleOptions[]
  /** By schedule. */
  #times: ReadonlyMap<string, ScheduleTimes>
  #isToSave = false

  constructor(deps: ReportScheduleDeps) {
    this.#deps = deps
    const path = join(deps.dir, NAME)
    const saved = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>) : {}
    const nowMs = deps.clock.nowMs()
    this.#schedules = deps.schedules
    this.#times = timesOf(deps.schedules, nowMs, startedTimes(saved))
    this.#isToSave = deps.schedules.length > 0
  }

  /** The schedules are others now: a new one begins with its next run, and one that makes the same at the same times goes on. */
  configure(schedules: readonly ScheduleOptions[]): void {
    const keys = new Set(schedules.map(scheduleKey))
    const isSame = keys.size === this.#times.size && [...keys].every((key) => this.#times.has(key))
    this.#schedules = schedules
    // A command that runs a gateway without schedules forgets none of them.
    if (isSame) return
    this.#times = timesOf(schedules, this.#deps.clock.nowMs(), this.#times)
    this.#isToSave = true
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
      const times = this.#times.get(scheduleKey(schedule))
      if (times !== undefined) this.#handIn(schedule, times, nowMs)
    }
    if (this.#isToSave) await this.#save()
  }

  /** The period is that of the run, also where it is made up for in another. */
  #handIn(schedule: ScheduleOptions, times: ScheduleTimes, nowMs: number): void {
    const zone = this.#deps.zoneOf(schedule.plants[0]!)
    const due = runsBetween(schedule.cron, zone, handedInAt(times, nowMs), nowMs)
    if (due === null) return
    const made = this.#deps.submit(schedule, lastPeriod(schedule.period, zone, due.lastMs), due.lastMs)
    if (made === null) return
    if (due.count > 1) this.#deps.missed?.(schedule, due.count - 1, due.firstMs)
    times.handedInMs = nowMs
    void made.then((isMade) => {
      if (isMade) times.doneMs = nowMs
      else times.againMs = nowMs + AGAIN_MS
      this.#isToSave ||= isMade
    })
  }

  #save(): Promise<void> {
    this.#isToSave = false
    const done = [...this.#times].map(([key, { doneMs }]) => [key, doneMs] as const)
    return writeDurably(this.#deps.dir, NAME, JSON.stringify(Object.fromEntries(done)))
  }
}

function startedTimes(saved: Readonly<Record<string, number>>): ReadonlyMap<string, ScheduleTimes> {
  const times = Object.entries(saved).map(([key, doneMs]) => {
    return [key, { handedInMs: doneMs, doneMs, againMs: null }] as const
  })
  return new Map(times)
}

/** Times of schedules; one that makes the same at the same times as one that is gone goes on where that was. */
function timesOf(
  schedules: readonly ScheduleOptions[],
  nowMs: number,
  before: ReadonlyMap<string, ScheduleTimes>,
): ReadonlyMap<string, ScheduleTimes> {
  const keys = new Set(schedules.map(scheduleKey))
  const gone = new Map([...before].filter(([key]) => !keys.has(key)))
  const after = new Map<string, ScheduleTimes>()
  for (const schedule of schedules) {
    const key = scheduleKey(schedule)
    if (after.has(key)) continue
    const heirOf = [...gone.keys()].find((one) => {
      const old = JSON.parse(one) as ScheduleOptions
      return old.cron === schedule.cron && makesTheSame(old, schedule)
    })
    const known = before.get(key) ?? (heirOf === undefined ? undefined : gone.get(heirOf))
    if (!before.has(key) && heirOf !== undefined) gone.delete(heirOf)
    after.set(key, known ?? { handedInMs: nowMs, doneMs: nowMs, againMs: null })
  }
  return after
}

/** Instant until which the runs of a schedule are handed in. */
function handedInAt(times: ScheduleTimes, nowMs: number): number {
  if (times.againMs !== null && times.againMs <= nowMs) {
    times.againMs = null
    times.handedInMs = times.doneMs
  }
  // A run by a clock that was ahead does not put off the runs until then, and one that was behind makes nothing a second time.
  if (times.handedInMs > nowMs + STEP_MS) times.handedInMs = nowMs
  if (times.doneMs <= nowMs) times.handedInMs = Math.max(times.handedInMs, times.doneMs)
  return times.handedInMs
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

/** Runs of a pattern in (afterMs, nowMs]: the first, the last, and how many, counted up to a thousand; null for none. */
function runsBetween(pattern: string, zone: string, afterMs: number, nowMs: number) {
  const firstMs = nextRunMs(pattern, zone, afterMs)
  if (firstMs === null || firstMs > nowMs) return null
  let [count, lastMs] = [1, firstMs]
  for (;;) {
    const next = nextRunMs(pattern, zone, lastMs)
    if (next === null || next > nowMs) return { count, firstMs, lastMs }
    if (count === RUNS_MAX) break
    count++
    lastMs = next
  }
  // From the end, as the runs of years can be many.
  for (let backMs = HOUR_MS; ; backMs *= 2) {
    let next = nextRunMs(pattern, zone, Math.max(lastMs, nowMs - backMs))
    if (next === null || next > nowMs) continue
    while (next !== null && next <= nowMs) {
      lastMs = next
      next = nextRunMs(pattern, zone, lastMs)
    }
    return { count, firstMs, lastMs }
  }
}

/** A schedule that is said anew is a new one. */
export function scheduleKey(schedule: ScheduleOptions): string {
  return JSON.stringify(schedule)
}

/** Two schedules make the same documents, whenever and wherever they go. */
export function makesTheSame(one: ScheduleOptions, other: ScheduleOptions): boolean {
  const madeBy = ({ id, plants, profile, period, freeze, figures }: ScheduleOptions) =>
    JSON.stringify([id, plants, profile, period, freeze, figures])
  return madeBy(one) === madeBy(other)
}

/** A schedule as it is called in mails, log and names of files. */
export function scheduleName({ id, figures, profile }: Pick<ScheduleOptions, 'id' | 'figures' | 'profile'>): string {
  return id ?? (figures === undefined ? profile : 'figures')
}
