import { DuckDBInstance } from '@duckdb/node-api'
import { Archive, saveProgress } from '../../src/archive/archive.js'
import type { ArchiveOutcome } from '../../src/archive/batch.js'
import { Database } from '../../src/archive/database.js'
import type { Forgetting } from '../../src/archive/forget.js'
import { readConfigs } from '../../src/archive/samples.js'
import { Senders } from '../../src/archive/senders.js'
import type { AlarmAction } from '../../src/base/alarm.js'
import type { Clock } from '../../src/base/clock.js'
import type { Window } from '../../src/base/kpi.js'
import { METRICS } from '../../src/base/metrics.js'
import { type ConfigVersion, configVersion, type PlantOptions, plantOptions } from '../../src/base/plant.js'
import type { ConnectionChange, DeviceEvent, DeviceFact, Reading } from '../../src/base/reading.js'
import { ReadingBlock } from '../../src/base/reading-block.js'
import type { ForgetAction } from '../../src/base/records.js'
import { Alarms } from '../../src/kpi/alarms/alarms.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import type { CycleResult, PublishPart } from '../../src/kpi/cycle-result.js'
import { Engine } from '../../src/kpi/engine.js'
import { bundledLibrary } from '../../src/kpi/factors/bundled.js'
import { type EngineProgress, NO_PROGRESS } from '../../src/kpi/schedule/progress.js'
import type { Point } from '../../src/kpi/windows/point.js'
import { Publisher } from '../../src/pipeline/publisher.js'
import { DuckdbStore } from '../../src/stores/duckdb.js'
import { Sources } from './sources.js'

/** A reading of device `m1` of plant `p` with what a test does not care about filled in. */
export function reading(of: Partial<Reading> & Pick<Reading, 'metric' | 'ts' | 'value'>): Reading {
  const metric = METRICS.get(of.metric)
  return {
    plant: 'p',
    line: 'l',
    device: 'm1',
    class: metric?.classes[0] ?? 'energy',
    unit: metric?.unit ?? '',
    quality: 0,
    seq: null,
    receivedAt: of.ts,
    tsAssumed: false,
    ...of,
  }
}

/** Options of plant `p`, as a configuration file gives them. */
export function plantOf(options: Record<string, unknown>): PlantOptions {
  return plantOptions.parse({ id: 'p', name: {}, timezone: 'UTC', ...options })
}

/** Readings as the columns of a block, all of one journal record. */
export function blockOf(readings: readonly Reading[], position: number): ReadingBlock {
  const block = new ReadingBlock()
  const sources = new Sources()
  for (const one of readings) sources.addTo(block, one, position)
  return block
}

export interface FigureQuery {
  readonly kpi: string
  readonly window: Window
  /** Epoch ms, or RFC 3339. */
  readonly start: number | string
  readonly scope?: 'plant' | 'line' | 'device'
  readonly id?: string
}

const NO_ORDERS = () => ({ position: -1, nowMs: 0, forgetting: [] as readonly Forgetting[], readingsForgotten: 0 })

/**
 * The real archive, engine, store and publisher on a database in memory, fed by hand: what the pipeline does with a
 * journal, one call a step. A restart opens all of them anew on the same database.
 */
export class Bench {
  /** The part of the accounts that orders to forget devices change; saved with the place in the journal once there is any. */
  accounting = NO_ORDERS()
  database: Database
  archive!: Archive
  senders!: Senders
  store!: DuckdbStore
  engine!: Engine
  alarms!: Alarms
  publisher!: Publisher
  /** True when points go out part by part, so that live ones go before those of the past, as in a gateway. */
  isSentInParts = false
  readonly #clock: Clock
  #clockMs = 0
  #position = -1
  #nowMs = 0

