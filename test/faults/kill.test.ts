import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { randomStream } from '../../simulators/random.js'
import { openEmbedded } from '../support/embedded.js'
import { accounting, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { Ledger } from './ledger/ledger.js'
import type { MeterOrder } from './ledger/order.js'
import { figureDifferences, readingDifferences } from './ledger/truth.js'

/** So many always; KILLS asks for another number, such as 1000. */
const KILLS = Number(process.env.KILLS ?? 50)
/** For a kill, for the wait until all is settled, and for comparing, on a machine that has much else to do. */
const KILL_MS_MAX = 10_000
const SETTLED_MS_MAX = 120_000 + KILLS * 2000
const END_MS_MAX = 120_000
/** How a gateway meets its end: with all of it at work, while it starts, or soon after its door was opened. */
const LIVES = ['works', 'starts', 'opens', 'opens'] as const
const WORKING_MS_MAX = 1200
const STARTING_MS_MAX = 900
const OPEN_MS_MAX = 150
const LOOK_MS = 10

const WINDOW = 300
/** The first meter sends arrays of this many, and as many times fewer messages. */
const ARRAY_LENGTH = 10
const STEP_MS = 5000
const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh']

const meters = Array.from({ length: 8 }, (_, i): MeterOrder => {
  const device = `meter-${i + 1}`
  const [samples, window] = i === 0 ? [ARRAY_LENGTH, WINDOW / ARRAY_LENGTH] : [1, WINDOW]
  const topic = `plants/p/hall/${device}/energy`
  return { device, topic, metrics: METRICS, samples, window, firstTs: Date.UTC(2026, 0, 5), stepMs: STEP_MS }
})
const plant = {
  id: 'p',
  name: { en: 'Killed' },
  timezone: 'UTC',
  kpis: ['energy_elec_import', 'energy_elec_export', 'power_factor'],
  lines: [{ id: 'hall' }],
  devices: meters.map(({ device: id }) => {
    return {
      id,
      line: 'hall',
      metrics: Object.fromEntries(METRICS.map((metric) => [metric, { period_s: STEP_MS / 1000 }])),
    }
  }),
}

const dir = mkdtempSync(join(tmpdir(), 'greengauge-ledger-'))
let gateway: TestGateway
let ledger: Ledger | undefined

afterAll(async () => {
  ledger?.kill()
  await gateway.stop('SIGKILL')
  removeData(gateway)
  rmSync(dir, { recursive: true, force: true })
})

test(
  `killed ${KILLS} times under full load, the gateway has every acknowledged reading once and every figure right`,
  async () => {
    const random = randomStream('kill', 20261124)
    gateway = await startGateway({ config: { plants: [plant] } })
    const books = new Ledger({ port: Number(new URL(gateway.mqttUrl).port), file: join(dir, 'ledger'), meters })
    ledger = books
    let worked = 0
    let wasCut = 0

    for (let kill = 0; kill < KILLS; kill++) {
      const life = LIVES[kill % LIVES.length]!
      const { acknowledged: before } = await (life === 'opens' ? books.burst() : books.state())
      const isTaken = async () => (await books.state()).acknowledged > before
      if (life === 'starts') {
        await sleep(random() * STARTING_MS_MAX)
      } else if (life === 'opens') {
        await until(isTaken, undefined, LOOK_MS)
        await sleep(random() * OPEN_MS_MAX)
      } else {
        await gateway.up()
        expect((await accounting(gateway)).closes, `accounting after restart ${kill}`).toBe(true)
        await until(isTaken, undefined, LOOK_MS)
        await sleep(random() * WORKING_MS_MAX)
        await books.burst()
        expect((await accounting(gateway)).closes, `accounting under load before kill ${kill}`).toBe(true)
        await books.burst()
        worked++
      }
      const { sent, acknowledged } = await books.state()
      if (acknowledged > before && sent > acknowledged) wasCut++
      await gateway.stop('SIGKILL')
      gateway = gateway.relaunch()
    }

    await gateway.up()
    const { resent } = await books.stop()
    const end = await settled(gateway, SETTLED_MS_MAX)
    // The test has tested something: many kills hit a gateway at work, and most of those behind an open door cut messages off.
    expect(worked).toBeGreaterThanOrEqual(Math.floor(KILLS / 4))
    expect(wasCut).toBeGreaterThanOrEqual(KILLS / 2)
    expect(resent).toBeGreaterThan(KILLS * WINDOW)
    expect(end.closes).toBe(true)
    expect(end.readings.conflict).toBe(0)

    // What has settled is in the database, however the gateway ends.
    await gateway.stop('SIGKILL')
    const embedded = await openEmbedded(join(gateway.dataDir, 'archive.duckdb'))
    try {
      expect(await readingDifferences(embedded, meters, books.booked())).toEqual([])
      expect(await figureDifferences(embedded, meters)).toEqual([])
    } finally {
      await embedded.close()
    }
  },
  KILLS * KILL_MS_MAX + SETTLED_MS_MAX + END_MS_MAX,
)
