import mqtt from 'mqtt'
import type { TestGateway } from '../../support/gateway.js'

/** Most of the plant are meters; a boiler with its stack and some robots are what else a report has tables of. */
const METERS = 43
const ROBOTS = 4
const LINES = 5
const DAY_MS = 86_400_000
/** Samples of one message. */
const ARRAY = 500
const IN_FLIGHT = 32

interface Device {
  readonly id: string
  readonly line: string
  readonly cls: 'energy' | 'emissions' | 'robot'
  readonly role: 'main' | 'sub' | 'stack' | 'robot'
  /** Values after so many seconds of the year. */
  readonly metrics: Readonly<Record<string, (second: number) => number>>
}

const lineOf = (i: number) => `line-${i % LINES}`

const DEVICES: readonly Device[] = [
  { id: 'main-1', line: 'utilities', cls: 'energy', role: 'main', metrics: { elec_import_kwh: (s) => at(s / 3.6, 3) } },
  { id: 'gas-1', line: 'utilities', cls: 'energy', role: 'main', metrics: { ng_volume_nm3: (s) => at(s / 60, 2) } },
  {
    id: 'boiler-1',
    line: 'utilities',
    cls: 'emissions',
    role: 'stack',
    metrics: {
      nox_mgm3: (s) => at(38 + 9 * Math.sin(s / 7000), 1),
      o2_pct: (s) => at(4 + Math.sin(s / 9000), 2),
      stack_flow_nm3h: (s) => at(12_000 + 900 * Math.sin(s / 5000), 0),
      stack_running: () => 1,
    },
  },
  ...Array.from({ length: METERS }, (_, i): Device => {
    const metrics = { elec_import_kwh: (s: number) => at((s / 3600) * (3 + i / 2), 3) }
    return { id: `meter-${i + 1}`, line: lineOf(i), cls: 'energy', role: 'sub', metrics }
  }),
  ...Array.from({ length: ROBOTS }, (_, i): Device => {
    const metrics = { cycle_count: (s: number) => Math.floor(s / (20 + i)) }
    return { id: `robot-${i + 1}`, line: lineOf(i), cls: 'robot', role: 'robot', metrics }
  }),
]

export const DEVICE_COUNT = DEVICES.length
export const SERIES_COUNT = DEVICES.reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0)

/** The gateway's settings for the plant; every series is read each `periodS` seconds. */
export function reportPlantConfig(plant: string, timezone: string, periodS: number) {
  const lines = ['utilities', ...Array.from({ length: LINES }, (_, i) => lineOf(i))]
  return {
    log: { level: 'warn' },
    archive: { delta_s: 20 },
    plants: [
      {
        id: plant,
        name: { en: 'The works', zh: '工厂' },
        timezone,
        grid_region: 'CN-JS',
        lines: lines.map((id) => ({ id })),
        limits: [{ stack: 'boiler-1', pollutant: 'nox', standard: 'gb13271-gas-new' }],
        devices: DEVICES.map(({ id, line, role, metrics }) => ({
          id,
          line,
          role,
          metrics: Object.fromEntries(Object.keys(metrics).map((metric) => [metric, { period_s: periodS }])),
        })),
      },
    ],
  }
}

/** Sends what the devices would have sent from `fromMs` on, day by day. Answers how many readings that were. */
export async function sendDays(
  gateway: TestGateway,
  { plant, fromMs, days, periodS }: { plant: string; fromMs: number; days: number; periodS: number },
): Promise<number> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const waiting = new Set<Promise<unknown>>()
  const perDay = DAY_MS / 1000 / periodS
  let readings = 0
  for (let first = 0; first < days * perDay; first += perDay) {
    for (const { id, line, cls, metrics } of DEVICES) {
      for (let i = first; i < first + perDay; i += ARRAY) {
        const samples = Array.from({ length: Math.min(ARRAY, first + perDay - i) }, (_, j) => {
          const second = (i + j) * periodS
          const values = Object.entries(metrics).map(([metric, of]) => [metric, of(second)] as const)
          readings += values.length
          return { ts: fromMs + second * 1000, metrics: Object.fromEntries(values) }
        })
        const sent = client.publishAsync(`plants/${plant}/${line}/${id}/${cls}`, JSON.stringify(samples), { qos: 1 })
        waiting.add(sent)
        void sent.finally(() => waiting.delete(sent)).catch(() => undefined)
        if (waiting.size >= IN_FLIGHT) await Promise.race(waiting)
      }
    }
  }
  await Promise.all(waiting)
  await client.endAsync()
  return readings
}

function at(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
