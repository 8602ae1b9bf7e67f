import type { Forgetting } from '../../../src/archive/forget.js'
import { measure } from '../../../src/archive/record/files.js'
import { endedOf } from '../../../src/archive/record/removal.js'
import { readConfigs } from '../../../src/archive/samples.js'
import { Configs } from '../../../src/pipeline/configs.js'
import { RemovalTries } from '../../../src/pipeline/removal-tries.js'
import { Removals, type RemovalsDeps } from '../../../src/pipeline/removals.js'
import { type SealedData, TS } from '../audit/ledger/sealed-data.js'

const ENDED_WITHIN = 2000

/** Orders to remove devices from a data directory, carried out as the pipeline does. */
export class Removing {
  readonly data: SealedData
  readonly clock = { ms: 0, nowMs: () => this.clock.ms, sleep: async () => {} }
  tries = new RemovalTries(this.clock)
  removals!: Removals
  /** Devices and reasons of what was told to stay. */
  readonly failed: string[] = []
  /** Changes what the pipeline sees. */
  readonly #changes: Partial<RemovalsDeps>
  #orders = 0
  #inBackground = 0

  constructor(data: SealedData, changes: Partial<RemovalsDeps> = {}) {
    this.data = data
    this.#changes = changes
  }

  get #bench() {
    return this.data.recorded.bench
  }

  /** An order that the journal brings behind all that is archived. */
  async order(of: Partial<Forgetting> & { readonly why?: string } = {}): Promise<Forgetting> {
    const { plant = 'p', devices = ['typo'], metrics, id = `act-${++this.#orders}`, why = 'mistyped' } = of
    const only = metrics === undefined ? {} : { metrics }
    await this.#bench.act({ what: 'forget', id, plant, devices, ...only, by: 'wei', why }, TS + 5)
    const { position } = (await this.#bench.archive.progress<{ position: number }>('journal'))!
    const order = { plant, devices, ...only, position, id, atMs: TS + 5 }
    this.#bench.accounting.forgetting = [...this.#bench.accounting.forgetting, order]
    await this.#bench.save()
    for (const device of metrics === undefined ? devices : []) {
      const sender = this.#bench.senders.find(plant, device)
      if (sender !== undefined) this.#bench.senders.forget(sender)
    }
    return order
  }

  /** Begins as a start of the gateway does. */
  async start(): Promise<void> {
    const { data } = this
    const configs = new Configs(await readConfigs(this.#bench.database), { hash: '', content: '{}', plants: [] })
    const bench = this.#bench
    const { record } = data.recorded
    this.tries = new RemovalTries(this.clock)
    this.removals = new Removals({
      ...{ record, configs, archive: bench.archive, database: bench.database, senders: bench.senders },
      ...{ engine: bench.engine, points: bench.store, index: data.index, frozenDays: data.index, tries: this.tries },
      sealing: {
        get isHeld() {
          return data.sealing.isHeld
        },
        catchUp: () => this.#counted(data.sealing.catchUp()),
        tellRemoval: (note, order) => this.#counted(data.sealing.tellRemoval(note, order)),
      },
      accounting: bench.accounting as unknown as RemovalsDeps['accounting'],
      work: {
        root: (dir, state) => this.#counted(data.root(dir, state)),
        measure: (path) => this.#counted(measure(path)),
      },
      upkeep: {
        attempt: (work) => work(),
        cutNow: async () => {
          await data.recorded.cut()
          return true
        },
      },
      tellFailed: ({ devices }, reason) => this.failed.push(`${devices.join()}: ${reason}`),
      wake: () => {},
      ...this.#changes,
    })
  }

  /** Kills the gateway and starts it again; database, record and ledger are what they were on the disk. */
  async restart(): Promise<void> {
    await this.data.recorded.reopen()
    await this.#bench.restart()
    await this.data.start()
    await this.start()
  }

  async step(): Promise<boolean> {
    if (this.removals === undefined) await this.start()
    while (this.#bench.engine.isLatePending) await this.#bench.cycleLate()
    const isMore = await this.removals.step(() => this.#bench.save())
    // Work in the background is waited for, however slow the machine is.
    if (!isMore)
      do await new Promise((resolve) => setTimeout(resolve, 4))
      while (this.#inBackground > 0)
    return isMore
  }

  async #counted<T>(work: Promise<T>): Promise<T> {
    this.#inBackground++
    try {
      return await work
    } finally {
      this.#inBackground--
    }
  }

  /** Steps until no order waits, or until one has to wait for its next turn. */
  async run(): Promise<void> {
    for (let i = 0; i < ENDED_WITHIN; i++) {
      await this.step()
      if (this.#bench.accounting.forgetting.length === 0 || this.tries.trouble !== '') return
    }
    throw new Error('the orders do not come to an end')
  }

  /** Gives an order and carries it out; how it ended. */
  async forget(of: Parameters<Removing['order']>[0] = {}) {
    const order = await this.order(of)
    await this.run()
    return endedOf(this.data.recorded.record.manifest, order)
  }

  async rowsOfFiles(): Promise<readonly string[]> {
    const { record, bench } = this.data.recorded
    const { days, deltas } = record.manifest
    const files = [...days, ...deltas].filter(({ kind }) => kind === 'reading')
    if (files.length === 0) return []
    const [rows = []] = await bench.database.columns(
      `SELECT device || ' ' || value::VARCHAR FROM ${record.source(files)} ORDER BY device, ts`,
    )
    return rows.map(String)
  }

  /** The same of the database. */
  async rowsOfDatabase(): Promise<readonly string[]> {
    const [rows = []] = await this.#bench.database.columns(
      `SELECT s.device || ' ' || r.value::VARCHAR FROM reading r JOIN series s ON s.id = r.series ORDER BY s.device, r.ts`,
    )
    return rows.map(String)
  }
}
