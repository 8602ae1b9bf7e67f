import type { StoredEvent } from '../../archive/events.js'
import type { RecordKind } from '../../archive/record/kinds.js'
import { DAY_MS } from '../../base/durations.js'
import { eventSeries, isCountedEvent } from '../../base/events.js'
import type { ConnectionChange } from '../../base/reading.js'
import { compareText } from '../../base/text-order.js'
import { DayColumns, type DaySource, type PlantDay } from '../../kpi/offline/day.js'
import type { OfflineSeries } from '../../kpi/offline/plant.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { dayName } from '../bundle/format.js'
import { parseLine, type TableCell } from '../ledger/rows.js'
import { eachLine } from './lines.js'
import { type EvidenceReading, EvidenceRows } from './reading-rows.js'
import type { SealedDayEntry } from './sealed.js'
import { statedSeries } from './stated.js'

/** So many readings are kept for those who ask again: a period is gone through several times. */
const CACHED_MAX = 6_000_000

/** The rows that a bundle holds of one plant, day by day. */
export class BundlePlantRows {
  readonly #bundle: BundleReader
  readonly #plant: string
  /** Names of the files of each kind, by day since the epoch, ascending. */
  readonly #days: ReadonlyMap<RecordKind, ReadonlyMap<number, string>>

  constructor(bundle: BundleReader, plant: string, days: readonly SealedDayEntry[]) {
    this.#bundle = bundle
    this.#plant = plant
    const ofKind = (kind: RecordKind) => {
      const own = days.filter((day) => day.plant === plant && day.rows_of === kind)
      const named = own.map(({ day }): [number, string] => [Date.parse(day) / DAY_MS, dayName({ kind, plant, day })])
      return new Map(named.filter(([, name]) => bundle.files.has(name)).sort(([a], [b]) => a - b))
    }
    this.#days = new Map((['reading', 'event', 'link'] as const).map((kind) => [kind, ofKind(kind)]))
  }

  /** Every reading of the days that reach into [fromMs, toMs), day by day, in each by device, metric and time. */
  async eachReading(fromMs: number, toMs: number, take: (reading: EvidenceReading) => void): Promise<void> {
    for (const [day, name] of this.#of('reading')) {
      if ((day + 1) * DAY_MS > fromMs && day * DAY_MS < toMs) await this.#read(name, everything, take)
    }
  }

  /** The readings as columns. */
  get readings(): DaySource {
    const cached = new Map<string, PlantDay>()
    let size = 0
    return {
      days: [...this.#of('reading').keys()],
      load: async (day, isWanted) => {
        const name = this.#of('reading').get(day)
        if (name === undefined) return new DayColumns().end()
        const known = cached.get(name)
        if (known !== undefined) return wanted(known, isWanted)
        const columns = new DayColumns()
        const isKept = size < CACHED_MAX
        await this.#read(name, isKept ? everything : isWanted, (reading) => columns.add(reading))
        const readings = columns.end()
        if (isKept) cached.set(name, readings)
        if (isKept) size += readings.size
        return readings
      },
    }
  }

  /** All events, in order of time, device and id. */
  async events(): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = []
    for await (const [line, device, id, type, ts, receivedAt, fields] of this.#rows('event')) {
      events.push({
        plant: this.#plant,
        line: String(line ?? ''),
        device: String(device ?? ''),
        id: String(id ?? ''),
        type: String(type ?? ''),
        ts: ts as number,
        receivedAt: receivedAt as number,
        fields: JSON.parse(String(fields)) as Record<string, unknown>,
        // In a file they stand in the order in which they came; between files nothing depends on it.
        position: events.length,
      })
    }
    return events.sort((a, b) => a.ts - b.ts || compareText(a.device, b.device) || byteOrder(a.id, b.id))
  }

  /** All changes of connections, in the order in which they came. */
  async connectionChanges(): Promise<readonly ConnectionChange[]> {
    const connectionChanges: ConnectionChange[] = []
    for await (const [device, at, isUp] of this.#rows('link')) {
      connectionChanges.push({ plant: this.#plant, device: String(device), at: at as number, isUp: isUp === true })
    }
    return connectionChanges
  }

  /** Every series of all time: those of readings as they are stated, those of events as the events give them. */
  async series(events: readonly StoredEvent[]): Promise<readonly OfflineSeries[]> {
    const stated = (await statedSeries(this.#bundle, this.#plant)).flatMap((one): OfflineSeries[] => {
      const { device, metric, unit, line, first_ts: firstTs, last_ts: lastTs, walk_from: foldFromMs } = one
      if (firstTs === null || lastTs === null || metric.includes('/')) return []
      return [{ device, metric, class: one.class, unit, line, firstTs, lastTs, foldFromMs: foldFromMs ?? -Infinity }]
    })
    return [...stated, ...seriesOfEvents(events)]
  }

  async *#rows(kind: 'event' | 'link'): AsyncGenerator<readonly TableCell[]> {
    for (const name of this.#of(kind).values()) {
      const rows: (readonly TableCell[])[] = []
      let isHead = true
      await eachLine(name, this.#bundle.open(name), (line) => {
        if (!isHead) rows.push(parseLine(kind, line.toString('utf8')))
        isHead = false
      })
      yield* rows
    }
  }

  async #read(
    name: string,
    isWanted: (device: string, metric: string) => boolean,
    take: (reading: EvidenceReading) => void,
  ): Promise<void> {
    const rows = new EvidenceRows()
    let isHead = true
    await eachLine(name, this.#bundle.open(name), (line) => {
      const reading = isHead ? null : rows.read(line.toString('utf8'), isWanted)
      isHead = false
      if (reading !== null) take(reading)
    })
  }

  #of(kind: RecordKind): ReadonlyMap<number, string> {
    return this.#days.get(kind) ?? new Map()
  }
}

function everything(): boolean {
  return true
}

function wanted({ size, series }: PlantDay, isWanted: (device: string, metric: string) => boolean): PlantDay {
  const isOf = (key: string) => {
    const slash = key.indexOf('/')
    return isWanted(key.slice(0, slash), key.slice(slash + 1))
  }
  return { size, series: new Map([...series].filter(([key]) => isOf(key))) }
}

interface Reach {
  readonly metric: string
  readonly first: StoredEvent
  last: StoredEvent
  /** The one that came last. */
  newest: StoredEvent
}

/** Events that figures are made of reach like series: by device and type, from the first to the last. */
function seriesOfEvents(events: readonly StoredEvent[]): readonly OfflineSeries[] {
  const found = new Map<string, Reach>()
  for (const event of events) {
    if (!isCountedEvent(event.type)) continue
    const metric = eventSeries(event.type)
    const key = `${event.device}/${metric}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { metric, first: event, last: event, newest: event })
    else {
      known.last = event
      if (event.receivedAt >= known.newest.receivedAt) known.newest = event
    }
  }
  return [...found.values()].map(({ metric, first, last, newest }) => ({
    device: first.device,
    metric,
    class: 'production',
    unit: '1',
    line: newest.line,
    firstTs: first.ts,
    lastTs: last.ts,
    foldFromMs: Math.floor(first.ts / DAY_MS) * DAY_MS,
  }))
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
