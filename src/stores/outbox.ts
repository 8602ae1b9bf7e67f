import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Archive } from '../archive/archive.js'
import { bound, type Database } from '../archive/database.js'
import { entryOf } from '../base/entry-of.js'
import { GOOD, type QualityRank } from '../base/quality.js'
import { readAlarmChanges, type StoredAlarmChange } from '../kpi/alarms/table.js'
import type { Point, Stream } from '../kpi/windows/point.js'
import { BatchSamples, SampleMemory } from './batch-samples.js'
import type { DuckdbStore } from './duckdb.js'
import type { SampleSource } from './sample.js'
import type { WindowRef } from './store.js'
import { type Axis, type AxisPiece, type CountedPlace, Stride } from './stride.js'

/** Readings of one batch: enough to make requests worth their while, few enough to wait for in memory. */
const READINGS_WANTED = 32_000
const POINTS_WANTED = 4_000

export interface PointPiece {
  readonly points: readonly Point[]
  readonly erased: readonly WindowRef[]
  readonly alarms: readonly StoredAlarmChange[]
}

/** A column of a chunk. Its values are read one by one: hundreds of thousands a second, and no array of them is needed. */
interface Cells<T> {
  getItem(row: number): T
}

/** Rows of the reading table, as the database hands them out. */
interface ReadingRows {
  readonly length: number
  readonly chunks: readonly DuckDBDataChunk[]
}

const READING_ROW = 'series, ts::DOUBLE, value, word, quality, line'

/**
 * Reads back from the archive what one store is given: readings by the place in the journal they came from, points by the number
 * of their last change, both in pieces of a bounded size. So nothing has to be kept for a store that is away.
 */
export class StoreOutbox {
  readonly #database: Database
  readonly #archive: Archive
  readonly #points: DuckdbStore
  readonly #strides = {
    readings: new Stride(READINGS_WANTED, this.#readingsBy('position')),
    points: new Stride(POINTS_WANTED, this.#changesBy('change')),
    pointsAgain: new Stride(POINTS_WANTED, this.#changesBy('start')),
  }
  /** Period of readings that is written once more: those before a place in the journal, by their times. */
  #again: { readonly before: number; readonly stride: Stride<ReadingRows> } | null = null
  readonly #memory = new SampleMemory()
  readonly #metricOf = (seriesId: number) => this.#archive.series.byId(seriesId).metric
  readonly #sources = new Map<string, SampleSource>()
  /** Keyed by series id and line. */
  readonly #sourcesOf: SampleSource[][] = []
  /** Event time of the newest sample that may have been given out: of each device at the start, of each source since. */
  readonly #newestAtStart = new Map<string, number>()
  readonly #newestTs = new Map<SampleSource, number>()

  constructor(database: Database, archive: Archive, points: DuckdbStore) {
    this.#database = database
    this.#archive = archive
    this.#points = points
    for (const series of archive.series.all()) {
      const device = `${series.plant}/${series.device}`
      this.#newestAtStart.set(device, Math.max(series.newestTs, this.#newestAtStart.get(device) ?? -Infinity))
    }
  }

  /** All sources as they are now, in the order in which they came, but those of some series. */
  sourcesWithout(seriesIds: ReadonlySet<number>): readonly SampleSource[] {
    const sources = new Map<SampleSource, boolean>()
    for (const { id, plant, line, device, class: cls } of this.#archive.series.all()) {
      const source = this.#source({ plant, line, device, class: cls })
      sources.set(source, seriesIds.has(id) || sources.get(source) === true)
    }
    return [...sources].flatMap(([source, isLeftOut]) => (isLeftOut ? [] : [source]))
  }

  /** Readings that came with journal records of [position, until). */
  async readings(position: number, until: number): Promise<AxisPiece<BatchSamples> | null> {
    const piece = await this.#strides.readings.next(position, until)
    return piece === null ? null : { rows: await this.#samples(piece.rows), to: piece.to }
  }

  /** Readings with event times in [fromMs, toMs) that came before a place in the journal. */
  async readingsAgain(fromMs: number, toMs: number, before: number): Promise<AxisPiece<BatchSamples> | null> {
    if (this.#again?.before !== before) {
      this.#again = { before, stride: new Stride(READINGS_WANTED, this.#readingsBy('ts', `position < ${before} AND`)) }
    }
    const piece = await this.#again.stride.next(fromMs, toMs)
    return piece === null ? null : { rows: await this.#samples(piece.rows), to: piece.to }
  }

  /** Points, windows that are gone, and changes of alarms, with numbers in [change, until). */
  points(change: number, until: number): Promise<AxisPiece<PointPiece> | null> {
    return this.#strides.points.next(change, until).then(asPoints)
  }

  /** Points, windows that are gone, and changes of alarms, with starts, or times, in [fromMs, toMs). */
  pointsAgain(fromMs: number, toMs: number): Promise<AxisPiece<PointPiece> | null> {
    return this.#strides.pointsAgain.next(fromMs, toMs).then(asPoints)
  }

  #readingsBy(axis: 'position' | 'ts', and = ''): Axis<ReadingRows> {
    const where = `${and} ${axis} >= $1 AND ${axis} < $2`
    return {
      read: async (from, to, limit) => {
        const sql = `SELECT ${READING_ROW} FROM reading WHERE ${where} LIMIT ${limit}`
        const chunks = await this.#database.chunks(sql, [bound(from), bound(to)])
        return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0) }
      },
      count: (from, to, limit) => this.#counted(`SELECT ${axis} AS place FROM reading WHERE ${where}`, from, to, limit),
    }
  }

  #changesBy(axis: 'change' | 'start'): Axis<Changes> {
    const range = `${axis} >= $1 AND ${axis} < $2`
    const time = alarmAxis(axis)
    const places = `SELECT ${axis} AS place FROM kpi_point WHERE ${range}
      UNION ALL SELECT ${axis} FROM kpi_gone WHERE ${range}
      UNION ALL SELECT ${time} FROM alarm_change WHERE ${time} >= $1 AND ${time} < $2`
    return {
      read: (from, to, limit) => this.#changes(axis, from, to, limit),
      count: (from, to, limit) => this.#counted(places, from, to, limit),
    }
  }

