import type { Reading } from '../../src/base/reading.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { plantOf, reading } from './engine.js'

const MINUTE_MS = 60_000

/** Epoch ms of a time like `2025-07-01T09:00Z`. */
export function at(time: string): number {
  return Date.parse(time)
}

/** A register of one device that rises evenly, a sample each five minutes from `from` to `to`, both included. */
export function register(device: string, metric: string, [from, to]: readonly [string, string], by: number): Reading[] {
  const count = (at(to) - at(from)) / (5 * MINUTE_MS)
  return Array.from({ length: count + 1 }, (_, i) => {
    return reading({ device, metric, ts: at(from) + i * 5 * MINUTE_MS, value: 1000 + (i * by) / count })
  })
}

/** A level, a sample each five minutes from `from` to before `to`. */
export function level(device: string, metric: string, [from, to]: readonly [string, string], value: number): Reading[] {
  const count = (at(to) - at(from)) / (5 * MINUTE_MS)
  return Array.from({ length: count }, (_, i) => {
    return reading({ device, metric, ts: at(from) + i * 5 * MINUTE_MS, value })
  })
}

/** Figures of carbon and what they are made of, and no others: to compute all of them takes three times as long. */
const KPIS = CATALOGUE.map(({ id }) => id).filter((id) => /^(energy_|scope|biogenic|clean_|carbon_|renewable)/.test(id))

/** Plant `p` in Shanghai with a main meter `main-1`, and what a test says beside that. */
export function carbonPlant(options: Record<string, unknown> = {}) {
  const { devices = [], ...rest } = options
  return plantOf({
    timezone: 'Asia/Shanghai',
    grid_region: 'CN-GRID-E',
    kpis: KPIS,
    devices: [{ id: 'main-1', role: 'main' }, ...(devices as unknown[])],
    ...rest,
  })
}

/** An own factor of grid electricity, kgCO2e/kWh. */
export function ownGrid(value: number, of: Record<string, unknown> = {}) {
  const since = { valid_from: '2020-01-01', published: '2020-01-01', source: 'statement 17' }
  return { id: 'own.grid', activity: 'grid_electricity', value, unit: 'kgCO2e/kWh', ...since, ...of }
}
