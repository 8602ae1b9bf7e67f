import { ppmToMgNm3, type StackGas } from './gases.js'

/** stored = sent · factor + offset */
export interface Conversion {
  readonly factor: number
  readonly offset: number
}

type Table = Readonly<Record<string, number | readonly [factor: number, offset: number]>>

/** 20 °C to the normal state of 0 °C, both at 101.325 kPa. Source: KPI specification §0, units stored. */
const FROM_20_C = 273.15 / 293.15

const normalVolume: Table = { Nm3: 1, 'Nm³': 1, 'm3@0C': 1, 'm3@20C': FROM_20_C, 'm³@20C': FROM_20_C }
const volume: Table = { m3: 1, 'm³': 1, L: 0.001, l: 0.001 }
const mass: Table = { t: 1, kg: 0.001, g: 1e-6 }
const concentration: Table = { 'mg/Nm3': 1, 'mg/Nm³': 1, 'mg/m3': 1, 'mg/m³': 1, 'g/Nm3': 1000, 'ug/Nm3': 0.001 }
const celsius: Table = { '°C': 1, C: 1, degC: 1, K: [1, -273.15], '°F': [5 / 9, -160 / 9], F: [5 / 9, -160 / 9] }

/** For each stored unit the units a device may send instead, with what they are multiplied by. */
const UNITS: Readonly<Record<string, Table>> = {
  kWh: { kWh: 1, Wh: 0.001, MWh: 1000, GWh: 1e6, MJ: 1 / 3.6, GJ: 1000 / 3.6 },
  kW: { kW: 1, W: 0.001, MW: 1000 },
  'kgCO2e/kWh': { 'kgCO2e/kWh': 1, 'gCO2e/kWh': 0.001, 'kgCO2/kWh': 1, 'gCO2/kWh': 0.001, 'tCO2/MWh': 1 },
  kvarh: { kvarh: 1, kVArh: 1, varh: 0.001, Mvarh: 1000 },
  Nm3: normalVolume,
  'Nm3/h': { 'Nm3/h': 1, 'Nm³/h': 1, 'Nm3/s': 3600, 'Nm³/s': 3600, 'Nm3/min': 60, 'NL/s': 3.6 },
  'kJ/Nm3': { 'kJ/Nm3': 1, 'kJ/Nm³': 1, 'MJ/Nm3': 1000, 'MJ/Nm³': 1000 },
  t: mass,
  GJ: { GJ: 1, MJ: 0.001, kJ: 1e-6, kWh: 0.0036, MWh: 3.6 },
  m3: volume,
  MPa: { MPa: 1, kPa: 0.001, Pa: 1e-6, bar: 0.1 },
  kPa: { kPa: 1, Pa: 0.001, hPa: 0.1, mbar: 0.1, bar: 100, MPa: 1000 },
  '°C': celsius,
  'mg/Nm3': concentration,
  '%': { '%': 1, pct: 1, '1': 100 },
  'm/s': { 'm/s': 1, 'km/h': 1 / 3.6 },
  pcs: { pcs: 1, '1': 1 },
  s: { s: 1, ms: 0.001, min: 60, h: 3600 },
  h: { h: 1, min: 1 / 60, s: 1 / 3600 },
  '1': { '1': 1, bool: 1 },
  '': { '': 1 },
}

const PPM = 'ppm'

/**
 * Conversion of a value in `from` to the stored unit `to`; null when the one cannot become the other. What the parts of a
 * ppm weigh is said by the gas alone: without one there is no such conversion.
 */
export function conversion(from: string, to: string, gas?: StackGas): Conversion | null {
  if (from === to) return { factor: 1, offset: 0 }
  if (gas !== undefined && from === PPM && to === 'mg/Nm3') return { factor: ppmToMgNm3(1, gas), offset: 0 }
  const table = tableOf(to)
  const found = Object.hasOwn(table, from) ? table[from] : undefined
  if (found === undefined) return null
  return typeof found === 'number' ? { factor: found, offset: 0 } : { factor: found[0], offset: found[1] }
}

/** The units that may be sent for a stored unit, for error messages. */
export function unitsFor(to: string, gas?: StackGas): readonly string[] {
  const units = Object.keys(tableOf(to))
  return gas === undefined ? units : [...units, PPM]
}

/** Units come from devices: `constructor` must find nothing. */
function tableOf(to: string): Table {
  return (Object.hasOwn(UNITS, to) ? UNITS[to] : undefined) ?? {}
}
