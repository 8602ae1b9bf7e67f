import type { AnomalyKind } from '../../base/anomaly.js'
import { Balances } from './balance.js'
import { BaseLoad } from './base-load.js'
import { CycleTimes } from './cycle-times.js'
import { described } from './describe.js'
import type { AnomalyFinding } from './finding.js'
import type { GainCourse } from './gain-course.js'
import { IntervalCalendar } from './interval-calendar.js'
import { type OpenFinding, OpenFindings } from './open-findings.js'
import type { PlantHistory } from './plant-history.js'
import { ScaleWatch } from './scale.js'
import { spikeBefore } from './spike.js'
import { StuckRuns } from './stuck.js'
import { isSwapOver, swappedPair } from './swapped.js'
import { WatchedMeter } from './watched-meter.js'

/** A meter with everything that watches it. */
interface MeterWatch {
  readonly meter: WatchedMeter
  readonly runs: StuckRuns
  readonly scale: ScaleWatch
  readonly base: BaseLoad
}

/**
 * Goes through a plant's history as it came, hour by hour and day by day, and keeps what it finds. A finding of an instant is made of
 * what was known by then: nothing is looked at ahead but the calendar.
 */
export class AnomalyWatch {
  readonly #history: PlantHistory
  readonly #calendar: IntervalCalendar
  /** Meters behind others come before these. */
  readonly #meters: readonly MeterWatch[]
  readonly #machines: readonly CycleTimes[]
  readonly #balances: Balances
  readonly #findings = new OpenFindings()
  #day = 0

  constructor(history: PlantHistory) {
    this.#history = history
    this.#calendar = new IntervalCalendar(history)
    const meters = history.meters.map((of) => new WatchedMeter(of, this.#calendar, history.machines))
    this.#balances = new Balances(meters, this.#calendar)
    this.#meters = inOrderOfDepth(meters).map((meter) => ({
      meter,
      runs: new StuckRuns(),
      scale: new ScaleWatch(meter.series, meter.perHour, meter.of.isWeatherDriven || meter.of.part === 'generation'),
      base: new BaseLoad(meter, this.#calendar),
    }))
    this.#machines = history.machines.map((machine) => new CycleTimes(machine, this.#calendar))
  }

