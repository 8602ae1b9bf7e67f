import { z } from 'zod'
import { METRIC_CLASSES, METRICS } from '../../base/metrics.js'
import { isTimeZone } from '../../base/plant.js'
import { conversion, unitsFor } from '../../base/units.js'
import { TIME_FORMATS } from '../../decode/profile/profile.js'
import { parseTimePattern } from '../../decode/profile/time-pattern.js'
import { namesInTemplate } from './column-template.js'
import { influxSection } from './influx-mapping.js'

/** The mapping of `greengauge import`: what the columns of a file are, as data. An editor knows it from its JSON Schema. */

/** Kinds of files that are read. */
export const HISTORY_FORMATS = ['csv', 'xlsx', 'parquet', 'line_protocol', 'influxdb'] as const
export type HistoryFormat = (typeof HISTORY_FORMATS)[number]

/** Time formats that exports of databases have besides those of devices. */
const EXPORT_TIME_FORMATS = [...TIME_FORMATS, 'epoch_us', 'epoch_ns'] as const

/** Word that stands where somebody has still to look something up; no mapping with it is accepted. */
export const UNKNOWN = 'unknown'

const pattern = z.string().superRefine((text, context) => {
  const parsed = parseTimePattern(text)
  if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem })
})

const known = z.string().refine((text) => text !== UNKNOWN, 'nobody has said it yet: look it up and write it here')

const time = z.strictObject({
  column: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(4)], 'the name of a column, or a list of names')
    .describe('column of the time; of several columns, such as day and time, the texts are joined by a blank'),
  format: z
    .union(
      [z.enum(EXPORT_TIME_FORMATS), pattern],
      `${EXPORT_TIME_FORMATS.join(', ')}, or a pattern such as DD.MM.YYYY hh:mm`,
    )
    .describe(
      'rfc3339 has an offset; local is a wall clock without one, 2026-11-24 08:00:00; any other is a pattern of YYYY or YY, MM, DD, hh, mm, ss, SSS and X, which is S in summer time and W else',
    ),
  zone: z
    .string()
    .refine(isTimeZone, 'an IANA zone such as Asia/Shanghai')
    .optional()
    .describe('zone of the wall clock; it has to be given for local and for a pattern'),
})

const cell = z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false')

const place = {
  plant: known.min(1).optional().describe('plant id, or {column}'),
  line: known.min(1).optional().describe('line id, or {column}'),
  device: known
    .min(1)
    .optional()
    .describe('device id, or {column}: small letters, digits, - and _, everything else a -'),
  class: z.enum(METRIC_CLASSES).optional().describe('needed where the metric does not say it'),
} as const

const where = z
  .record(z.string(), z.union([cell, z.array(cell).min(1).max(1000)]))
  .describe('only rows in which these columns hold this, or one of these')

const value = z
  .strictObject({
    column: z.string().min(1).describe('column of the value'),
    ...place,
    metric: known.min(1).describe('what it becomes, or {column}; one of the metric table takes part in KPIs'),
    unit: known
      .max(32)
      .optional()
      .describe(
        'unit of the file, or {column}; it is converted to that of the metric, and never guessed: only states have none',
      ),
    words: z
      .record(z.string(), cell)
      .optional()
      .describe('what a text, number or truth value of the file means: a state word, or a number'),
    where: where.optional(),
  })
  .superRefine((given, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const metric = METRICS.get(given.metric)
    const isState = metric?.kind === 'state' || metric?.kind === 'switch'
    if (given.unit === undefined && !isState) {
      wrong(
        'unit',
        `say in which unit the file has it${metric === undefined ? '' : `: ${unitsFor(metric.unit, metric.gas).join(', ')}`}`,
      )
    }
    if (metric === undefined) return
    if (given.class !== undefined && !metric.classes.includes(given.class)) {
      wrong('class', `${given.metric} belongs to ${metric.classes.join(' or ')}`)
    }
    if (given.unit === undefined || namesInTemplate(given.unit).length > 0) return
    if (conversion(given.unit, metric.unit, metric.gas) === null) {
      wrong(
        'unit',
        `${given.metric} takes ${unitsFor(metric.unit, metric.gas).filter(Boolean).join(', ') || 'no unit'}`,
      )
    }
  })