  /** Rows by place, of a query that gives the place of each. */
  async #counted(places: string, from: number, to: number, limit: number): Promise<CountedPlace[]> {
    const [at, rows] = await this.#database.columns(
      `SELECT place::DOUBLE, count(*)::DOUBLE FROM (${places}) GROUP BY place ORDER BY place LIMIT ${limit}`,
      [bound(from), bound(to)],
    )
    return (at ?? []).map((place, i) => ({ place: place as number, rows: rows![i] as number }))
  }

  async #changes(axis: 'change' | 'start', from: number, to: number, limit: number): Promise<Changes> {
    const range = `${axis} >= $1 AND ${axis} < $2`
    const states = await this.#points.states(`WHERE p.${range} LIMIT ${limit}`, [bound(from), bound(to)])
    const [streams, starts] = await this.#database.columns(
      `SELECT stream, start::DOUBLE FROM kpi_gone WHERE ${range} LIMIT ${limit}`,
      [bound(from), bound(to)],
    )
    const gone = (streams ?? []).map((stream, i) => ({
      stream: this.#points.streamOf(stream as number),
      startMs: starts?.[i] as number,
    }))
    const alarms = await readAlarmChanges(this.#database, alarmAxis(axis), { from, to, limit })
    return { length: states.length + gone.length + alarms.length, states, gone, alarms }
  }

  async #samples({ chunks, length }: ReadingRows): Promise<BatchSamples> {
    const samples = new BatchSamples(length, this.#metricOf, this.#memory)
    for (const chunk of chunks) {
      const ids = cellsOf<number>(chunk, 0)
      const times = cellsOf<number>(chunk, 1)
      const values = cellsOf<number | null>(chunk, 2)
      // Most have none, and what is looked at is memory outside of the heap.
      let words: Cells<string | null> | null = null
      const qualities = cellsOf<QualityRank>(chunk, 4)
      const lines = cellsOf<number>(chunk, 5)
      const { rowCount } = chunk
      for (let i = 0; i < rowCount; i++) {
        const id = ids.getItem(i)
        const value = values.getItem(i)
        const sample = samples.add(this.#sourceOf(id, lines.getItem(i)), times.getItem(i), id, value ?? Number.NaN)
        if (value === null) {
          words ??= cellsOf<string | null>(chunk, 3)
          samples.word(words.getItem(i) ?? '')
        }
        const quality = qualities.getItem(i)
        if (quality !== GOOD) samples.qualify(sample, id, quality)
      }
    }
    await this.#addQualities(samples)
    return samples
  }

  /** Other readings of the same source and instant may have been given out before: what is known of their quality. */
  async #addQualities(samples: BatchSamples): Promise<void> {
    const old = new Set<string>()
    let [fromTs, toTs] = [Infinity, -Infinity]
    for (const [source, { fromMs, toMs }] of samples.reach) {
      const newestTs = this.#newestOf(source)
      this.#newestTs.set(source, Math.max(newestTs, toMs))
      if (fromMs > newestTs) continue
      old.add(`${source.plant}/${source.device}`)
      fromTs = Math.min(fromTs, fromMs)
      toTs = Math.max(toTs, Math.min(toMs, newestTs))
    }
    if (old.size === 0) return
    const ids = this.#archive.series.all().flatMap((s) => (old.has(`${s.plant}/${s.device}`) ? [s.id] : []))
    const [series, ts, quality, line] = await this.#database.columns(
      `SELECT series, ts::DOUBLE, quality, line FROM reading
       WHERE quality > ${GOOD} AND ts >= $1 AND ts <= $2 AND series IN (${ids.join(',')})`,
      [bound(fromTs), bound(toTs)],
    )
    for (let i = 0; i < (series?.length ?? 0); i++) {
      const id = series![i] as number
      const sample = samples.find(this.#sourceOf(id, line![i] as number), ts![i] as number)
      if (sample !== -1) samples.qualify(sample, id, quality![i] as QualityRank)
    }
  }

  #sourceOf(seriesId: number, line: number): SampleSource {
    const ofSeries = this.#sourcesOf[seriesId]
    const known = ofSeries?.[line]
    if (known !== undefined) return known
    const { plant, device, class: cls } = this.#archive.series.byId(seriesId)
    const source = this.#source({ plant, line: this.#archive.lines.nameOf(line), device, class: cls })
    if (ofSeries === undefined) this.#sourcesOf[seriesId] = []
    this.#sourcesOf[seriesId]![line] = source
    return source
  }

  #source(source: SampleSource): SampleSource {
    return entryOf(this.#sources, `${source.plant}/${source.line}/${source.device}/${source.class}`, () => source)
  }

  #newestOf(source: SampleSource): number {
    return this.#newestTs.get(source) ?? this.#newestAtStart.get(`${source.plant}/${source.device}`) ?? -Infinity
  }
}

/** Changes on the axis of points: `length` counts them all. */
interface Changes {
  readonly length: number
  readonly states: Awaited<ReturnType<DuckdbStore['states']>>
  readonly gone: readonly WindowRef[]
  readonly alarms: readonly StoredAlarmChange[]
}

function alarmAxis(axis: 'change' | 'start'): 'change' | 'at_ms' {
  return axis === 'change' ? 'change' : 'at_ms'
}

function asPoints(piece: AxisPiece<Changes> | null): AxisPiece<PointPiece> | null {
  if (piece === null) return null
  const { states, gone, alarms } = piece.rows
  const points = states.map(({ point }) => point)
  const emptied: { stream: Stream; startMs: number }[] = states
    .filter(({ isErased }) => isErased)
    .map(({ point: { stream, startMs } }) => ({ stream, startMs }))
  return { rows: { points, erased: [...gone, ...emptied], alarms }, to: piece.to }
}

function cellsOf<T>(chunk: DuckDBDataChunk, column: number): Cells<T> {
  return chunk.getColumnVector(column) as unknown as Cells<T>
}
