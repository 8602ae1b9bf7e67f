import { Document } from 'yaml'
import { METRICS } from '../../base/metrics.js'
import { isGeneric } from '../../decode/profile/learn/guess.js'
import type { HistoryCell, HistoryRow } from './history-file.js'
import { mappingSchema, UNKNOWN } from './mapping.js'
import { isCsvFile, openHistory } from './open-history.js'
import { type DecimalMark, suggestedDecimalMark } from './suggested-decimal-mark.js'
import { type SuggestedTime, suggestedTime } from './suggested-time.js'
import { type GuessedColumn, guessedColumn, type StatedUnits, unitOfHead } from './suggested-unit.js'

/** A mapping to begin with, by the names and first rows of a file. What nobody can know of them is `unknown`, which no import takes. */

const ROWS_MAX = 1000
const DELIMITERS = [',', ';', '\t', '|'] as const
/** Entries of one mapping: beyond, somebody has to choose. */
const VALUES_MAX = 200
/** Part of the filled cells of a column that are numbers. */
const NUMBERS_MIN = 0.8
const NUMBERS = { '.': /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i, ',': /^[+-]?\d+(?:,\d+)?$/ } as const
/** Heads whose cells name the series of the row, or its device. */
const SERIES = /tag|series|metric|signal|sensor|channel|point|item|variable|parameter|测点|参数|变量/i
const DEVICE = /device|meter|machine|asset|equipment|z(?:ae|ä)hler|anlage|设备|仪表|电表/i
const UNIT_ASKED = 'the file says a multiple of a unit, or several: find out which it is, or convert the values first'
const MARK_ASKED = 'Numbers such as 1,234 or 1.234 may have thousands or decimals: say which is the decimal_mark.'
/** Heads of a column that has the unit of each row. */
const UNITS = /^(?:units?|uom|einheit|单位)$/i

/** A plant of the configuration, as far as a mapping names it. */
export interface KnownPlant {
  readonly id: string
  readonly timezone: string
  readonly lines: readonly { readonly id: string }[]
}

interface LookedAt {
  /** Form of a CSV file, as far as it is not the default. */
  readonly csv: object
  readonly columns: readonly string[]
  readonly rows: readonly HistoryRow[]
  /** Null where the cells do not tell. */
  readonly decimalMark: DecimalMark | null
}

interface SuggestedValue {
  readonly column: string
  readonly where?: Readonly<Record<string, string>>
  readonly guessed: GuessedColumn
}

/** The text of a mapping. Throws `UnreadableHistory`, and errors of the system. */
export async function suggestedMapping(file: string, plants: readonly KnownPlant[]): Promise<string> {
  const looked = await lookedAt(file)
  const isExport = looked.columns.includes('_measurement')
  const time: SuggestedTime | null = isExport
    ? { columns: ['_time'], formats: ['epoch_ns'], hasZone: true }
    : suggestedTime(looked.columns, looked.rows)
  const others = looked.columns.filter((column) => time?.columns.includes(column) !== true && column !== '_measurement')
  const numbers = others.filter((column) => isNumeric(looked, column))
  const names = others.filter((column) => !numbers.includes(column))
  const series = isExport ? '_measurement' : seriesColumn(looked, numbers, names)
  const values = valuesOf(looked, numbers, series).slice(0, VALUES_MAX)
  const device = names.find((name) => DEVICE.test(name) && name !== series)
  const [plant] = plants.length === 1 ? plants : []
  const [line] = plant?.lines.length === 1 ? plant.lines : []
  const document = new Document({
    ...(Object.keys(looked.csv).length === 0 ? {} : { csv: looked.csv }),
    time: timeOf(time, plant),
    plant: plant?.id ?? UNKNOWN,
    line: line?.id ?? UNKNOWN,
    device: device === undefined ? UNKNOWN : `{${device}}`,
    values: values.map(({ column, where, guessed }) => ({
      column,
      ...(where === undefined ? {} : { where }),
      ...meantBy(guessed),
    })),
  })
  const left = names.filter((name) => name !== series && name !== device && !UNITS.test(name.trim()))
  return [...notesOn(time, values, left, looked.decimalMark), document.toString({ lineWidth: 0 }).trimEnd()].join('\n')
}

/** The first rows, by the delimiter that gives the most cells of a CSV file. */
async function lookedAt(file: string): Promise<LookedAt> {
  if (!isCsvFile(file)) return { ...(await firstRows(file, {})), csv: {}, decimalMark: '.' }
  const tries = await Promise.allSettled(
    DELIMITERS.map(async (delimiter) => ({ delimiter, ...(await firstRows(file, { csv: { delimiter } })) })),
  )
  const read = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const [best] = read.toSorted((a, b) => b.rows.length * b.columns.length - a.rows.length * a.columns.length)
  if (best === undefined) throw (tries[0] as PromiseRejectedResult).reason
  const { delimiter, rows, columns } = best
  const cells = rows.flatMap((row) => columns.map((column) => row.cell(column)))
  const decimalMark = suggestedDecimalMark(cells, delimiter)
  const mark = decimalMark === '.' ? {} : { decimal_mark: decimalMark ?? UNKNOWN }
  return { rows, columns, csv: { ...(delimiter === ',' ? {} : { delimiter }), ...mark }, decimalMark }
}

