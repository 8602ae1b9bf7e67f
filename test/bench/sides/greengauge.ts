import type { Accounting, StoreAccounting } from '../../../src/base/wire.js'
import { accounting, readiness, settled, startGateway, type TestGateway, until } from '../../support/gateway.js'
import { deviceName, LINE, plantWith } from '../load/order.js'
import { end } from '../measure/processes.js'
import { removeScratch } from '../measure/scratch.js'
import type { Influxd } from './influxd.js'
import { ProfiledRun } from './profiled.js'
import type { Side } from './side.js'

export const GREENGAUGE_DATABASE = 'greengauge'
/** A store without a name is called after its type. */
const INFLUX_STORE = 'influxdb1'
const START_MS = 60_000
const SETTLE_MS = 600_000
/** Between two blocks there is a moment in which nothing waits: only several such moments in a row are the end. */
const QUIET_TIMES = 3
const QUIET_POLL_MS = 100

/** The gateway, with what the bench asks of it. */
export interface Greengauge extends Side {
  readonly gateway: TestGateway
  /** Resolves when everything acknowledged is archived and computed, whatever still waits for InfluxDB. */
  computed(): Promise<void>
  /** Age of the oldest thing that is not archived and computed yet; 0 when nothing waits. */
  behindSeconds(): Promise<number>
  /** Waits until all is archived and computed and no store has anything left to take; answers since when, epoch ms. */
  drained(): Promise<number>
  accounting(): Promise<Accounting>
  /** Ends the profile: what is done from now on is not in it; without this call, what is done until the end is. */
  leaveProfile(): Promise<void>
  /** Accounting of the gateway's store in InfluxDB, with what waits for it. */
  influxBacklog(): Promise<StoreAccounting>
}

export interface GreengaugeOptions {
  readonly devices: number
  readonly metrics: readonly string[]
  /** Plants in place of the one of those devices with those metrics. */
  readonly plants?: readonly object[] | undefined
  /** Settings of `mqtt` in place of the defaults. */
  readonly mqtt?: object | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** null: the embedded store alone. */
  readonly influxd: Influxd | null
  /** Folder in which each of its threads leaves a processor profile; undefined: none is made. */
  readonly profileDir?: string | undefined
}

/**
 * The gateway as it is shipped, with its defaults. Every device of the load is configured, so that all their KPIs are
 * computed; the embedded store is there in every set-up, and first, as it answers history.
 */
export async function startGreengauge({
  devices,
  metrics,
  plants = [benchPlant(devices, metrics, 1)],
  mqtt = {},
  env,
  influxd,
  profileDir,
}: GreengaugeOptions): Promise<Greengauge> {
  const influx = influxd === null ? [] : [{ type: 'influxdb1', url: influxd.url, database: GREENGAUGE_DATABASE }]
  const config = {
    log: { level: 'warn' },
    store: [{ type: 'duckdb' }, ...influx],
    mqtt,
    plants,
  }
  const profile = profileDir === undefined ? null : new ProfiledRun(profileDir)
  const gateway = await startGateway({
    config,
    env: { ...env, ...profile?.env },
    ...(profile === null ? {} : { wrapper: profile.wrapper }),
  })
  // It answers while it still opens its parts, and between the two listeners nobody does.
  await until(async () => (await readiness(gateway).catch(() => null))?.status === 200, START_MS)
  await profile?.begin(gateway)
  const influxBacklog = async (): Promise<StoreAccounting> => {
    const store = (await accounting(gateway)).stores[INFLUX_STORE]
    if (store === undefined) throw new Error('the gateway knows nothing of its store influxdb1')
    return store
  }
  const behindSeconds = async (): Promise<number> => {
    const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
    return Number(/^greengauge_pipeline_lag_seconds (\S+)/m.exec(metrics)?.[1])
  }
  const hasPending = async (): Promise<boolean> => {
    const { readings, stores } = await accounting(gateway)
    return readings.pending > 0 || Object.values(stores).some((one) => one.readings.pending + one.kpis.pending > 0)
  }
  const drained = async (): Promise<number> => {
    let [quiet, sinceMs] = [0, 0]
    await until(
      async () => {
        const nowMs = Date.now()
        const isQuiet = (await behindSeconds()) === 0 && !(await hasPending())
        if (quiet === 0) sinceMs = nowMs
        quiet = isQuiet ? quiet + 1 : 0
        return quiet === QUIET_TIMES
      },
      SETTLE_MS,
      QUIET_POLL_MS,
    )
    return sinceMs
  }
  const computed = async (): Promise<void> => {
    await settled(gateway, SETTLE_MS)
  }
  return {
    name: 'Greengauge',
    gateway,
    mqttPort: Number(new URL(gateway.mqttUrl).port),
    pids: { greengauge: gateway.process.pid!, ...(influxd === null ? {} : { influxd: influxd.pid }) },
    behindSeconds,
    drained,
    accounting: () => accounting(gateway),
    influxBacklog,
    log: () => gateway.log(),
    computed,
    settled: async () => {
      await computed()
      if (influxd === null) return
      await until(
        async () => {
          const { readings, kpis } = await influxBacklog()
          return readings.pending === 0 && kpis.pending === 0
        },
        SETTLE_MS,
        200,
      )
    },
    leaveProfile: async () => profile?.leave(gateway),
    close: async () => {
      await profile?.leave(gateway)
      await end(gateway.process)
      removeScratch(gateway.dir)
    },
  }
}
/** The plant of all loads, with every device of the load configured, so that all its KPIs are computed. */
export function benchPlant(devices: number, metrics: readonly string[], periodS: number) {
  return plantWith(
    Array.from({ length: devices }, (_, i) => ({
      id: deviceName(i),
      line: LINE,
      role: 'sub',
      metrics: Object.fromEntries(metrics.map((metric) => [metric, { period_s: periodS }])),
    })),
  )
}
