import { bound, type Database } from '../../archive/database.js'
import { eventReaches, queryEvents, type StoredEvent } from '../../archive/events.js'
import { readConfigs, readConnectionChanges, readNext } from '../../archive/samples.js'
import type { Senders } from '../../archive/senders.js'
import type { Series, SeriesTable } from '../../archive/series.js'
import { DAY_MS } from '../../base/durations.js'
import { COUNTED_EVENTS, eventSeries, isCountedEvent, LASTING_EVENTS } from '../../base/events.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { ConnectionChange } from '../../base/reading.js'
import { utcDayOf, utcDayStartMs } from '../../base/utc-day.js'
import type { FactorLibrary } from '../factors/table.js'
import { enginePlantOf, type OfflineSeries } from '../offline/plant.js'

import { isUsable } from '../series/samples.js'
import type { SeriesState } from '../series/series-state.js'
import { LOOKAHEAD_SAMPLES } from '../series/shaping.js'
import { CheckpointTable } from './checkpoints.js'
import { PastFold } from './past.js'

/** A fold is begun at most so many days before what is needed; at the day of its last reading wherever that is. */
const LEAD_DAYS_MAX = 62
/** So many readings are read at once to find those after the period that decide how it ends. */
const READ_MAX = 1000

/** Data that the figures of a plant in a period can be made from again, without the database. */
export interface Evidence {
  /** UTC days whose readings are needed, as days since the epoch, ascending: before the period there may be holes. */
  readonly days: readonly number[]
  /** Every series there ever was, and where its fold begins. */
  readonly series: readonly OfflineSeries[]
  /** As `OfflinePlant.events` has them. */
  readonly events: readonly StoredEvent[]
  readonly connectionChanges: readonly ConnectionChange[]
  readonly versions: readonly ConfigVersion[]
  /**
   * Series of which not even the longest lead comes to the state of the fold over everything, as `device/metric`: they may
   * be judged differently at a jump, as the size of their usual steps goes back further.
   */
  readonly unsettled: readonly string[]
}

/**
 * Finds the days of readings that the figures of [fromMs, toMs) need, and what they need beside readings. A lead before the
 * period is long enough when a fold that begins there with nothing comes to the state of the fold over everything; that is
 * tried here, not assumed. All late readings have to be in the figures.
 */
export async function evidenceOf(
  {
    database,
    series,
    senders,
    library,
  }: {
    readonly database: Database
    readonly series: Pick<SeriesTable, 'all'>
    readonly senders: Pick<Senders, 'find'>
    readonly library: FactorLibrary
  },
  { plant, fromMs, toMs }: { readonly plant: string; readonly fromMs: number; readonly toMs: number },
): Promise<Evidence> {
  const own = series.all().filter((one) => one.plant === plant && one.firstTs < Infinity)
  const reaches = (await eventReaches(database, 0)).filter((reach) => reach.plant === plant)
  const versions = await readConfigs(database)
  const connectionChanges = (await readConnectionChanges(database)).filter((change) => change.plant === plant)
  const events = [
    ...(await queryEvents(database, { types: LASTING_EVENTS, plant })),
    ...(await queryEvents(database, {
      types: COUNTED_EVENTS,
      plant,
      fromMs: fromMs - 2 * DAY_MS,
      toMs: toMs + 2 * DAY_MS,
    })),
  ]
  const found: OfflineSeries[] = own.map((one) => ({
    device: one.device,
    metric: one.metric,
    class: one.class,
    unit: one.unit,
    line: senders.find(plant, one.device)?.line ?? one.line,
    firstTs: one.firstTs,
    // Nobody knows the last reading any more when retention has taken all of them.
    lastTs: Math.max(one.firstTs, one.newestTs),
    foldFromMs: Number.NEGATIVE_INFINITY,
  }))
  for (const { device, line, type, oldestTs, newestTs } of reaches) {
    if (!isCountedEvent(type)) continue
    const metric = eventSeries(type)
    const at = { firstTs: oldestTs, lastTs: newestTs, foldFromMs: utcDayStartMs(utcDayOf(oldestTs)) }
    found.push({ device, metric, class: 'production', unit: '1', line, ...at })
  }
  const offline = { plant, library, versions, series: found, events, connectionChanges, nowMs: toMs }
  const lead = new Lead(database, fromMs - 2 * DAY_MS)
  const unsettled: string[] = []
  for (const series of enginePlantOf(offline, (place) => own[place]!).seriesList) {
    if (series.isSampled && !series.isEvent && !(await lead.begin(series)))
      unsettled.push(`${series.device}/${series.metric}`)
  }
  const days = new Set(await daysOf(database, own, lead.toMs, utcDayStartMs(utcDayOf(toMs - 1) + 2)))
  for (const day of lead.days) days.add(day)
  for (const day of await daysBehind(database, own, toMs)) days.add(day)
  return {
    days: [...days].sort((a, b) => a - b),
    series: found.map((one, i) => ({
      ...one,
      foldFromMs: own[i] === undefined ? one.foldFromMs : lead.foldFromMs(own[i]),
    })),
    events,
    connectionChanges,
    versions,
    unsettled,
  }
}

/** Starts of the folds over the series of a plant, found so that the folds are settled at an instant. */
class Lead {
  /** Start of the first day that is needed whole. */
  readonly toMs: number
  /** Days before it that are needed. */
  readonly days = new Set<number>()
  readonly #database: Database
  readonly #past: PastFold
  /** Keyed by series. */
  readonly #fromMs = new Map<number, number>()

