import mqtt, { type MqttClient } from 'mqtt'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { HealthCheck, QuarantineItem } from '../../../src/base/wire.js'
import { FakeClock } from '../../support/fake-clock.js'
import {
  accounting,
  allReadings,
  getJson,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../../support/gateway.js'

/** One thing that is done to the clock of a gateway, or to the gateway itself, while devices send. */
export interface ClockCase {
  readonly name: string
  /** The clock is off by this when the gateway starts, ms. */
  readonly startsAtMs?: number
  run(hands: { set(offsetMs: number): void; gateway: TestGateway }): Promise<void>
}

export interface ClockFindings {
  readonly acknowledged: number
  /** Readings without ts: those acknowledged, and those of them that are in the archive. */
  readonly assumed: { readonly acknowledged: number; readonly archived: number }
  readonly timed: { readonly acknowledged: number; readonly archived: number; readonly quarantined: number }
  readonly conflicts: number
  readonly duplicates: number
  readonly closes: boolean
  /** Windows of the plant whose readings have their time, and how many of them differ from those of an undisturbed gateway. */
  readonly windows: number
  readonly otherWindows: number
  /** Until a minute figure of each plant went on behind the last change of the clock, s; null when it did not. */
  readonly goesOnS: { readonly timed: number | null; readonly assumed: number | null }
  /** Reasons that readiness gave for its check of the clock, each once. */
  readonly said: readonly string[]
}

const METRIC = 'elec_import_kwh'
const EVERY_MS = 40
const [BEFORE_MS, AFTER_MS, GOES_ON_MS] = [8000, 5000, 120_000]
const DEVICES = { timed: 'meter', assumed: 'scale' } as const
const WINDOWS = ['1m', '15m', '1h'] as const
/** With these periods minutes are published. */
const CONFIG = {
  plants: Object.entries(DEVICES).map(([id, device]) => ({
    id,
    name: { en: id },
    timezone: 'UTC',
    devices: [{ id: device, line: 'line', role: 'main', metrics: { [METRIC]: { period_s: 5 } } }],
  })),
}

/** A case against a gateway of its own: devices with and without a time of their own send all the while. */
export async function clocked(one: ClockCase): Promise<ClockFindings> {
  const clock = new FakeClock()
  clock.set(one.startsAtMs ?? 0)
  const gateway = await startGateway({ config: CONFIG, env: clock.env })
  const said = new Set<string>()
  const watching = setInterval(() => void clockCheck(gateway).then((text) => text !== '' && said.add(text)), 500)
  const load = new ClockLoad(gateway)
  try {
    await pause(BEFORE_MS)
    await one.run({ set: (offsetMs) => clock.set(offsetMs), gateway })
    const [timed, assumed] = await Promise.all([goesOn(gateway, 'timed'), goesOn(gateway, 'assumed')])
    const goesOnS = { timed, assumed }
    await pause(AFTER_MS)
    await load.stop()
    clearInterval(watching)
    await settled(gateway)
    await retryAll(gateway)
    const { messages, readings, closes } = await settled(gateway)
    const archived = async (plant: keyof typeof DEVICES) =>
      (await allReadings(gateway, { plant, device: DEVICES[plant], metric: METRIC })).length
    const figures = await minuteFigures(gateway)
    const reference = await undisturbed(load.timed)
    const windows = [...reference].filter(([key]) => figures.has(key))
    return {
      acknowledged: load.timed.length + load.assumed,
      assumed: { acknowledged: load.assumed, archived: await archived('assumed') },
      timed: { acknowledged: load.timed.length, archived: await archived('timed'), quarantined: messages.rejected },
      conflicts: readings.conflict,
      duplicates: readings.duplicate,
      closes,
      windows: reference.size,
      otherWindows: reference.size - windows.filter(([key, figure]) => figures.get(key) === figure).length,
      goesOnS,
      said: [...said],
    }
  } finally {
    clearInterval(watching)
    load.end()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    clock.remove()
  }
}

/** Two devices that count up, one with a time of its own and one without; what is acknowledged is written down. */
class ClockLoad {
  readonly timed: { readonly ts: number; readonly value: number }[] = []
  assumed = 0
  readonly #client: MqttClient
  readonly #timer: NodeJS.Timeout
  readonly #waiting = new Set<Promise<unknown>>()
  #value = 1000
  #lastTs = 0

  constructor({ mqttUrl }: TestGateway) {
    this.#client = mqtt.connect(mqttUrl, { clientId: 'clocked', reconnectPeriod: 200 })
    this.#client.on('error', () => undefined)
    this.#timer = setInterval(() => this.#send(), EVERY_MS)
  }

  #send(): void {
    const value = this.#value++
    const ts = Math.max(this.#lastTs + 1, Date.now())
    this.#lastTs = ts
    const metrics = { [METRIC]: value }
    this.#publish('timed', JSON.stringify({ ts, metrics }), () => this.timed.push({ ts, value }))
    // Two at once: they arrive in one millisecond now and then.
    for (let i = 0; i < 2; i++) this.#publish('assumed', JSON.stringify({ metrics }), () => this.assumed++)
  }

  #publish(plant: keyof typeof DEVICES, payload: string, acknowledged: () => void): void {
    const sent = this.#client
      .publishAsync(`plants/${plant}/line/${DEVICES[plant]}/energy`, payload, { qos: 1 })
      .then(acknowledged, () => undefined)
    this.#waiting.add(sent)
    void sent.finally(() => this.#waiting.delete(sent))
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#waiting)
    await this.#client.endAsync()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#client.end(true)
  }
}

async function clockCheck(gateway: TestGateway): Promise<string> {
  const answer = await fetch(`${gateway.httpUrl}/readyz`).catch(() => null)
  if (answer === null) return ''
  const { checks } = (await answer.json()) as { checks: readonly HealthCheck[] }
  return checks.find(({ name }) => name === 'clock')?.reason ?? ''
}

/** Time until the newest minute is that of now, and counts on, s; null when that takes longer than `GOES_ON_MS`. */
async function goesOn(gateway: TestGateway, plant: keyof typeof DEVICES): Promise<number | null> {
  const startMs = performance.now()
  const first = await newestMinute(gateway, plant)
  const isLive = async (): Promise<boolean> => {
    const point = await newestMinute(gateway, plant)
    if (point === null || Math.abs(Date.parse(point.start) - Date.now()) > 120_000) return false
    return point.start !== first?.start || (point.numerator ?? 0) > (first.numerator ?? 0)
  }
  try {
    await until(isLive, GOES_ON_MS, 100)
  } catch {
    return null
  }
  return Math.round((performance.now() - startMs) / 100) / 10
}

async function newestMinute(gateway: TestGateway, plant: string): Promise<KpiPoint | null> {
  const { points } = await getJson<{ points: readonly KpiPoint[] }>(
    gateway,
    `/api/v1/plants/${plant}/kpis/latest?window=1m`,
  ).catch(() => ({ points: [] }))
  return points.find(({ kpi, scope }) => kpi === 'energy_elec_import' && scope === 'plant') ?? null
}

/** Retries all that is in quarantine: what was refused for its time is right by now. */
async function retryAll(gateway: TestGateway): Promise<void> {
  for (;;) {
    const { items } = await getJson<{ items: readonly QuarantineItem[] }>(gateway, '/api/v1/quarantine?limit=10000')
    const results = await Promise.all(
      items.map(({ id }) => fetch(`${gateway.httpUrl}/api/v1/quarantine/${id}/retry`, { method: 'POST' })),
    )
    if (results.length === 0 || !results.every(({ ok }) => ok)) return
  }
}

/** Energy of the plant whose readings have their time, by window. */
async function minuteFigures(gateway: TestGateway): Promise<ReadonlyMap<string, number>> {
  const figures = new Map<string, number>()
  for (const window of WINDOWS) {
    const { points } = await getJson<{ points: readonly KpiPoint[] }>(
      gateway,
      `/api/v1/plants/timed/kpis/energy_elec_import/series?window=${window}&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
    )
    for (const { start, numerator } of points)
      figures.set(`${window} ${start}`, Math.round((numerator ?? 0) * 1e6) / 1e6)
  }
  return figures
}

/** Figures that a gateway with a good clock makes of the same readings. */
async function undisturbed(readings: readonly { readonly ts: number; readonly value: number }[]) {
  const gateway = await startGateway({ config: CONFIG })
  try {
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'reference' })
    for (let at = 0; at < readings.length; at += 500) {
      const elements = readings.slice(at, at + 500).map(({ ts, value }) => ({ ts, metrics: { [METRIC]: value } }))
      await client.publishAsync(`plants/timed/line/${DEVICES.timed}/energy`, JSON.stringify(elements), { qos: 1 })
    }
    await client.endAsync()
    await settled(gateway)
    await accounting(gateway)
    return await minuteFigures(gateway)
  } finally {
    await gateway.stop('SIGKILL')
    removeData(gateway)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