  private constructor(database: Database) {
    this.database = database
    // Each look at the clock is far enough from the last that provisional points go to the store every time.
    this.#clock = {
      nowMs: () => {
        this.#clockMs += 60_000
        return this.#clockMs
      },
      sleep: () => Promise.resolve(),
    }
  }

  /** With a first configuration, when there is one, in force from `configuredAtMs` on. */
  static async open(plants: readonly PlantOptions[] = [], configuredAtMs = 8.64e15): Promise<Bench> {
    const bench = new Bench(await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' })))
    await bench.restart()
    if (plants.length > 0) await bench.configure(plants, configuredAtMs)
    return bench
  }

  /** A configuration entry of the journal. */
  async configure(plants: readonly PlantOptions[], fromMs: number): Promise<void> {
    const content = JSON.stringify({ plants })
    const version = configVersion({ arrivedAt: fromMs, hash: content, content })
    await this.#commit([], [], [], [version])
    this.engine.configured(version)
    this.alarms.configured(version)
  }

  /** Saves what is counted, at the place that was committed. */
  async save(): Promise<void> {
    await this.database.transaction((connection) => saveProgress(connection, 'journal', this.#saved()))
  }

  #saved() {
    Object.assign(this.accounting, { position: this.#position, nowMs: this.#nowMs })
    const { forgetting, readingsForgotten, position, nowMs } = this.accounting
    return forgetting.length + readingsForgotten === 0 ? { position, nowMs } : this.accounting
  }

  /** Does what a kill and a start do: everything in memory is gone, what was committed is there. */
  async restart(): Promise<void> {
    this.senders = new Senders()
    this.archive = await Archive.open(this.database, this.senders)
    const saved = await this.archive.progress<Bench['accounting']>('journal')
    this.accounting = { ...NO_ORDERS(), ...saved }
    this.#position = saved?.position ?? -1
    this.#nowMs = saved?.nowMs ?? this.#nowMs
    this.store = await DuckdbStore.open(this.database, new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit])))
    this.engine = await Engine.start({
      database: this.database,
      archive: this.archive,
      senders: this.senders,
      library: bundledLibrary(),
      stored: this.store,
      versions: await readConfigs(this.database),
      progress: (await this.archive.progress<EngineProgress>('kpi')) ?? NO_PROGRESS,
      nowMs: this.#nowMs,
      position: this.#position + 1,
    })
    this.alarms = await Alarms.open({
      database: this.database,
      points: this.store,
      catalogue: CATALOGUE,
      versions: await readConfigs(this.database),
    })
    this.publisher = new Publisher(this.store, this.engine, this.alarms, this.#clock)
  }

  /** One block of the journal. Every reading is a message of its own. "Now" is the last arrival. */
  async commit(
    readings: readonly Reading[],
    events: readonly DeviceEvent[] = [],
    connectionChanges: readonly ConnectionChange[] = [],
  ): Promise<ArchiveOutcome> {
    for (const reading of readings) {
      const sender = this.senders.touch(reading.plant, reading.line, reading.device)
      sender.messages++
      sender.readings++
      sender.lastArrivalMs = Math.max(sender.lastArrivalMs, reading.receivedAt)
      sender.lastTs = reading.ts
      sender.newestTs = Math.max(sender.newestTs, reading.ts)
      this.#nowMs = Math.max(this.#nowMs, reading.receivedAt)
    }
    return this.#commit(readings, events, connectionChanges, [])
  }

  async #commit(
    readings: readonly Reading[],
    events: readonly DeviceEvent[],
    connectionChanges: readonly ConnectionChange[],
    configs: readonly ConfigVersion[],
    {
      facts = [],
      actions = [],
    }: { facts?: readonly DeviceFact[]; actions?: readonly { act: AlarmAction | ForgetAction; atMs: number }[] } = {},
  ): Promise<ArchiveOutcome> {
    const position = ++this.#position
    for (const { atMs } of [...facts, ...actions]) this.#nowMs = Math.max(this.#nowMs, atMs)
    const {
      outcome,
      changes,
      events: happened,
    } = await this.archive.commit({
      readings: blockOf(readings, position),
      events: events.map((event) => ({ event, position })),
      connectionChanges: connectionChanges.map((change) => ({ change, position })),
      configs: configs.map((version) => ({ version, position })),
      facts: facts.map((fact) => ({ fact, position })),
      actions: actions.map((act) => ({ ...act, position })),
      forgetting: this.accounting.forgetting,
      progress: () => this.#saved(),
    })
    const ofAlarms = actions.flatMap(({ act, atMs }) => (act.what === 'forget' ? [] : [{ act, atMs }]))
    this.alarms.take(facts, ofAlarms, position)
    this.engine.ingest(changes, happened, connectionChanges, position + 1, this.#nowMs)
    return outcome
  }

  /** Commits what was noticed of devices at ticks of the journal; "now" is the last of them. */
  async note(facts: readonly DeviceFact[]): Promise<void> {
    await this.#commit([], [], [], [], { facts })
  }

  /** Commits what a person did to an alarm, with the arrival of its journal entry. */
  async act(act: AlarmAction | ForgetAction, atMs: number): Promise<void> {
    await this.#commit([], [], [], [], { actions: [{ act, atMs }] })
  }

  /** Ticks up to an instant. */
  tick(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
    this.engine.ingest(null, [], [], this.#position + 1, this.#nowMs)
  }

  /** The clock of the machine was set back and is followed. */
  setBack(nowMs: number): void {
    this.#nowMs = nowMs
    this.senders.setBack(nowMs)
    this.engine.ingest(null, [], [], this.#position + 1, nowMs)
  }

  get #partsOut(): PublishPart | null {
    return this.isSentInParts ? (part) => this.publisher.publish(part) : null
  }

  /**
   * Computes and publishes; what goes out in parts is not in the result.
   * @param holdMs more is to come: sums of many series over the past wait for it so long
   */
  async cycle(holdMs = 0): Promise<CycleResult> {
    const result = await this.engine.cycle(this.#partsOut, undefined, holdMs)
    await this.publisher.publish(result)
    return result
  }

  /**
   * Walks one stretch of late samples, or so many series of it.
   * @param isBegun a plant in which no pass goes on begins one
   */
  async cycleLate(isBegun = true, seriesMax = Infinity): Promise<CycleResult> {
    const result = await this.engine.cycleLate(this.#partsOut, isBegun, () => seriesMax)
    await this.publisher.publish(result)
    return result
  }

  /** Computes until nothing is left to be done. */
  async settle(): Promise<void> {
    await this.cycle()
    for (;;) {
      while (this.engine.isLatePending) await this.cycleLate()
      if (!this.engine.redo.isPending) return
      await this.engine.redoNext()
    }
  }

  /** Commits and computes: readings, then the ticks up to `nowMs`. */
  async feed(readings: readonly Reading[], nowMs?: number): Promise<void> {
    await this.commit(readings)
    if (nowMs !== undefined) this.tick(nowMs)
    await this.settle()
  }

  /** Everything that was committed came before this place. */
  get nextPosition(): number {
    return this.#position + 1
  }

  /** Every stored point. */
  async points(plant = 'p'): Promise<Point[]> {
    return [...(await this.store.between(plant, -8.64e15, 8.64e15)).values()]
  }

  /** The stored point of one window; undefined when there is none. */
  async point({ kpi, window, start, scope = 'plant', id = 'p' }: FigureQuery): Promise<Point | undefined> {
    const fromMs = typeof start === 'string' ? Date.parse(start) : start
    const found = await this.store.points({ plant: 'p', scope, id, kpi, window, fromMs, toMs: fromMs + 1, limit: 1 })
    return found[0]
  }

  close(): Promise<void> {
    return this.database.close()
  }
}
