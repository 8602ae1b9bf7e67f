import { DuckDBInstance } from '@duckdb/node-api'
import { Database } from '../../src/archive/database.js'
import type { AlarmItem } from '../../src/base/alarm.js'
import { configVersion } from '../../src/base/plant.js'
import { type Cursor, journalPlaceOf, positionOf, START } from '../../src/journal/cursor.js'
import { encodeEntries, type JournalEntry } from '../../src/journal/entries.js'
import type { CycleResult } from '../../src/kpi/cycle-result.js'
import type { Point } from '../../src/kpi/windows/point.js'
import { type Decoding, newDecoding } from '../../src/pipeline/decoding.js'
import { DemandWatch } from '../../src/pipeline/demand-ahead/demand-watch.js'
import { DeviceConnections } from '../../src/pipeline/device-connections.js'
import { DeviceWatch } from '../../src/pipeline/device-watch.js'
import { JournalDecoder, type JournalDecoderDeps } from '../../src/pipeline/journal-decoder.js'
import { load } from '../../src/pipeline/loading.js'
import { AttestationWatch } from '../../src/pipeline/markets/attestation-watch.js'
import { DevicePresence } from '../../src/pipeline/presence.js'
import { Publisher } from '../../src/pipeline/publisher.js'

const NOTHING: CycleResult = { final: [], provisional: [], dropped: [] }

/** The configuration of the settings as the intake journals it at a start. */
export function configured(settings: object, arrivedAt: number): Extract<JournalEntry, { kind: 'config' }> {
  const content = JSON.stringify(settings)
  return { kind: 'config', arrivedAt, hash: content, content }
}

/** A message at QoS 1 as the intake journals it. */
export function message(
  arrivedAt: number,
  client: string,
  topic: string,
  payload: string,
  retain = false,
): Extract<JournalEntry, { kind: 'message' }> {
  const body = Buffer.from(payload)
  return {
    kind: 'message',
    ingress: 'mqtt',
    arrivedAt,
    client,
    topic,
    payload: body,
    qos: 1,
    retain,
    fullSizeBytes: null,
  }
}

/** An alarm as it was first told, with the time of the journal at which that was. */
export interface ToldAlarm {
  readonly alarm: AlarmItem
  readonly atMs: number
}

/**
 * All that a gateway makes of its journal, on a simulated clock: the real decoder, archive, engine and alarms on a database in
 * memory, with a journal that is written by hand.
 */
export class SimulatedLife {
  readonly #database: Database
  readonly #first: Extract<JournalEntry, { kind: 'config' }>
  readonly #records: Buffer[] = []
  #next = 0
  /** Every alarm when it was told first. */
  readonly told = new Map<string, ToldAlarm>()
  #parts!: Awaited<ReturnType<SimulatedLife['load']>>

  private constructor(database: Database, first: Extract<JournalEntry, { kind: 'config' }>) {
    this.#database = database
    this.#first = first
  }

  static async open(first: Extract<JournalEntry, { kind: 'config' }>): Promise<SimulatedLife> {
    const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
    const life = new SimulatedLife(database, first)
    life.#parts = await life.load()
    return life
  }

  private async load() {
    const loaded = await load(this.#database, configVersion(this.#first))
    const { senders, accounting, engine, configs, alarms, points, facts, decoderStates } = loaded
    const presence = new DevicePresence(senders, accounting, {
      idleMs: (plant, device) => engine.idleMs(plant, device),
      isOnChange: (plant, device) => configs.device(plant, device)?.on_change === true,
    })
    const clock = { nowMs: () => accounting.nowMs, sleep: () => Promise.resolve() }
    const parts = {
      mark: { read: () => ({ position: positionOf(START) + this.#records.length }), noteTaken: () => undefined },
      reader: this.#reader(),
      senders,
      connections: new DeviceConnections(senders, configs.versions.at(-1)),
      configs,
      watch: new DeviceWatch(senders, presence, configs.isConfigured, facts),
      demandWatch: new DemandWatch(facts),
      attestationWatch: new AttestationWatch(facts),
      accounting,
      decoderStates,
    }
    const stretches = new JournalDecoder(parts as unknown as JournalDecoderDeps)
    alarms.listen((alarm) => {
      const key = `${alarm.plant}|${alarm.id}`
      if (!this.told.has(key)) this.told.set(key, { alarm, atMs: accounting.nowMs })
    })
    return { ...loaded, stretches, publisher: new Publisher(points, engine, alarms, clock) }
  }

  #reader() {
    const life = this
    return {
      get cursor(): Cursor {
        return { ...START, ...journalPlaceOf(positionOf(START) + life.#next) }
      },
      read: () => {
        const body = life.#records[life.#next]
        return body === undefined ? [] : [{ position: positionOf(START) + life.#next++, body }]
      },
    }
  }

  /** Journals these entries as one record, reads them and looks at the alarms, as each cycle of a gateway does. */
  async take(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return
    this.#records.push(encodeEntries(entries))
    const { stretches, publisher } = this.#parts
    for (let found = await stretches.next(() => false); found !== null; found = await stretches.next(() => false)) {
      await this.#commit(found.decoding)
      await publisher.publish(NOTHING)
    }
  }

  /** Computes all figures up to now. */
  async compute(): Promise<void> {
    const { publisher, engine } = this.#parts
    const part = (result: CycleResult) => publisher.publish(result)
    await part(await engine.cycle(part))
    while (engine.isLatePending) await part(await engine.cycleLate(part, true))
  }

  async #commit(decoding: Decoding): Promise<void> {
    const { archive, accounting, engine, alarms } = this.#parts
    const { readings, events, connectionChanges, configs, facts, actions, states } = decoding
    const { changes, events: happened } = await archive.commit({
      readings,
      events,
      connectionChanges,
      configs,
      facts,
      actions,
      states,
      progress: () => structuredClone(accounting),
    })
    for (const { version } of configs) {
      engine.configured(version)
      alarms.configured(version)
    }
    const position = facts.at(-1)?.position ?? -1
    if (facts.length > 0)
      alarms.take(
        facts.map(({ fact }) => fact),
        [],
        position,
      )
    engine.ingest(
      changes,
      happened,
      connectionChanges.map(({ change }) => change),
      positionOf(accounting.cursor),
      accounting.nowMs,
    )
  }

  /** This does to memory what a kill and a start do; the caller adds the entry of the start. */
  async restart(): Promise<void> {
    // A stretch of ticks alone is not saved, because it is read again.
    await this.#commit(newDecoding())
    this.#parts = await this.load()
  }

  /** The points of a plant with a start in [fromMs, toMs), in no order. */
  async points(plant: string, fromMs: number, toMs: number): Promise<readonly Point[]> {
    return [...(await this.#parts.points.between(plant, fromMs, toMs)).values()]
  }

  /** Every alarm that is listed, newest first. */
  get alarms(): readonly AlarmItem[] {
    return this.#parts.alarms.list(null, () => true, Number.POSITIVE_INFINITY)
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}