  /** Days of the history that have been gone through, and how many there are. */
  get progress(): { readonly done: number; readonly of: number } {
    return { done: this.#day, of: this.#calendar.days.length }
  }

  /** Goes through one more day; false when there is none. */
  nextDay(): boolean {
    const day = this.#calendar.days[this.#day]
    if (day === undefined) return false
    for (const { meter } of this.#meters) meter.series.begin(this.#day)
    this.#balances.begin(this.#day)
    const perHour = this.#meters[0]?.meter.perHour ?? 1
    for (let to = day.from + perHour; to <= day.to; to += perHour) this.#endHour(to - 1, to)
    this.#findings.extend(day.to)
    this.#endDay(this.#day, day.to)
    this.#day++
    return true
  }

  /** Findings up to now, in order of finding. */
  get findings(): readonly AnomalyFinding[] {
    const known = this.#calendar.days[this.#day - 1]?.to ?? 0
    return this.#findings.all.map((open) => described(open, this.#history, known))
  }

  /** Looks at intervals before `to`; the one at `to` says whether its neighbour stands beside a gap. */
  #endHour(to: number, now: number): void {
    this.#findings.extend(to)
    for (const watch of this.#meters) {
      const { meter, runs, scale } = watch
      const isLearning = this.#day < meter.judgedFromDay
      const isStuck = runs.isStuck(meter, to, isLearning)
      if (isLearning) continue
      const open = this.#findings.of(meter.of.device)
      if (open !== undefined) this.#endFast(open, watch, to)
      else if (isStuck) this.#add(meter, 'stuck', runs.start, now, { confidence: 1, threshold: to - runs.start })
      else {
        const spike = spikeBefore(meter.series, to, meter.perHour)
        if (spike !== null) {
          const threshold = 1.8 * meter.series.highest
          this.#add(meter, 'spike', spike.from, now, { until: spike.to, confidence: 1, threshold })
        }
        const fault = scale.faultAt(to)
        if (fault === null || this.#balances.isMeterWrong(meter.of.device, fault.seen) === false) continue
        const { kind, factor, since, agreeing } = fault
        this.#add(meter, kind, since, now, { factor, confidence: agreeing, threshold: fault.hours })
      }
    }
  }

  #endFast(open: OpenFinding, { runs, scale }: MeterWatch, to: number): void {
    if (open.kind === 'stuck' && runs.start > open.since) this.#findings.close(open, runs.start)
    if (open.kind !== 'sign_swapped' && open.kind !== 'unit_swapped') return
    const end = scale.endOf({ factor: open.factor!, since: open.since }, to)
    if (end !== null) this.#findings.close(open, end)
  }

  #endDay(day: number, to: number): void {
    this.#endBalances(day, to)
    this.#endSwaps(day, to)
    this.#endBases(day, to)
    for (const cycles of this.#machines) this.#endCycles(cycles, day, to)
  }

  #endBalances(day: number, to: number): void {
    const isSuspect = (course: GainCourse) => {
      const open = this.#findings.of(course.meter.of.device)
      return isOfBalance(open?.kind) && open?.other === otherOf(course)
    }
    this.#balances.endDay(day, isSuspect)
    for (const courses of this.#balances.courses) {
      const suspect = courses.find(isSuspect)
      if (suspect !== undefined) {
        const open = this.#findings.of(suspect.meter.of.device)!
        const fit = suspect.change()
        if (suspect.isOver(open.threshold)) this.#findings.close(open, this.#calendar.days[day - 2]!.from)
        else if (fit !== null && fit.kind === open.kind) open.factor = fit.factor
      } else if (!courses.some(({ meter }) => this.#findings.of(meter.of.device) !== undefined))
        this.#suspect(courses, to)
    }
  }

  /** Blames the meter of a balance whose own course fits best what the balance says. */
  #suspect(courses: readonly GainCourse[], to: number): void {
    const fitting = courses
      .flatMap((course) => {
        const { misfit } = course
        const change = misfit === null ? null : course.change()
        return change === null ? [] : [{ course, change, misfit: misfit! }]
      })
      .sort((a, b) => a.misfit - b.misfit)
    const [first] = fitting
    if (first === undefined) return
    const { course, change } = first
    const since = this.#calendar.days[change.sinceDay]!.from
    const { factor, threshold, agreeing } = change
    const more = { factor, threshold, confidence: agreeing, other: otherOf(course) }
    this.#add(course.meter, change.kind, since, to, more)
  }

  #endSwaps(day: number, to: number): void {
    const isOpen = new Set<OpenFinding>()
    for (const { meter } of this.#meters) {
      const open = this.#findings.of(meter.of.device)
      if (open?.kind === 'swapped_meters') isOpen.add(open)
    }
    const byDevice = (device: string) => this.#meters.find(({ meter }) => meter.of.device === device)!.meter
    const { from } = this.#calendar.days[day]!
    for (const open of isOpen) {
      if (isSwapOver(byDevice(open.device), byDevice(open.other!), from, to)) this.#findings.close(open, from)
    }
    const free = this.#meters.filter(({ meter }) => this.#findings.of(meter.of.device) === undefined)
    const pair = swappedPair(
      free.map(({ meter }) => meter),
      to,
    )
    if (pair === null) return
    const { a, b, since, agreeing } = pair
    const [first, second] = a.of.device < b.of.device ? [a, b] : [b, a]
    const more = { other: second.of.device, confidence: agreeing, threshold: 20, also: second }
    this.#add(first, 'swapped_meters', since, to, more)
  }

  #endBases(day: number, to: number): void {
    const excess = new Map<string, number>()
    for (const { meter, base } of this.#meters) {
      const { device, part, isWeatherDriven, behind } = meter.of
      const open = this.#findings.of(device)
      const isOwn = isOfBase(open?.kind)
      if (part === 'generation' || isWeatherDriven || (open !== undefined && !isOwn)) continue
      base.endDay(day, isOwn, excess.get(device) ?? 0)
      if (isOwn) {
        const end = base.overSince()
        if (end !== null) this.#findings.close(open!, end)
      }
      // Energy behind the main meter is judged by its own meters, and the rest of it by the balance.
      else if (part !== 'main' || !this.#balances.hasParts(device)) {
        const risen = base.risen(this.#balances)
        const kind = kindOfBase(meter)
        if (risen !== null) {
          const { since, threshold, agreeing } = risen
          this.#add(meter, kind, since, to, { threshold, confidence: agreeing })
        }
      }
      const own = base.excessOf(day) + (excess.get(device) ?? 0)
      if (behind !== null) excess.set(behind, (excess.get(behind) ?? 0) + own)
    }
  }

