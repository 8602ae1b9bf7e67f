import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Archive } from '../archive/archive.js'
import { bound, type Database } from '../archive/database.js'
import { entryOf } from '../base/entry-of.js'
import { GOOD } from '../base/quality.js'
import { readAlarmChanges, type StoredAlarmChange } from '../kpi/alarms/table.js'
import type { Point, Stream } from '../kpi/windows/point.js'
import type { DuckdbStore } from './duckdb.js'
import { OpenSample, type Reach, SeriesLists, SourceSamples } from './open-samples.js'
import type { SampleSource, StoreSample, WindowRef } from './store.js'
import { type AxisPiece, Stride } from './stride.js'

/** Readings of one batch: enough to make requests worth their while, few enough to wait for in memory. */
const READINGS_WANTED = 16_000
const POINTS_WANTED = 4_000

/** Readings as samples, and where each of their readings is in the archive. */
export interface SamplePiece {
  readonly samples: readonly StoreSample[]
  /** Ids of the series, side by side with the metrics of each sample. */
  readonly seriesIds: readonly (readonly number[])[]
  readonly readings: number
  /** Stretch of time that the samples of each source are in. */
  readonly reach: ReadonlyMap<SampleSource, Reach>
}

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
    readings: new Stride(READINGS_WANTED),
    points: new Stride(POINTS_WANTED),
    readingsAgain: new Stride(READINGS_WANTED),
    pointsAgain: new Stride(POINTS_WANTED),
  }
  readonly #shapes = new SeriesLists()
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
  async readings(position: number, until: number): Promise<AxisPiece<SamplePiece> | null> {
    const piece = await this.#strides.readings.next(position, until, (from, to, limit) =>
      this.#rows('position >= $1 AND position < $2', from, to, limit),
    )
    return piece === null ? null : { rows: await this.#samples(piece.rows), to: piece.to }
  }

  /** Readings with event times in [fromMs, toMs) that came before a place in the journal. */
  async readingsAgain(fromMs: number, toMs: number, before: number): Promise<AxisPiece<SamplePiece> | null> {
    const piece = await this.#strides.readingsAgain.next(fromMs, toMs, (from, to, limit) =>
      this.#rows(`position < ${before} AND ts >= $1 AND ts < $2`, from, to, limit),
    )
    return piece === null ? null : { rows: await this.#samples(piece.rows), to: piece.to }
  }

  /** Points, windows that are gone, and changes of alarms, with numbers in [change, until). */
  points(change: number, until: number): Promise<AxisPiece<PointPiece> | null> {
    return this.#strides.points
      .next(change, until, (from, to, limit) => this.#changes('change', from, to, limit))
      .then(asPoints)
  }

  /** Points, windows that are gone, and changes of alarms, with starts, or times, in [fromMs, toMs). */
  pointsAgain(fromMs: number, toMs: number): Promise<AxisPiece<PointPiece> | null> {
    return this.#strides.pointsAgain
      .next(fromMs, toMs, (from, to, limit) => this.#changes('start', from, to, limit))
      .then(asPoints)
  }

  async #rows(where: string, from: number, to: number, limit: number): Promise<ReadingRows> {
    const chunks = await this.#database.chunks(`SELECT ${READING_ROW} FROM reading WHERE ${where} LIMIT ${limit}`, [
      bound(from),
      bound(to),
    ])
    return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0) }
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
    const alarms = await readAlarmChanges(this.#database, axis === 'change' ? 'change' : 'at_ms', { from, to, limit })
    return { length: states.length + gone.length + alarms.length, states, gone, alarms }
  }

  /** Readings of one source and instant become one sample, in the order in which they were read. */
  async #samples({ chunks, length }: ReadingRows): Promise<SamplePiece> {
    const bySource = new Map<SampleSource, SourceSamples>()
    const samples: OpenSample[] = []
    let last: OpenSample | undefined
    for (const chunk of chunks) {
      const ids = cellsOf<number>(chunk, 0)
      const times = cellsOf<number>(chunk, 1)
      const values = cellsOf<number | null>(chunk, 2)
      const words = cellsOf<string>(chunk, 3)
      const qualities = cellsOf<number>(chunk, 4)
      const lines = cellsOf<number>(chunk, 5)
      const { rowCount } = chunk
      for (let i = 0; i < rowCount; i++) {
        const id = ids.getItem(i)
        const ts = times.getItem(i)
        const { metric } = this.#archive.series.byId(id)
        const source = this.#sourceOf(id, lines.getItem(i))
        const value = values.getItem(i) ?? words.getItem(i)
        if (last?.ts !== ts || last.source !== source) {
          const ofSource = entryOf(bySource, source, newSourceSamples)
          last = ofSource.at(ts)
          if (last === undefined) {
            last = new OpenSample(source, ts, this.#shapes.of(id, metric), value)
            ofSource.add(last)
            samples.push(last)
          } else last.add(this.#shapes, id, metric, value)
        } else last.add(this.#shapes, id, metric, value)
        const quality = qualities.getItem(i)
        if (quality !== GOOD) last.qualities = { ...last.qualities, [metric]: quality }
      }
    }
    await this.#addQualities([...bySource.values()])
    const reach = new Map([...bySource].map(([source, ofSource]) => [source, ofSource.reach]))
    return { samples, seriesIds: samples.map((sample) => sample.seriesIds), readings: length, reach }
  }

  /** Other readings of the same source and instant may have been given out before: what is known of their quality. */
  async #addQualities(all: readonly SourceSamples[]): Promise<void> {
    const old = new Map<SampleSource, SourceSamples>()
    let [fromTs, toTs] = [Infinity, -Infinity]
    for (const ofSource of all) {
      const { source, samples } = ofSource
      const newestTs = this.#newestOf(source)
      let newest = newestTs
      for (const { ts } of samples) {
        newest = Math.max(newest, ts)
        if (ts > newestTs) continue
        old.set(source, ofSource)
        fromTs = Math.min(fromTs, ts)
        toTs = Math.max(toTs, ts)
      }
      this.#newestTs.set(source, newest)
    }
    if (old.size === 0) return
    const devices = new Set([...old.keys()].map(({ plant, device }) => `${plant}/${device}`))
    const ids = this.#archive.series.all().flatMap((s) => (devices.has(`${s.plant}/${s.device}`) ? [s.id] : []))
    const [series, ts, quality, line] = await this.#database.columns(
      `SELECT series, ts::DOUBLE, quality, line FROM reading
       WHERE quality > ${GOOD} AND ts >= $1 AND ts <= $2 AND series IN (${ids.join(',')})`,
      [bound(fromTs), bound(toTs)],
    )
    for (let i = 0; i < (series?.length ?? 0); i++) {
      const id = series![i] as number
      const sample = old.get(this.#sourceOf(id, line![i] as number))?.at(ts![i] as number)
      if (sample === undefined) continue
      sample.qualities = { ...sample.qualities, [this.#archive.series.byId(id).metric]: quality![i] as number }
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

function newSourceSamples(source: SampleSource): SourceSamples {
  return new SourceSamples(source)
}
