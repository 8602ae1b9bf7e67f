import { HOUR_MS } from '../../src/base/durations.js'
import type { Sample } from '../samples.js'
import { type CsvFormat, csvRows, numberIn } from './csv.js'
import type { Dataset } from './dataset.js'

const FORMAT = {
  dataset: 'gas turbine',
  file: 'gas-turbine-emissions.csv',
  columns: { nox: 'Nitrogen oxides', co: 'Carbon monoxide', yield: 'Turbine energy yield' },
  delimiter: ',',
  decimalMark: '.',
} as const satisfies CsvFormat<string>

/** One hour of the turbine: the means of its flue gas, mg/m³, and what it generated, MWh. */
export interface GasTurbineRow {
  readonly noxMgm3: number
  readonly coMgm3: number
  readonly yieldMwh: number
}

/** The rows of UCI 551, "Gas Turbine CO and NOx Emission Data Set": hour after hour, without a time. */
export function parseGasTurbine(csv: string): readonly GasTurbineRow[] {
  return csvRows(csv, FORMAT).map((row) => ({
    noxMgm3: numberIn(row, 'nox', FORMAT),
    coMgm3: numberIn(row, 'co', FORMAT),
    yieldMwh: numberIn(row, 'yield', FORMAT),
  }))
}

/**
 * One sample an hour, at the start of its hour: the mean holds for the hour that begins there. The yield is what that
 * hour alone gave and no register, so it goes beside the concentrations under a name of its own.
 */
export function gasTurbineSamples(rows: readonly GasTurbineRow[]): readonly Sample[] {
  return rows.map((row, hour) => ({
    ts: hour * HOUR_MS,
    metrics: { nox_mgm3: row.noxMgm3, co_mgm3: row.coMgm3, turbine_yield_mwh: row.yieldMwh },
    units: { turbine_yield_mwh: 'MWh' },
    seq: hour,
  }))
}

/** Means and sums that the rows come to, for whoever checks the gateway's figures. */
export function gasTurbineTotals(rows: readonly GasTurbineRow[]) {
  const sum = (pick: (row: GasTurbineRow) => number) => rows.reduce((total, row) => total + pick(row), 0)
  return {
    hours: rows.length,
    pollutant_mean_nox: sum((row) => row.noxMgm3) / rows.length,
    pollutant_mean_co: sum((row) => row.coMgm3) / rows.length,
    // Nothing in the file says how much gas left the stack.
    pollutant_mass_nox: null,
    turbine_yield_mwh: sum((row) => row.yieldMwh),
  }
}

export function gasTurbine(csv: string): Dataset {
  const rows = parseGasTurbine(csv)
  return {
    line: 'power',
    device: 'turbine-1',
    class: 'emissions',
    samples: gasTurbineSamples(rows),
    expected: gasTurbineTotals(rows),
  }
}
