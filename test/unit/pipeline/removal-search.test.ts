import { expect, test } from 'vitest'
import { DAY_MS } from '../archive/record/recorded.js'
import { kwh, SealedData, TODAY, TS } from '../audit/ledger/sealed-data.js'
import { Removing } from './removing.js'

/** Proves over random courses of sending, removing, killing and rebuilding that what is left is what was not removed, and all of it proven. */

const RUNS = Number(process.env.REMOVALS ?? 12)
const STEPS = 30
const DEVICES = ['a', 'b', 'c']

/** Numbers in [0, 1), the same for the same seed. Source: mulberry32. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

class RemovalCourse {
  /** Values by device and time, of what no order has come for. */
  readonly expected = new Map<string, number>()
  readonly #next: () => number
  readonly #data: SealedData
  readonly #removing: Removing
  archived = 0

  constructor(data: SealedData, seed: number) {
    this.#data = data
    this.#next = random(seed)
    this.#removing = new Removing(data)
  }

  get #bench() {
    return this.#data.recorded.bench
  }

  get forgotten(): number {
    return this.#bench.accounting.readingsForgotten
  }

  async step(): Promise<void> {
    const die = this.#next()
    if (die < 0.3) await this.#send()
    else if (die < 0.38) await this.#order()
    else if (die < 0.75) for (let i = Math.floor(this.#next() * 6); i >= 0; i--) await this.#removing.step()
    else if (die < 0.82) await this.#data.sealing.catchUp()
    else if (die < 0.9) await this.#compact()
    else if (die < 0.96) await this.#removing.restart()
    else await this.#rebuild()
  }

  async end(): Promise<void> {
    await this.#removing.run()
    expect(this.#removing.failed).toEqual([])
    await this.#data.recorded.cut()
    await this.#compact()
    await this.#data.sealing.catchUp()
  }

  async rows(): Promise<ReadonlyMap<string, number>> {
    const [keys = [], values = []] = await this.#bench.database.columns(
      `SELECT s.device || ' ' || r.ts::VARCHAR, r.value FROM reading r JOIN series s ON s.id = r.series WHERE s.plant = 'p' ORDER BY 1`,
    )
    return new Map(keys.map((key, i) => [String(key), Number(values[i])]))
  }

  #device(): string {
    return DEVICES[Math.floor(this.#next() * DEVICES.length)]!
  }

  async #send(): Promise<void> {
    const readings = Array.from({ length: 1 + Math.floor(this.#next() * 4) }, () => {
      const ts = TS + Math.floor(this.#next() * 2) * DAY_MS + Math.floor(this.#next() * 4)
      return kwh(ts, Math.floor(this.#next() * 5), { device: this.#device() })
    })
    for (const { device, ts, value } of readings) {
      const key = `${device} ${ts}`
      this.expected.set(key, Math.max(Number(value), this.expected.get(key) ?? -1))
    }
    this.archived += (await this.#bench.commit(readings)).archived
  }

  async #order(): Promise<void> {
    const device = this.#device()
    // The act is a record of its own, also where nothing came before it.
    await this.#removing.order({ devices: [device] })
    await this.#bench.commit([])
    for (const key of this.expected.keys()) if (key.startsWith(`${device} `)) this.expected.delete(key)
  }

  async #compact(): Promise<void> {
    const { record, bench } = this.#data.recorded
    await this.#data.recorded.cut()
    while (await record.compact(bench.database, TODAY + 10, () => true, this.#data.sealing.isSealed));
  }

  /** The database is lost at any moment behind a cut. */
  async #rebuild(): Promise<void> {
    await this.#data.recorded.cut()
    if (this.#next() < 0.5) for (let i = Math.floor(this.#next() * 6); i >= 0; i--) await this.#removing.step()
    await this.#data.recorded.rebuild()
    await this.#removing.restart()
    expect(this.archived - this.forgotten).toBe(await this.#bench.archive.readingCount())
  }
}

test('accounting closes, the check finds nothing, and a rebuild gives the same', { tags: ['deep'] }, async () => {
  for (let run = 0; run < RUNS; run++) {
    const data = await SealedData.begin()
    try {
      const course = new RemovalCourse(data, run)
      for (let step = 0; step < STEPS; step++) await course.step()
      await course.end()
      const rows = await course.rows()
      expect([...rows], `seed ${run}`).toEqual([...course.expected].sort(([a], [b]) => (a < b ? -1 : 1)))
      expect(course.archived - course.forgotten, `seed ${run}`).toBe(rows.size)
      expect(await data.faults(true), `seed ${run}`).toEqual([])
      await data.recorded.rebuild()
      expect([...(await course.rows())], `seed ${run}`).toEqual([...rows])
    } finally {
      await data.end()
    }
  }
})
