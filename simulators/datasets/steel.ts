import { Temporal } from 'temporal-polyfill'
import { QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { Sample } from '../samples.js'
import { badRow, type CsvFormat, type CsvRow, csvRows } from './csv.js'
import type { Dataset } from './dataset.js'

const ZONE = 'Asia/Seoul'

const FORMAT = {
  dataset: 'steel',
  file: 'steel-energy.csv',
  columns: {
    date: 'date',
    importKwh: 'Usage_kWh',
    lagKvarh: 'Lagging_Current_Reactive.Power_kVarh',
    leadKvarh: 'Leading_Current_Reactive_Power_kVarh',
  },
  delimiter: ',',
  decimalMark: '.',
} as const satisfies CsvFormat<string>

type Row = CsvRow<keyof typeof FORMAT.columns>

/** One quarter of an hour; amounts in whole hundredths, as the file has them, so that sums are exact. */
export interface SteelRow {
  readonly endMs: number
  readonly importHundredths: number
  readonly lagHundredths: number
  readonly leadHundredths: number
}

function hundredths(row: Row, column: 'importKwh' | 'lagKvarh' | 'leadKvarh'): number {
  const text = row.cells[column]
  if (!/^\d+(\.\d{1,2})?$/.test(text)) {
    throw badRow(FORMAT, row, `${FORMAT.columns[column]} is "${text}", not a number with at most two decimals`)
  }
  return Math.round(Number(text) * 100)
}

/** Start of a local day, epoch ms; the file has 365 of them in 35,040 rows. */
function dayStarts(): (date: Temporal.PlainDate) => number {
  const known = new Map<string, number>()
  return (date) => {
    const key = date.toString()
    const start = known.get(key) ?? date.toZonedDateTime(ZONE).epochMilliseconds
    known.set(key, start)
    return start
  }
}

function endOf(row: Row, startOf: (date: Temporal.PlainDate) => number): number {
  const text = row.cells.date
  const match = /^(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d)$/.exec(text)
  if (match === null) throw badRow(FORMAT, row, `the date is "${text}", not dd-mm-yyyy HH:MM`)
  const [, day, month, year, hour, minute] = match.map(Number) as [number, number, number, number, number, number]
  let date: Temporal.PlainDate
  try {
    date = Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    throw badRow(FORMAT, row, `there is no day ${text}`)
  }
  const minutes = hour * 60 + minute
  // The quarter that ends at midnight is printed with the day it closes, as 00:00.
  return minutes === 0 ? startOf(date.add({ days: 1 })) : startOf(date) + minutes * 60_000
}

/**
 * The rows of UCI 851, "Steel Industry Energy Consumption", quirks and all: BOM, local time of Seoul, stamps at the end
 * of each quarter, midnight under the old day. Anything that breaks the chain of quarters is an error (65).
 */
export function parseSteel(csv: string): readonly SteelRow[] {
  const startOf = dayStarts()
  const rows: SteelRow[] = []
  for (const row of csvRows(csv, FORMAT)) {
    const endMs = endOf(row, startOf)
    const before = rows.at(-1)
    if (before !== undefined && endMs !== before.endMs + QUARTER_HOUR_MS) {
      throw badRow(FORMAT, row, `${row.cells.date} does not follow the row before it by 15 minutes`)
    }
    rows.push({
      endMs,
      importHundredths: hundredths(row, 'importKwh'),
      lagHundredths: hundredths(row, 'lagKvarh'),
      leadHundredths: hundredths(row, 'leadKvarh'),
    })
  }
  return rows
}

/**
 * Consumption as the registers of a meter that stood at zero when the first quarter began. They are counted in whole
 * hundredths and divided once, so each is the double nearest to its two decimals, and differences give the column
 * back to 1e-9.
 */
export function steelRegisters(rows: readonly SteelRow[]): readonly Sample[] {
  const total = { import: 0, lag: 0, lead: 0 }
  const sampleAt = (ts: number, seq: number): Sample => ({
    ts,
    metrics: {
      elec_import_kwh: total.import / 100,
      elec_reactive_kvarh: total.lag / 100,
      elec_reactive_lead_kvarh: total.lead / 100,
    },
    seq,
  })
  const samples: Sample[] = []
  for (const [index, row] of rows.entries()) {
    if (index === 0) samples.push(sampleAt(row.endMs - QUARTER_HOUR_MS, 0))
    total.import += row.importHundredths
    total.lag += row.lagHundredths
    total.lead += row.leadHundredths
    samples.push(sampleAt(row.endMs, index + 1))
  }
  return samples
}

function localTime(timeMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(ZONE).toString({ timeZoneName: 'never' })
}

/** Totals straight from the rows, by another way than the registers, for whoever checks the gateway's figures. */
export function steelTotals(rows: readonly SteelRow[]) {
  const sum = (pick: (row: SteelRow) => number) => rows.reduce((total, row) => total + pick(row), 0) / 100
  const peak = rows.reduce((highest, row) => (row.importHundredths > highest.importHundredths ? row : highest))
  return {
    elec_import_kwh: sum((row) => row.importHundredths),
    elec_reactive_kvarh: sum((row) => row.lagHundredths),
    elec_reactive_lead_kvarh: sum((row) => row.leadHundredths),
    // 15 min are a quarter of an hour: kW = kWh · 4.
    peak_demand_15: {
      kw: (peak.importHundredths * 4) / 100,
      start: localTime(peak.endMs - QUARTER_HOUR_MS),
      end: localTime(peak.endMs),
    },
  }
}

export function steel(csv: string): Dataset {
  const rows = parseSteel(csv)
  return {
    line: 'mill',
    device: 'main-1',
    class: 'energy',
    samples: steelRegisters(rows),
    expected: steelTotals(rows),
  }
}
