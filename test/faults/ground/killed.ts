import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomStream } from '../../../simulators/random.js'
import { openEmbedded } from '../../support/embedded.js'
import { accounting, removeData, settled, startGateway, until } from '../../support/gateway.js'
import { Ledger } from '../ledger/ledger.js'
import type { MeterOrder } from '../ledger/order.js'
import { figureDifferences, readingDifferences } from '../ledger/truth.js'

/** For a kill, and for the wait until all is settled, on a machine that has much else to do. */
export const KILL_MS_MAX = 10_000
export const settledMsMax = (kills: number) => 120_000 + kills * 2000
/** How a gateway meets its end: with all of it at work, while it starts, or soon after its door was opened. */
const LIVES = ['works', 'starts', 'opens', 'opens'] as const
const WORKING_MS_MAX = 1200
const STARTING_MS_MAX = 900
const OPEN_MS_MAX = 150
const LOOK_MS = 10

export const WINDOW = 300
/** The first meter sends arrays of this many, and as many times fewer messages. */
const ARRAY_LENGTH = 10
const STEP_MS = 5000
const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh']

/** Eight meters, each on a connection of its own. */
export const METERS = Array.from({ length: 8 }, (_, i): MeterOrder => {
  const device = `meter-${i + 1}`
  const [samples, window] = i === 0 ? [ARRAY_LENGTH, WINDOW / ARRAY_LENGTH] : [1, WINDOW]
  const topic = `plants/p/hall/${device}/energy`
  return { device, topic, metrics: METRICS, samples, window, firstTs: Date.UTC(2026, 0, 5), stepMs: STEP_MS }
})

/** The plant of these meters, for the configuration of a gateway. */
export const METERED_PLANT = {
  id: 'p',
  name: { en: 'Killed' },
  timezone: 'UTC',
  kpis: ['energy_elec_import', 'energy_elec_export', 'power_factor'],
  lines: [{ id: 'hall' }],
  devices: METERS.map(({ device: id }) => {
    return {
      id,
      line: 'hall',
      metrics: Object.fromEntries(METRICS.map((metric) => [metric, { period_s: STEP_MS / 1000 }])),
    }
  }),
}

export interface Killed {
  /** Acknowledged when it was all over; every one has so many metrics. */
  readonly readings: number
  readonly resent: number
  /** Kills of a gateway at work, and kills that cut messages off that were not acknowledged yet. */
  readonly worked: number
  readonly wasCut: number
  /** One sentence each; none when every promise was kept. */
  readonly broken: readonly string[]
}

/** Kills a gateway under full load again and again, and compares what it has in the end with the ledger. */
export async function killed(kills: number, seed: number, each: (kill: number) => void = () => undefined) {
  const random = randomStream('kill', seed)
  const broken: string[] = []
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-ledger-'))
  let gateway = await startGateway({ config: { plants: [METERED_PLANT] } })
  const port = Number(new URL(gateway.mqttUrl).port)
  const books = new Ledger({ port, file: join(dir, 'ledger'), meters: METERS })
  const close = async (when: string) => {
    if (!(await accounting(gateway)).closes) broken.push(`the accounting does not close ${when}`)
  }
  let worked = 0
  let wasCut = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      each(kill)
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
        await close(`after restart ${kill}`)
        await until(isTaken, undefined, LOOK_MS)
        await sleep(random() * WORKING_MS_MAX)
        await books.burst()
        await close(`under load before kill ${kill}`)
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
    const end = await settled(gateway, settledMsMax(kills))
    if (!end.closes) broken.push('the accounting does not close in the end')
    if (end.readings.conflict !== 0) broken.push(`${end.readings.conflict} readings are in conflict with others`)

    // What has settled is in the database, however the gateway ends.
    await gateway.stop('SIGKILL')
    const booked = books.booked()
    const embedded = await openEmbedded(join(gateway.dataDir, 'archive.duckdb'))
    try {
      broken.push(...(await readingDifferences(embedded, METERS, booked)))
      broken.push(...(await figureDifferences(embedded, METERS)))
    } finally {
      await embedded.close()
    }
    const readings = METERS.reduce((sum, meter) => {
      return sum + (booked.get(meter.device)?.acknowledged ?? 0) * meter.samples * meter.metrics.length
    }, 0)
    return { readings, resent, worked, wasCut, broken } satisfies Killed
  } finally {
    books.kill()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    rmSync(dir, { recursive: true, force: true })
  }
}
