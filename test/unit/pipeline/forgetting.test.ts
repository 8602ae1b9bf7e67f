import { afterEach, expect, test } from 'vitest'
import { readConfigs } from '../../../src/archive/samples.js'
import type { Reading } from '../../../src/base/reading.js'
import { Configs } from '../../../src/pipeline/configs.js'
import { type ForgettingDeps, forgetWaiting } from '../../../src/pipeline/forgetting.js'
import { newAccounting } from '../../../src/pipeline/message-accounting.js'
import type { Upkeep } from '../../../src/pipeline/upkeep.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** Proves that figures are computed again without the devices that are forgotten, whenever the gateway is stopped or killed. */

const START_MS = Date.UTC(2025, 6, 1, 8)
const LATER_MS = Date.UTC(2025, 8, 1)
const HOURS = 4

const DAYS = 10

/** 60 kWh an hour, a sample every ten minutes. */
const meter = (device: string): Reading[] =>
  Array.from({ length: DAYS * 24 * 6 + 1 }, (_, i) =>
    reading({ device, metric: 'elec_import_kwh', ts: START_MS + i * 600_000, value: i * 10 }),
  )

let bench: Bench
afterEach(() => bench.close())

async function forget(device: string): Promise<void> {
  const position = bench.nextPosition - 1
  const accounting = { ...newAccounting(), forgetting: [{ plant: 'p', devices: [device], position }] }
  // The bench takes its place from what is saved of the ledger.
  Object.assign(accounting, { position, nowMs: LATER_MS })
  const sender = bench.senders.find('p', device)!
  bench.senders.forget(sender)
  const deps: ForgettingDeps = {
    accounting,
    archive: bench.archive,
    database: bench.database,
    senders: bench.senders,
    engine: bench.engine,
    points: bench.store,
    configs: new Configs(await readConfigs(bench.database), { hash: '', content: '{}', plants: [] }),
    upkeep: { tryCut: async () => true } as Upkeep,
    save: async () => {},
  }
  await forgetWaiting(deps)
}

/** The first hours: those that a start does not compute again anyway. */
const hours = async () => {
  const found: (number | null | undefined)[] = []
  for (let hour = 0; hour < HOURS; hour++) {
    const start = START_MS + hour * 3_600_000
    found.push((await bench.point({ kpi: 'energy_elec_import', window: '1h', start }))?.value)
  }
  return found.map((value) => (typeof value === 'number' ? Math.round(value) : value))
}

test.each(['goes on', 'is killed before they are', 'is killed twice'])(
  'figures are computed without a device that is forgotten when the gateway %s',
  async (what) => {
    bench = await Bench.open([plantOf({})], START_MS)
    await bench.feed([...meter('a'), ...meter('b')], LATER_MS)
    expect(await hours()).toEqual([120, 120, 120, 120])
    await forget('b')
    if (what !== 'goes on') await bench.restart()
    if (what === 'is killed twice') {
      await bench.cycle()
      await bench.restart()
    }
    await bench.settle()
    expect(await hours()).toEqual([60, 60, 60, 60])
    await bench.restart()
    await bench.settle()
    expect(await hours()).toEqual([60, 60, 60, 60])
  },
)