  #endCycles(cycles: CycleTimes, day: number, to: number): void {
    cycles.endDay(day)
    const { device, line } = cycles.machine
    const open = this.#findings.of(device)
    if (open !== undefined) {
      // Another finding of the device, as of its meter, is ended by what has found it.
      const end = open.kind === 'slower_cycle' ? cycles.overSince() : null
      if (end !== null) this.#findings.close(open, this.#calendar.days[end]!.from)
      return
    }
    const slower = cycles.slower()
    if (slower === null) return
    const since = this.#calendar.days[slower.sinceDay]!.from
    const { factor, threshold, agreeing } = slower
    const rest = { other: null, unit: '1', until: null, found: to, series: [], ratios: cycles.ratios.slice() }
    const confidence = agreeing
    const thresholdUnit = THRESHOLD_UNITS.slower_cycle
    this.#findings.add({
      kind: 'slower_cycle',
      device,
      line,
      since,
      factor,
      confidence,
      threshold,
      thresholdUnit,
      ...rest,
    })
  }

  #add(
    meter: WatchedMeter,
    kind: AnomalyKind,
    since: number,
    found: number,
    more: Pick<OpenFinding, 'confidence' | 'threshold'> &
      Partial<Pick<OpenFinding, 'until' | 'factor' | 'other'>> & { readonly also?: WatchedMeter },
  ): void {
    const { device, line, unit } = meter.of
    const { until = null, factor = null, other = null, also, confidence, threshold } = more
    const series = [meter, ...(also === undefined ? [] : [also])].map((one) => one.series)
    const thresholdUnit = THRESHOLD_UNITS[kind] ?? unit
    const base = { kind, device, line, unit, since, found, until, factor, other }
    this.#findings.add({ ...base, confidence, threshold, thresholdUnit, series, ratios: null })
  }
}

/** Units of the thresholds; kinds that are not here have one in the unit of the meter. */
const THRESHOLD_UNITS: Partial<Record<AnomalyKind, string>> & { readonly slower_cycle: string } = {
  stuck: 'intervals',
  sign_swapped: 'h',
  unit_swapped: 'h',
  swapped_meters: 'h',
  conservation_broken: '1',
  drift: '1',
  slower_cycle: '1',
}

function isOfBalance(kind: AnomalyKind | undefined): boolean {
  return kind === 'conservation_broken' || kind === 'drift'
}

/** The meter before a suspected part; null for a meter that is the whole of its balance. */
function otherOf({ meter, parent }: GainCourse): string | null {
  return parent === meter ? null : parent.of.device
}

function isOfBase(kind: AnomalyKind | undefined): boolean {
  return kind === 'leak' || kind === 'compressed_air_base_load' || kind === 'idle_waste'
}

function kindOfBase({ of, machines }: WatchedMeter): AnomalyKind {
  if (of.isCompressedAir) return 'compressed_air_base_load'
  return machines.length > 0 ? 'idle_waste' : 'leak'
}

/** Meters with those behind them first. */
function inOrderOfDepth(meters: readonly WatchedMeter[]): readonly WatchedMeter[] {
  const behind = new Map(meters.map(({ of }) => [of.device, of.behind]))
  const depth = (device: string): number => {
    let count = 0
    for (let at: string | null | undefined = device; at != null && count <= meters.length; at = behind.get(at)) count++
    return count
  }
  return [...meters].sort((a, b) => depth(b.of.device) - depth(a.of.device))
}

/** Findings of a whole history, in order of finding. */
export function anomaliesOf(history: PlantHistory): readonly AnomalyFinding[] {
  const watch = new AnomalyWatch(history)
  while (watch.nextDay());
  return watch.findings
}