async function firstRows(file: string, form: object): Promise<Pick<LookedAt, 'columns' | 'rows'>> {
  const any = { time: { column: 'time', format: 'rfc3339' }, plant: 'p', line: 'l', device: 'd' }
  const values = [{ column: 'value', metric: 'elec_import_kwh', unit: 'kWh' }]
  const rows: HistoryRow[] = []
  for await (const some of (await openHistory(file, mappingSchema.parse({ ...any, values, ...form }))).rows()) {
    rows.push(...some.filter(({ problem }) => problem === ''))
    if (rows.length >= ROWS_MAX) break
  }
  const looked = rows.slice(0, ROWS_MAX)
  return { rows: looked, columns: [...new Set(looked.flatMap((row) => row.names()))] }
}

function filledCells({ rows }: LookedAt, column: string): readonly NonNullable<HistoryCell>[] {
  return rows.flatMap((row) => {
    const cell = row.cell(column)
    return cell === null || cell === undefined || cell === '' ? [] : [cell]
  })
}

function isNumeric(looked: LookedAt, column: string): boolean {
  const cells = filledCells(looked, column)
  const forms = looked.decimalMark === null ? Object.values(NUMBERS) : [NUMBERS[looked.decimalMark]]
  const isNumber = (cell: HistoryCell) =>
    typeof cell === 'number' || (typeof cell === 'string' && forms.some((form) => form.test(cell.trim())))
  return cells.length > 0 && cells.filter(isNumber).length >= NUMBERS_MIN * cells.length
}

/** Column that says of which series the one value of a row is; undefined where each series has a column. */
function seriesColumn(looked: LookedAt, numbers: readonly string[], names: readonly string[]): string | undefined {
  const [only, another] = numbers
  if (only === undefined || another !== undefined) return undefined
  const several = names.filter((name) => new Set(filledCells(looked, name)).size > 1)
  const named = several.find((name) => SERIES.test(name))
  return named ?? (isGeneric(only) ? several.find((name) => !DEVICE.test(name)) : undefined)
}

function valuesOf(looked: LookedAt, numbers: readonly string[], series: string | undefined): readonly SuggestedValue[] {
  if (series === undefined) {
    return numbers.flatMap((column) => {
      const guessed = guessedColumn([column], numbers.length === 1 ? unitsIn(looked) : [])
      return guessed === null ? [] : [{ column, guessed }]
    })
  }
  const words = [...new Set(filledCells(looked, series).map(String))]
  return words.flatMap((word) =>
    numbers.flatMap((column) => {
      const rows = looked.rows.filter((row) => row.cell(series) === word && (row.cell(column) ?? '') !== '')
      if (rows.length === 0) return []
      const name = isGeneric(column) ? word.split(/[./\\|:]/).slice(-2) : [word, column]
      const head = isGeneric(column) ? unitOfHead(column) : undefined
      const units = new Set([...(head === undefined ? [] : [head]), ...unitsIn({ ...looked, rows })])
      const guessed = guessedColumn(name, [...units])
      return guessed === null ? [] : [{ column, where: { [series]: word }, guessed }]
    }),
  )
}

/** Units of a column that says them row by row. */
function unitsIn(looked: LookedAt): StatedUnits {
  const column = looked.columns.find((name) => UNITS.test(name.trim()))
  return column === undefined ? [] : [...new Set(filledCells(looked, column).map((cell) => String(cell).trim()))]
}

/** A metric of which the unit alone is missing stands already: nothing is imported before somebody has said it. */
function meantBy({ guess, reasons, isAsked }: GuessedColumn): object {
  const unit = isAsked ? UNKNOWN : (guess.unit ?? UNKNOWN)
  const missing = reasons.find(({ code }) => code === 'unit_missing')?.values.metric
  const known = METRICS.get(String(missing))
  if (known === undefined) return { metric: guess.metric, class: guess.class, unit }
  return { metric: missing, class: known.classes[0], unit }
}

function timeOf(time: SuggestedTime | null, plant: KnownPlant | undefined): object {
  if (time === null) return { column: UNKNOWN, format: UNKNOWN }
  const [column] = time.columns
  return {
    column: time.columns.length === 1 ? column : [...time.columns],
    format: time.formats.length === 1 ? time.formats[0] : UNKNOWN,
    ...(time.hasZone ? {} : { zone: plant?.timezone ?? UNKNOWN }),
  }
}

function notesOn(
  time: SuggestedTime | null,
  values: readonly SuggestedValue[],
  left: readonly string[],
  mark: DecimalMark | null,
): readonly string[] {
  const asks = values.flatMap(({ column, where, guessed }) => {
    const of = where === undefined ? column : `${column} where ${Object.values(where).join(', ')}`
    const more = guessed.isAsked ? [`${of}: ${UNIT_ASKED}`] : []
    return [...more, ...(guessed.asks === null ? [] : [`${of}: ${guessed.asks}`])]
  })
  const notes = [
    'A proposal by names and first rows: look at every metric and unit, and replace each unknown.',
    ...(time === null ? ['No column was found that has times.'] : []),
    ...((time?.formats.length ?? 0) > 1 ? [`The time may be ${time!.formats.join(' or ')}: say which.`] : []),
    ...(time?.hasZone === false ? ['The zone is that of the clock which wrote the file.'] : []),
    ...(mark === null ? [MARK_ASKED] : []),
    ...(values.length === 0 ? ['No column was found that has numbers.'] : []),
    ...(values.length === VALUES_MAX ? [`There may be more than ${VALUES_MAX} values.`] : []),
    ...asks,
    ...(left.length === 0 ? [] : [`Not used: ${left.join(', ')}`]),
  ]
  // A head may have a line break, which would end the comment.
  return notes.map((note) => `# ${note.replace(/\s+/g, ' ')}`)
}
