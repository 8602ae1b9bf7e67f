import { deviceName, LINE, PLANT, plantWith } from './order.js'

/** One of the kinds of devices in a plant of metering points, machines and stacks. */
export interface DeviceKind {
  readonly cls: 'energy' | 'robot' | 'emissions'
  readonly role: 'sub' | 'robot' | 'stack'
  /** Value of each metric at an event time (epoch ms): whoever sends it, and whenever, it is the same. */
  readonly metrics: Readonly<Record<string, (ts: number, device: number) => number | string>>
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Registers stood at zero then. */
const ZERO_MS = Date.UTC(2026, 0, 1)
const CYCLE_MS = 20_000

/** A register that grows by so many units an hour. */
function register(perHour: number) {
  return (ts: number, device: number) => at((((ts - ZERO_MS) / HOUR_MS) * perHour * (10 + (device % 7))) / 10, 3)
}
function wave(middle: number, swing: number, digits: number) {
  return (ts: number, device: number) => at(middle + swing * Math.sin(ts / 60_000 + device), digits)
}
const cycles = (ts: number) => Math.floor((ts - ZERO_MS) / CYCLE_MS)

const METER: DeviceKind = {
  cls: 'energy',
  role: 'sub',
  metrics: {
    elec_import_kwh: register(40),
    elec_export_kwh: register(1),
    elec_reactive_kvarh: register(12),
  },
}
const ROBOT: DeviceKind = {
  cls: 'robot',
  role: 'robot',
  metrics: {
    state: (ts, device) => ((Math.floor(ts / MINUTE_MS) + device) % 10 < 8 ? 'Execute' : 'Idle'),
    cycle_count: cycles,
    parts_good: (ts) => cycles(ts) - Math.floor(cycles(ts) / 50),
    parts_reject: (ts) => Math.floor(cycles(ts) / 50),
  },
}
const STACK: DeviceKind = {
  cls: 'emissions',
  role: 'stack',
  metrics: {
    nox_mgm3: wave(38, 9, 1),
    so2_mgm3: wave(12, 4, 1),
    o2_pct: wave(6, 1, 2),
    stack_flow_nm3h: wave(12_000, 900, 0),
    stack_running: () => 1,
  },
}

/** Six of ten devices are meters with three metrics, three are robots with four, and one is a stack with five. */
const TEN: readonly DeviceKind[] = [METER, METER, ROBOT, METER, METER, ROBOT, METER, METER, ROBOT, STACK]

/** Devices after which the kinds come again; the first of them is a meter. */
export const KINDS = TEN.length

/** The kind of a device, counted from 0. */
export function kindOf(device: number): DeviceKind {
  return TEN[device % KINDS]!
}

/** Counts of all metrics of so many devices: series, when each has sent. */
export function seriesOf(devices: number): number {
  let series = 0
  for (let device = 0; device < devices; device++) series += Object.keys(kindOf(device).metrics).length
  return series
}

export function topicOf(device: number): string {
  return `plants/${PLANT}/${LINE}/${deviceName(device)}/${kindOf(device).cls}`
}

/** One sample of a device, as its element of a message. */
export function sampleOf(device: number, ts: number) {
  const metrics: Record<string, number | string> = {}
  for (const [metric, valueAt] of Object.entries(kindOf(device).metrics)) metrics[metric] = valueAt(ts, device)
  return { ts, metrics }
}

/** The plant of the load with every device configured, so that all their KPIs are computed. */
export function mixedPlant(devices: number, periodS: number) {
  return plantWith(
    Array.from({ length: devices }, (_, device) => ({
      id: deviceName(device),
      line: LINE,
      role: kindOf(device).role,
      metrics: Object.fromEntries(Object.keys(kindOf(device).metrics).map((metric) => [metric, { period_s: periodS }])),
    })),
  )
}

function at(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
