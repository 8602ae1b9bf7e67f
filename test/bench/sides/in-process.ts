import type { DuckDBInstance } from '@duckdb/node-api'
import { Archive } from '../../../src/archive/archive.js'
import { Database } from '../../../src/archive/database.js'
import { Senders } from '../../../src/archive/senders.js'
import { systemClock } from '../../../src/base/clock.js'
import { configVersion, type PlantOptions } from '../../../src/base/plant.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import { decode } from '../../../src/decode/decode.js'
import { Alarms } from '../../../src/kpi/alarms/alarms.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { Engine } from '../../../src/kpi/engine.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { NO_PROGRESS } from '../../../src/kpi/schedule/progress.js'
import { Publisher } from '../../../src/pipeline/publisher.js'
import { DuckdbStore } from '../../../src/stores/duckdb.js'
import { Sources } from '../../support/sources.js'

export const STAGES = ['decode', 'archive', 'walk', 'compute', 'publish'] as const
export type Stage = (typeof STAGES)[number]

/** A message as the journal has it. */
export interface Message {
  readonly topic: string
  readonly payload: Uint8Array
}

const ARRIVAL_MS = 20

/**
 * The pipeline of one plant without its journal and its threads: the stages are called one after the other, as the pipeline
 * thread does, and the processor time of each is measured, DuckDB's threads included.
 */
export class InProcess {
  readonly #plant: string
  readonly #database: Database
  readonly #senders: Senders
  readonly #archive: Archive
  readonly #engine: Engine
  readonly #publisher: Publisher
  /** Processor time since the last `restart`, us. */
  readonly us: Record<Stage, number> = { decode: 0, archive: 0, walk: 0, compute: 0, publish: 0 }
  readings = 0
  #position = 0
  readonly #block = new ReadingBlock()
  readonly #sources = new Sources()

  private constructor(
    plant: string,
    database: Database,
    senders: Senders,
    archive: Archive,
    engine: Engine,
    publisher: Publisher,
  ) {
    this.#plant = plant
    this.#database = database
    this.#senders = senders
    this.#archive = archive
    this.#engine = engine
    this.#publisher = publisher
  }

  static async open(plant: PlantOptions, firstMs: number, instance: DuckDBInstance): Promise<InProcess> {
    const database = await Database.on(instance)
    const senders = new Senders()
    const archive = await Archive.open(database, senders)
    const store = await DuckdbStore.open(database, new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit])))
    const engine = await Engine.start({
      database,
      archive,
      senders,
      library: bundledLibrary(),
      stored: store,
      versions: [],
      progress: NO_PROGRESS,
      nowMs: firstMs,
      position: -1,
    })
    const content = JSON.stringify({ plants: [plant] })
    engine.configured(configVersion({ arrivedAt: firstMs, hash: content, content }))
    const alarms = await Alarms.open({ database, points: store, catalogue: CATALOGUE, versions: [] })
    return new InProcess(
      plant.id,
      database,
      senders,
      archive,
      engine,
      new Publisher(store, engine, alarms, systemClock),
    )
  }

  /** Begins anew with what is measured. */
  restart(): void {
    for (const stage of STAGES) this.us[stage] = 0
    this.readings = 0
  }

  /** Takes what has come together, up to its points in the store. */
  async take(messages: readonly Message[], nowMs: number): Promise<void> {
    const position = this.#position++
    const arrivedAt = nowMs + ARRIVAL_MS
    const decoded = await this.#took('decode', () =>
      messages.map((one) => decode({ ...one, arrivedAt, retain: false, fullSizeBytes: null }, { registered: null })),
    )
    const readings = decoded.flatMap((one) => one.readings)
    this.readings += readings.length
    for (const { device, line, ts } of readings) {
      const sender = this.#senders.touch(this.#plant, line, device)
      Object.assign(sender, { lastArrivalMs: arrivedAt, lastTs: ts, newestTs: Math.max(ts, sender.newestTs) })
    }
    const block = this.#block
    block.clear()
    for (const reading of readings) this.#sources.addTo(block, reading, position)
    const { changes } = await this.#took('archive', () =>
      this.#archive.commit({
        readings: block,
        events: [],
        progress: () => ({ position }),
      }),
    )
    await this.#took('walk', () => this.#engine.ingest(changes, [], [], position + 1, arrivedAt))
    const result = await this.#took('compute', () => this.#engine.cycle())
    await this.#took('publish', () => this.#publisher.publish(result))
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  async #took<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const before = process.cpuUsage()
    const result = await work()
    const { user, system } = process.cpuUsage(before)
    this.us[stage] += user + system
    return result
  }
}
