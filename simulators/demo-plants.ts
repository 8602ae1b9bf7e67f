import { Temporal } from 'temporal-polyfill'
import type { DevicePath } from '../src/base/topic.js'
import type { Load } from './physics/load.js'
import type { PlantModel } from './physics/plant.js'

/** What a device sends under one metric name. */
export interface Channel {
  readonly metric: string
  readonly flow: string
  readonly quantity: 'register' | 'power'
  /** The part of the flow that this meter sees. */
  readonly share: number
}

export interface SimulatedDevice {
  readonly path: DevicePath
  readonly channels: readonly Channel[]
}

export interface DemoPlant {
  readonly model: PlantModel
  readonly devices: readonly SimulatedDevice[]
}

const epoch = Temporal.ZonedDateTime.from('2026-01-01T00:00[Asia/Shanghai]')

function load(id: string, levels: readonly [closed: number, night: number, shift: number, pause: number]) {
  const [closed, night, shift, pause] = levels
  return { id, levelKw: { closed, night, shift, pause } }
}

const loads: readonly Load[] = [
  { ...load('press', [14, 20, 268, 60]), rampMin: 10, slowSwing: 0.04, fastSwing: 0.08 },
  { ...load('weld', [8, 12, 210, 30]), rampMin: 5, slowSwing: 0.04, fastSwing: 0.09 },
  // The ovens are kept warm at night and need an hour to get hot.
  { ...load('paint', [38, 142, 250, 222]), rampMin: 60, slowSwing: 0.03, fastSwing: 0.02 },
  { ...load('compressor', [30, 92, 150, 112]), rampMin: 3, slowSwing: 0.05, fastSwing: 0.05 },
  // Light, air conditioning, offices, pumps: on no meter but the plant's.
  { ...load('unmetered', [76, 118, 180, 160]), rampMin: 30, slowSwing: 0.05, fastSwing: 0.02 },
]

const suzhou: PlantModel = {
  id: 'suzhou-1',
  // China has had no summer time since 1991: days of 24 h counted from here stay local days.
  epochMs: epoch.epochMilliseconds,
  epochWeekday: epoch.dayOfWeek,
  loads,
  solar: { place: { latitude: 31.3, longitude: 120.6 }, peakKw: 400, performance: 0.85 },
}

function meter(line: string, device: string, channels: readonly Channel[]): SimulatedDevice {
  return { path: { plant: suzhou.id, line, device }, channels }
}

function register(metric: string, flow: string, share = 1): Channel {
  return { metric, flow, quantity: 'register', share }
}

function submeter(line: string, device: string, flow: string, share = 1): SimulatedDevice {
  return meter(line, device, [register('elec_submeter_kwh', flow, share)])
}

const devices: readonly SimulatedDevice[] = [
  meter('utilities', 'main-1', [
    register('elec_import_kwh', 'import'),
    register('elec_export_kwh', 'export'),
    { metric: 'elec_import_kw', flow: 'import', quantity: 'power', share: 1 },
    register('elec_reactive_kvarh', 'reactive'),
  ]),
  meter('utilities', 'pv-1', [register('renew_onsite_kwh', 'solar')]),
  submeter('press', 'press-1', 'press'),
  submeter('weld', 'weld-1', 'weld'),
  submeter('paint', 'paint-1', 'paint'),
  submeter('utilities', 'compressor-1', 'compressor'),
]

/** How many demo plants there are. */
export const DEMO_PLANTS = 1

/**
 * The plant of `devices/demo/greengauge.yaml`, with its first so many devices. More than it has makes further
 * submeters, `meter-7` on, which share what is on no meter otherwise: a plant as large as a load test wants it.
 */
export function suzhouPlant(deviceCount = devices.length): DemoPlant {
  const further = Math.max(0, deviceCount - devices.length)
  const meters = Array.from({ length: further }, (_, i) =>
    submeter('utilities', `meter-${devices.length + 1 + i}`, 'unmetered', 1 / further),
  )
  return { model: suzhou, devices: [...devices.slice(0, deviceCount), ...meters] }
}