  constructor(database: Database, toMs: number) {
    this.#database = database
    this.#past = new PastFold(database, new CheckpointTable(database))
    this.toMs = utcDayStartMs(utcDayOf(toMs))
  }

  /**
   * Start of the fold over a series, epoch ms, as `begin` found it; else the later of its first day and the first day that
   * is needed whole.
   */
  foldFromMs({ id, oldestTs }: Series): number {
    const firstMs = oldestTs < Infinity ? utcDayStartMs(utcDayOf(oldestTs)) : this.toMs
    return this.#fromMs.get(id) ?? Math.max(this.toMs, firstMs)
  }

  /** Finds where the fold over a series begins; false when it is not settled from there. */
  async begin(series: SeriesState): Promise<boolean> {
    const lastDays = await Promise.all(series.inputs.map((input) => this.#lastDayBefore(input)))
    const lastDay = Math.max(...lastDays.map((day) => day ?? -Infinity))
    // Nothing comes before: it is folded from its first reading on.
    if (lastDay === -Infinity) return true
    const candidates = await this.#candidates(series, lastDay)
    for (const [i, day] of candidates.entries()) {
      // The last word of an input is needed where the input says nothing from there on.
      const fromMs = lastDays.map((last) => utcDayStartMs(Math.min(day, last ?? day)))
      const isSettled = await this.#past.isSettledFrom(series, fromMs, this.toMs)
      if (!isSettled && i < candidates.length - 1) continue
      for (const [k, input] of series.inputs.entries()) if (input !== null) await this.#note(input, fromMs[k]!)
      return isSettled
    }
    return true
  }

  async #note(series: Series, fromMs: number): Promise<void> {
    this.#fromMs.set(series.id, Math.min(fromMs, this.#fromMs.get(series.id) ?? Infinity))
    for (const day of await daysOf(this.#database, [series], fromMs, this.toMs)) this.days.add(day)
  }

  /** Days from which a fold might begin, the shortest lead first: those with readings, each twice as far as the one before. */
  async #candidates(series: SeriesState, lastDay: number): Promise<readonly number[]> {
    const inputs = series.inputs.filter((input) => input !== null)
    const firstMs = Math.min(utcDayStartMs(lastDay), this.toMs - LEAD_DAYS_MAX * DAY_MS)
    const days = [...(await daysOf(this.#database, inputs, firstMs, this.toMs))].reverse()
    return days.filter((_, i) => i === days.length - 1 || Number.isInteger(Math.log2(i + 1)))
  }

  async #lastDayBefore(series: Series | null): Promise<number | null> {
    if (series === null || series.oldestTs >= this.toMs) return null
    const lastIn = async (fromMs: number) => {
      const [last] = await this.#database.columns(
        `SELECT max(ts)::DOUBLE FROM reading r
         WHERE series = $1 AND ts >= $2 AND ts < $3 AND ${this.#database.arrivals.condition(fromMs, this.toMs)}`,
        [series.id, bound(fromMs), bound(this.toMs)],
      )
      return (last?.[0] as number | null | undefined) ?? null
    }
    const lastTs = (await lastIn(this.toMs - 2 * DAY_MS)) ?? (await lastIn(-Infinity))
    return lastTs === null ? null : utcDayOf(lastTs)
  }
}

/** UTC days of [fromMs, toMs) on which some series have readings, ascending. */
async function daysOf(
  database: Database,
  series: readonly Series[],
  fromMs: number,
  toMs: number,
): Promise<readonly number[]> {
  if (series.length === 0) return []
  const [days] = await database.columns(
    `SELECT DISTINCT (ts // ${DAY_MS})::INTEGER AS day FROM reading r
     WHERE series IN (${series.map(({ id }) => id).join(',')}) AND ts >= $1 AND ts < $2
       AND ${database.arrivals.condition(fromMs, toMs)} ORDER BY day`,
    [bound(fromMs), bound(toMs)],
  )
  return (days ?? []) as number[]
}

/** Days after a period that decide how it ends: those of the few usable readings of each series that come next. */
async function daysBehind(database: Database, series: readonly Series[], toMs: number): Promise<readonly number[]> {
  const days = new Set<number>()
  const coveredMs = utcDayStartMs(utcDayOf(toMs - 1) + 2)
  const ids = series.filter(({ newestTs }) => newestTs >= coveredMs).map(({ id }) => id)
  if (ids.length === 0) return []
  const [known, counts] = await database.columns(
    `SELECT series, count(*)::DOUBLE FROM reading r
     WHERE series IN (${ids.join(',')}) AND ts >= $1 AND ts < $2 AND quality <= 1
       AND ${database.arrivals.condition(toMs, coveredMs)} GROUP BY series`,
    [bound(toMs), bound(coveredMs)],
  )
  const usable = new Map((known ?? []).map((id, i) => [id as number, counts![i] as number]))
  for (const id of ids) {
    if ((usable.get(id) ?? 0) >= LOOKAHEAD_SAMPLES) continue
    for (let fromMs = toMs, count = 0; count < LOOKAHEAD_SAMPLES; ) {
      const next = await readNext(database, id, fromMs, READ_MAX)
      if (next === undefined) break
      for (let i = 0; i < next.ts.length && count < LOOKAHEAD_SAMPLES; i++) {
        days.add(utcDayOf(next.ts[i]!))
        // A reading that is a word is of a machine: the next one says how long the one before held.
        if (isUsable(next, i)) count++
        else if (Number.isNaN(next.value[i]!)) count = LOOKAHEAD_SAMPLES
      }
      fromMs = next.ts.at(-1)! + 1
    }
  }
  return [...days]
}
