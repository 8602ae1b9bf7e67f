import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../support/embedded.js'
import {
  accounting,
  type GatewayOptions,
  removeData,
  settled,
  startGateway,
  type TestGateway,
} from '../../support/gateway.js'
import { Ledger } from '../ledger/ledger.js'
import type { MeterOrder } from '../ledger/order.js'
import { figureDifferences, readingDifferences } from '../ledger/truth.js'

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

/** The same, of which every fourth sends with QoS 2 of MQTT 5 in a kept session. */
export const METERS_OF_BOTH = METERS.map((meter, i): MeterOrder => (i % 4 === 1 ? { ...meter, qos: 2 } : meter))

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

/** A gateway with eight meters that send as much as it takes, and a ledger of that in a process of its own. */
export class LoadedGateway {
  /** One sentence each; none while every promise is kept. */
  readonly broken: string[] = []
  readonly #dir: string

  private constructor(
    public gateway: TestGateway,
    readonly books: Ledger,
    dir: string,
  ) {
    this.#dir = dir
  }

  static async start({ config, ...options }: GatewayOptions = {}, meters = METERS): Promise<LoadedGateway> {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-ledger-'))
    const gateway = await startGateway({ ...options, config: { plants: [METERED_PLANT], ...config } })
    const port = Number(new URL(gateway.mqttUrl).port)
    return new LoadedGateway(gateway, new Ledger({ port, file: join(dir, 'ledger'), meters }), dir)
  }

  async checkAccounting(when: string): Promise<void> {
    if (!(await accounting(this.gateway)).closes) this.broken.push(`the accounting does not close ${when}`)
  }

  /**
   * Sends nothing new, waits until all that was ever sent is acknowledged and settled, kills the gateway, and compares what
   * it has with the ledger.
   */
  async compare(settledMsMax: number): Promise<{ readonly readings: number; readonly resent: number }> {
    await this.gateway.up()
    const { resent } = await this.books.stop()
    const end = await settled(this.gateway, settledMsMax)
    if (!end.closes) this.broken.push('the accounting does not close in the end')
    if (end.readings.conflict !== 0) this.broken.push(`${end.readings.conflict} readings are in conflict with others`)

    // All that has settled is in the database, however the gateway ends.
    await this.gateway.stop('SIGKILL')
    const booked = this.books.booked()
    for (const { device } of METERS) {
      if ((booked.get(device)?.acknowledged ?? 0) === 0) this.broken.push(`nothing of ${device} was acknowledged`)
    }
    const embedded = await openEmbedded(join(this.gateway.dataDir, 'archive.duckdb'))
    try {
      this.broken.push(...(await readingDifferences(embedded, METERS, booked)))
      this.broken.push(...(await figureDifferences(embedded, METERS)))
    } finally {
      await embedded.close()
    }
    return { readings: readingsOf(booked), resent }
  }

  async end(): Promise<void> {
    this.books.kill()
    await this.gateway.stop('SIGKILL')
    removeData(this.gateway)
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** Acknowledged readings: each message has its samples, and each of those its metrics. */
export function readingsOf(booked: ReturnType<Ledger['booked']>): number {
  return METERS.reduce((sum, meter) => {
    return sum + (booked.get(meter.device)?.acknowledged ?? 0) * meter.samples * meter.metrics.length
  }, 0)
}
