import { MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { WatchedFigures } from '../../base/kpi.js'
import type { MetricKind } from '../../base/metrics.js'
import type { EnginePlant } from '../plant/plant.js'
import { type Cause, type ChangedRange, strongerOf } from '../series/late.js'
import { LATENESS_MS } from '../series/liveness.js'
import type { SeriesState } from '../series/series-state.js'
import { indexesWithWindows, type PlantVersion } from '../settings/version.js'
import { Ranges } from '../time/ranges.js'
import { MEMBERSHIP_MS } from '../windows/basis.js'
import { isOver, windowsOf } from '../windows/publish.js'
import type { KpiSubject } from '../windows/subjects.js'
import { NEAR_MS, type PendingRanges } from './pending-ranges.js'

/** Part of what has changed: what of it is held, and which subjects it is for. */
interface Scoped {
  /** Changes before this instant are held for subjects of many series, epoch ms; -Infinity when nothing is. */
  readonly heldBeforeMs: number
  concerns(subject: KpiSubject): boolean
}

const ALL: Scoped = { heldBeforeMs: -Infinity, concerns: () => true }

/** Multiples of it lie evenly between 0 and 1, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** When a subject is looked at next. */
interface Look {
  /** Changes are not looked at before this, ms of "now"; … */
  atMs: number
  /** … unless "now" has gone back behind the last look. */
  lookedMs: number
  /** Nobody cared for its figures when it was looked at. */
  isUnwatched: boolean
  /** Something had to wait when it was looked at. */
  isWaiting: boolean
  /** End of the first window that waits, epoch ms. */
  waitingEndMs: number
  /** End of the first of its windows that are open or wait, epoch ms; NaN while that is not known. */
  nextEndMs: number
  /** Place of its own look in the time between two, 0..1: not all subjects have theirs in one cycle. */
  readonly phase: number
}

/** A subject of one version, with what is to be done there. */
interface Row {
  readonly subject: KpiSubject
  readonly pending: PendingRanges
  readonly look: Look
}

/** The subjects of one version, until they are made anew. */
interface Sheet {
  readonly subjects: readonly KpiSubject[]
  readonly rows: readonly Row[]
  readonly bySeries: ReadonlyMap<SeriesState, readonly Row[]>
}

/**
 * Chooses the subjects that a cycle has to look at: a plant has thousands, and of most of them nothing has changed, or nothing
 * whose time has come. One is looked at when a window of it is over, and for windows that go on as often as the pace lets
 * it. What changes until then is kept as ranges.
 */
export class RecomputeSchedule {
  readonly #plant: EnginePlant
  /** By version and subject; by subject. Subjects that are made anew find theirs again. */
  readonly #pending = new Map<string, PendingRanges>()
  readonly #looks = new Map<string, Look>()
  readonly #sheets = new Map<PlantVersion, Sheet>()
  /** A row that was found waiting; null when none was, or rows were made anew since. */
  #waiting: Row | null = null
  /** Versions of the plant when those that are no more were forgotten last. */
  #versions: readonly PlantVersion[]

  constructor(plant: EnginePlant) {
    this.#plant = plant
    this.#versions = plant.versions
  }

  /** Notes where the sums of a series have changed, for the subjects it counts for; the plant holds the past of large ones. */
  note(
    version: PlantVersion,
    series: SeriesState,
    range: ChangedRange,
    nowMs: number,
    { heldBeforeMs, concerns }: Scoped = ALL,
  ): void {
    const rows = this.#sheet(version).bySeries.get(series)
    if (rows === undefined) return
    const { fromMs, cause } = range
    const { thereMs, afterMs } = reachOf(series, version, range)
    const held: string[] = []
    for (const { subject, pending } of rows) {
      if (!concerns(subject)) continue
      if (thereMs < heldBeforeMs && this.#plant.held.holds(subject, this.#plant.seriesCount)) {
        held.push(subject.key)
        continue
      }
      pending.cause = strongerOf(cause ?? 'late_data', pending.cause ?? 'replay')
      pending.ranges.add({ fromMs, toMs: thereMs })
      if (afterMs > thereMs) pending.owed.add({ fromMs: thereMs, toMs: afterMs })
    }
    if (held.length > 0) this.#plant.held.add(series, range, held, nowMs)
  }

  /**
   * Takes what has changed of a subject, and of what is owed to it that which is there by now.
   * @param lastMs no window later than this is there
   */
  take(version: PlantVersion, subject: KpiSubject, lastMs: number): Pick<PendingRanges, 'ranges' | 'cause'> {
    const pending = this.#pendingOf(taskKey(version, subject.key))
    const { ranges, owed, cause } = pending
    pending.ranges = new Ranges(NEAR_MS)
    pending.owed = new Ranges(NEAR_MS)
    pending.cause = null
    // A series of this subject may have changed beyond what is there of it, as it counts for others too.
    for (const { fromMs, toMs } of ranges) {
      if (toMs > lastMs + 1) pending.owed.add({ fromMs: Math.max(fromMs, lastMs + 1), toMs })
    }
    for (const { fromMs, toMs } of owed) {
      ranges.add({ fromMs, toMs: Math.min(toMs, lastMs + 1) })
      pending.owed.add({ fromMs: Math.max(fromMs, lastMs + 1), toMs })
    }
    return { ranges, cause }
  }

  /**
   * Ranges of one subject that changed sums reach into, apart from whatever else is to be done of it; what of them is not
   * there yet is owed to it.
   * @param lastMs no window later than this is there
   */
  rangesIn(
    version: PlantVersion,
    { key, readSeries }: KpiSubject,
    changed: ReadonlyMap<SeriesState, ChangedRange>,
    lastMs: number,
  ): Pick<PendingRanges, 'ranges' | 'cause'> {
    const { owed } = this.#pendingOf(taskKey(version, key))
    const ranges = new Ranges(NEAR_MS)
    let cause: Cause | null = null
    for (const series of new Set(readSeries)) {
      const range = changed.get(series)
      if (range === undefined) continue
      const { thereMs, afterMs } = reachOf(series, version, range)
      const toMs = Math.min(thereMs, lastMs + 1)
      ranges.add({ fromMs: range.fromMs, toMs })
      owed.add({ fromMs: Math.max(range.fromMs, toMs), toMs: afterMs })
      cause = strongerOf(range.cause ?? 'late_data', cause ?? 'replay')
    }
    return { ranges, cause }
  }

  /** Something has changed that was not looked at, or had to wait; of a subject that nobody looks at only what is due. */
  isWaiting(nowMs: number): boolean {
    // The one that waited when this was asked last mostly still does while the gateway is behind.
    if (this.#waiting !== null && this.#isRowWaiting(this.#waiting, nowMs)) return true
    this.#waiting = null
    for (const { rows } of this.#sheets.values()) {
      for (const row of rows) {
        if (!this.#isRowWaiting(row, nowMs)) continue
        this.#waiting = row
        return true
      }
    }
    return false
  }

  #isRowWaiting(row: Row, nowMs: number): boolean {
    if (!row.look.isWaiting && row.pending.ranges.isEmpty) return false
    return !this.#plant.pacer.isUnwatched(row.subject.scope) || this.#isDue(row, nowMs, false)
  }

  /**
   * Somebody looks at figures: those that nobody looked at before are due, at once, or where all devices are too many, spread
   * over their pace. True when any is due at once.
   */
  watch(watched: WatchedFigures, nowMs: number): boolean {
    const { pacer } = this.#plant
    const isSpread = watched.scope === 'device' && watched.id === null && !pacer.areDevicesFew
    let isAnyDue = false
    for (const { rows } of this.#sheets.values()) {
      for (const { subject, look, pending } of rows) {
        if (!look.isUnwatched || !isOf(watched, subject)) continue
        if (!look.isWaiting && pending.ranges.isEmpty) continue
        const spreadMs = isSpread ? look.phase * pacer.lookMs(subject.scope, windowsOf(subject)) : 0
        look.atMs = Math.min(look.atMs, nowMs + spreadMs)
        isAnyDue ||= !isSpread
      }
    }
    return isAnyDue
  }

  /** Start of the earliest range that has changed or is owed, epoch ms; Infinity when there is none. */
  get earliestMs(): number {
    let ms = Infinity
    for (const { ranges, owed } of this.#pending.values()) ms = Math.min(ms, ranges.firstMs, owed.firstMs)
    return ms
  }

  /**
   * The subjects to be looked at now, by key.
   * @param isIdle nothing new comes: what waits for its time need not
   */
  due(
    versions: readonly PlantVersion[],
    nowMs: number,
    isIdle: boolean,
    { concerns }: Pick<Scoped, 'concerns'> = ALL,
  ): ReadonlySet<string> {
    const due = new Set<string>()
    for (const version of versions) {
      for (const row of this.#sheet(version).rows) {
        if (!concerns(row.subject)) continue
        if (this.#isDue(row, nowMs, isIdle)) due.add(row.subject.key)
      }
    }
    return due
  }

  /**
   * A subject was looked at; the next time is due after `everyMs`.
   * @param waitingEndMs end of the first window that has to wait for its time, epoch ms; null when none has to
   */
  looked({ key, scope }: KpiSubject, waitingEndMs: number | null, everyMs: number, nowMs: number): void {
    const look = this.#lookOf(key)
    look.isWaiting = waitingEndMs !== null
    look.isUnwatched = this.#plant.pacer.isUnwatched(scope)
    look.waitingEndMs = waitingEndMs ?? Infinity
    look.nextEndMs = Number.NaN
    look.lookedMs = nowMs
    const offsetMs = look.phase * everyMs
    look.atMs = (Math.floor((nowMs - offsetMs) / everyMs) + 1) * everyMs + offsetMs
  }

  #isDue({ subject, pending, look }: Row, nowMs: number, isIdle: boolean): boolean {
    const { ranges, owed } = pending
    const owedMs = owed.firstMs
    const isNew = look.atMs === -Infinity && !(ranges.isEmpty && owedMs === Infinity)
    if (isNew) this.#putOffFirst(subject, look, nowMs)
    const needsNoWait = isIdle && !this.#plant.pacer.isUnwatched(subject.scope)
    const isTime = needsNoWait || nowMs >= look.atMs || nowMs < look.lookedMs
    if (isTime && (look.isWaiting || !ranges.isEmpty)) return true
    if (Number.isNaN(look.nextEndMs)) look.nextEndMs = this.#nextEndMs(subject)
    // Whatever a range reaches into ends with the minute of its start, or later.
    const endMs = Math.min(look.nextEndMs, minuteEndMs(ranges.firstMs))
    if (endMs === Infinity && owedMs === Infinity) return false
    const [device, ...others] = subject.scope === 'device' ? subject.senders : []
    if (device !== undefined && others.length === 0) {
      const clock = this.#plant.deviceClock(device, nowMs)
      const knownMs = Math.max(clock?.newestTs ?? -Infinity, clock?.heldUntilMs ?? -Infinity) - LATENESS_MS
      const soonMs = Math.min(endMs, owedMs)
      // Windows of a device that only tells of events are over with those of the plant.
      if (soonMs > knownMs && soonMs > this.#plant.watermarkMs && nowMs <= endMs + LATENESS_MS) return false
    }
    const clock = this.#plant.clockOf(subject, nowMs)
    return isOver(clock, endMs) || (owedMs <= clock.watermarkMs && (isTime || isOver(clock, minuteEndMs(owedMs))))
  }

  /** Nobody looks at devices: those that are new have their first look one by one, and not all before anything else. */
  #putOffFirst(subject: KpiSubject, look: Look, nowMs: number): void {
    const { pacer } = this.#plant
    const { scope } = subject
    if (scope !== 'device' || !pacer.isUnwatched(scope) || pacer.areDevicesFew) return
    look.isUnwatched = true
    look.lookedMs = nowMs
    look.atMs = nowMs + look.phase * pacer.lookMs(scope, windowsOf(subject))
  }

  #nextEndMs({ scope, id, key }: KpiSubject): number {
    let endMs = this.#lookOf(key).waitingEndMs
    for (const open of this.#plant.streams.openOf(scope, id)) if (open.endMs < endMs) endMs = open.endMs
    return endMs
  }

  #sheet(version: PlantVersion): Sheet {
    const subjects = this.#plant.subjectsOf(version)
    const known = this.#sheets.get(version)
    if (known?.subjects === subjects) return known
    this.#forgetGone()
    const bySeries = new Map<SeriesState, Row[]>()
    const rows = subjects.map((subject) => {
      const row = { subject, pending: this.#pendingOf(taskKey(version, subject.key)), look: this.#lookOf(subject.key) }
      for (const series of subject.readSeries) {
        const own = bySeries.get(series)
        if (own === undefined) bySeries.set(series, [row])
        else own.push(row)
      }
      return row
    })
    const sheet = { subjects, rows, bySeries }
    this.#waiting = null
    this.#sheets.set(version, sheet)
    return sheet
  }

  /**
   * Forgets versions that are no more, or in whose time no window ends since another came: everything that waits for them is made in
   * those that have their time now.
   */
  #forgetGone(): void {
    const { versions } = this.#plant
    if (this.#versions === versions) return
    this.#versions = versions
    this.#waiting = null
    const there = indexesWithWindows(versions)
    for (const version of [...this.#sheets.keys()]) if (!there.has(version.index)) this.#sheets.delete(version)
    for (const key of [...this.#pending.keys()]) {
      if (!there.has(Number(key.slice(0, key.indexOf('/'))))) this.#pending.delete(key)
    }
  }

  #pendingOf(key: string): PendingRanges {
    let pending = this.#pending.get(key)
    if (pending === undefined) {
      pending = { ranges: new Ranges(NEAR_MS), owed: new Ranges(NEAR_MS), cause: null }
      this.#pending.set(key, pending)
    }
    return pending
  }

  #lookOf(key: string): Look {
    let look = this.#looks.get(key)
    if (look === undefined) {
      const phase = (this.#looks.size * GOLDEN) % 1
      look = {
        atMs: -Infinity,
        lookedMs: -Infinity,
        isUnwatched: false,
        isWaiting: false,
        waitingEndMs: Infinity,
        nextEndMs: Number.NaN,
        phase,
      }
      this.#looks.set(key, look)
    }
    return look
  }
}

function minuteEndMs(ms: number): number {
  return (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS
}

function isOf({ scope, id }: WatchedFigures, subject: KpiSubject): boolean {
  return (scope === 'device') === (subject.scope === 'device') && (id === null || subject.id === id)
}

/** Names a task by its version and the key of its subject. */
export function taskKey(version: PlantVersion, subject: string): string {
  return `${version.index}/${subject}`
}

/** Kinds whose samples say something of the time behind them. */
const HOLDING: ReadonlySet<MetricKind> = new Set(['gauge', 'switch', 'state'])

/**
 * A sample says something of the time behind it: up to `thereMs` at once, and what lies beyond the newest one is owed until
 * somebody's samples or the watermark get there. Epoch ms.
 */
function reachOf(series: SeriesState, version: PlantVersion, { toMs }: Pick<ChangedRange, 'toMs'>) {
  const afterMs = toMs + silenceAfterMs(series, version)
  return { thereMs: Math.max(toMs, Math.min(afterMs, series.newestTs + 1)), afterMs: Math.max(toMs, afterMs) }
}

/**
 * Time behind a sample in which windows may change that hold none, ms: it holds, an unconfigured sender stays a member, and
 * 15 minutes of demand that begin with it may end in the next window.
 */
function silenceAfterMs(series: SeriesState, version: PlantVersion): number {
  const { isConfigured, rules, slidesDemand } = series.in(version)
  const slideMs = slidesDemand ? QUARTER_HOUR_MS : 0
  const holdMs = Math.max(slideMs, HOLDING.has(rules.kind) ? rules.maxHoldMs : 0)
  return isConfigured ? holdMs : Math.max(holdMs, MEMBERSHIP_MS)
}