const csv = z.strictObject({
  delimiter: z.string().length(1).default(',').describe('sign between two cells'),
  decimal_mark: z.enum(['.', ',']).default('.').describe('sign before the decimals of a number'),
  encoding: z
    .enum(['utf-8', 'gb18030', 'utf-16le', 'windows-1252', 'shift_jis', 'euc-kr', 'big5'])
    .default('utf-8')
    .describe('encoding of the file; gb18030 reads GBK and GB2312 too'),
  header: z
    .boolean()
    .default(true)
    .describe('the first row has the names of the columns; else they are called 1, 2, 3'),
  skip_lines: z.int().min(0).max(1000).default(0).describe('lines before the header that are not read'),
})

const xlsx = z.strictObject({
  sheet: z
    .string()
    .min(1)
    .optional()
    .describe('name of the sheet, where --sheet does not say one; the first when absent'),
  header: z
    .boolean()
    .default(true)
    .describe('the first row has the names of the columns; else they are called A, B, C'),
  skip_rows: z.int().min(0).max(1000).default(0).describe('rows before the header that are not read'),
})

/** A mapping as its file says it. */
export const mappingSchema = z
  .strictObject({
    format: z
      .enum(HISTORY_FORMATS)
      .optional()
      .describe('kind of file; what its name ends in when absent, and influxdb for an address'),
    csv: csv.prefault({}).describe('form of a CSV file'),
    xlsx: xlsx.prefault({}).describe('form of a workbook'),
    influxdb: influxSection.optional().describe('what is asked of an InfluxDB that runs'),
    time,
    ...place,
    where: where.optional(),
    absent: z
      .array(cell)
      .max(32)
      .default([])
      .describe('what stands in a cell that has no value, such as NaN or -9999; an empty one never has'),
    values: z.array(value).min(1).max(10_000).describe('which cells become readings'),
  })
  .superRefine((given, context) => {
    const wrong = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message })
    const { format } = given.time
    const isWallClock = format === 'local' || !(EXPORT_TIME_FORMATS as readonly string[]).includes(format)
    if (isWallClock && given.time.zone === undefined) {
      wrong(['time', 'zone'], 'say in which zone the clock stood, such as Asia/Shanghai')
    }
    for (const [index, one] of given.values.entries()) {
      for (const key of ['plant', 'line', 'device'] as const) {
        if (one[key] === undefined && given[key] === undefined)
          wrong(['values', index, key], `say the ${key} here, or once for all values`)
      }
      const metric = METRICS.get(one.metric)
      if ((one.class ?? given.class) === undefined && metric?.classes.length !== 1) {
        wrong(
          ['values', index, 'class'],
          `say the class of ${one.metric}: ${(metric?.classes ?? METRIC_CLASSES).join(', ')}`,
        )
      }
    }
  })

export type HistoryMapping = z.output<typeof mappingSchema>
export type MappedValue = HistoryMapping['values'][number]
export type MappedCell = z.output<typeof cell>

/** Every column that a mapping names, each once. */
export function mappedColumns({ time, plant, line, device, where = {}, values }: HistoryMapping): readonly string[] {
  const templates = [
    plant,
    line,
    device,
    ...values.flatMap((one) => [one.plant, one.line, one.device, one.metric, one.unit]),
  ]
  return [
    ...new Set([
      ...[time.column].flat(),
      ...Object.keys(where),
      ...values.flatMap((one) => [one.column, ...Object.keys(one.where ?? {})]),
      ...templates.flatMap((text) => (text === undefined ? [] : namesInTemplate(text))),
    ]),
  ]
}

/** JSON Schema of a mapping's file, for editors. */
export function mappingJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(mappingSchema, { io: 'input', unrepresentable: 'any' })
}
