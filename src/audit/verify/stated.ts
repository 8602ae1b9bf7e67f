import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import { SCOPES, WINDOWS } from '../../base/kpi.js'
import { METRIC_CLASSES } from '../../base/metrics.js'
import { REJECT_REASON_LIST } from '../../base/reasons.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { BundleFault } from '../bundle/fault.js'
import { textOfFile } from './evidence.js'

/**
 * Tables of the evidence that cannot be made again from its readings: they are stated by the gateway and signed with the
 * bundle, and a report that is built again takes them as they are. A `BundleFault` is thrown where one is not as it should be.
 */

const ms = z.iso.datetime().transform((text) => Date.parse(text))
const maybeMs = z.union([z.literal('').transform(() => null), ms])
const maybeNumber = z
  .string()
  .regex(/^(-?\d+(\.\d+)?(e[+-]?\d+)?)?$/)
  .transform((text) => (text === '' ? null : Number(text)))

const seriesRow = z.strictObject({
  device: z.string(),
  metric: z.string(),
  class: z.enum(METRIC_CLASSES),
  unit: z.string(),
  line: z.string(),
  first_ts: maybeMs,
  last_ts: maybeMs,
  /** Time from which on the series is walked, as there are holes before; from its first reading on when absent. */
  walk_from: maybeMs.optional(),
})
const rejectedRow = z.strictObject({
  reason: z.enum(REJECT_REASON_LIST),
  elements: z.string().regex(/^\d+$/).transform(Number),
})
const keptRow = z.strictObject({
  scope: z.enum(SCOPES),
  id: z.string(),
  kpi: z.string(),
  window: z.enum(WINDOWS),
  start: ms,
})
const hourRow = z.strictObject({
  stack: z.string(),
  kpi: z.string(),
  start: ms,
  end: ms,
  value: maybeNumber,
  reason: z.string(),
})

const importRow = z.strictObject({
  day: ms,
  kwh: z
    .string()
    .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
    .transform(Number),
})

const savingRow = z.strictObject({
  of: z.enum([...SCOPES, 'reading']),
  id: z.string(),
  name: z.string(),
  start: ms,
  value: z
    .string()
    .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
    .transform(Number),
})

export type StatedSeries = z.output<typeof seriesRow>
export type StatedHour = z.output<typeof hourRow>

/** Every series of a plant, of all time. */
export function statedSeries(bundle: BundleReader, plant: string): Promise<readonly StatedSeries[]> {
  return rowsOf(bundle, `evidence/${plant}/series.csv`, seriesRow)
}

/** Elements that were rejected in the period, by reason. */
export function statedRejections(bundle: BundleReader, plant: string) {
  return rowsOf(bundle, `evidence/${plant}/rejected.csv`, rejectedRow)
}

/** Hours of stacks before the readings begin; a bundle without stacks has no such file. */
export async function statedHours(bundle: BundleReader, plant: string): Promise<readonly StatedHour[]> {
  const name = `evidence/${plant}/hours-before.csv`
  return bundle.files.has(name) ? rowsOf(bundle, name, hourRow) : []
}

/** Windows that the gateway has a point of although no reading speaks for them any more; without any there is no file. */
export async function statedWindows(bundle: BundleReader, plant: string): Promise<readonly z.output<typeof keptRow>[]> {
  const name = `evidence/${plant}/kept-windows.csv`
  return bundle.files.has(name) ? rowsOf(bundle, name, keptRow) : []
}

/** Electricity that a plant imported on days that its contracts are matched with; one without contracts has no such file. */
export async function statedImports(
  bundle: BundleReader,
  plant: string,
): Promise<readonly (readonly [dayMs: number, kwh: number])[]> {
  const name = `evidence/${plant}/import-days.csv`
  const rows = bundle.files.has(name) ? await rowsOf(bundle, name, importRow) : []
  return rows.map(({ day, kwh }) => [day, kwh] as const)
}

/** Days before the period that savings are claimed against; a plant without claims has no such file. */
export async function statedSavingDays(
  bundle: BundleReader,
  plant: string,
): Promise<readonly z.output<typeof savingRow>[]> {
  const name = `evidence/${plant}/saving-days.csv`
  return bundle.files.has(name) ? rowsOf(bundle, name, savingRow) : []
}

async function rowsOf<Row>(bundle: BundleReader, name: string, row: z.ZodType<Row>): Promise<readonly Row[]> {
  const text = await textOfFile(bundle, name)
  let records: readonly unknown[]
  try {
    records = parse(text, { columns: true, record_delimiter: '\n', info: false }) as unknown as readonly unknown[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new BundleFault('file', name, { en: `it is no CSV (${error.message})`, zh: `它不是 CSV（${error.message}）` })
  }
  return records.map((record, i) => {
    const { data, error } = row.safeParse(record)
    if (error === undefined) return data as Row
    const where = error.issues[0]?.path.join('.') ?? ''
    throw new BundleFault('file', name, {
      en: `its row ${i + 1} is none of this table (${where})`,
      zh: `第 ${i + 1} 行不属于该表（${where}）`,
    })
  })
}
