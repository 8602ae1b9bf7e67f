import type { Text } from '../../base/report.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { COLUMNS, headOf, linesOf, parseLine, RowError } from '../ledger/rows.js'
import type { SealedDayEntry } from './sealed.js'

/**
 * Finds where a day that is not what was sealed is wrong, as far as its rows alone show it: the first line that is no row, or stands
 * out of order. A root says that something is different, not what.
 */
export async function firstFault(bundle: BundleReader, name: string, day: SealedDayEntry): Promise<Text> {
  let number = 0
  let before = ''
  for await (const line of linesOf(bundle.open(name))) {
    number += 1
    if (number === 1) {
      if (line === headOf(day.rows_of)) continue
      return { en: 'its line 1 is not the header of such a file', zh: '第 1 行不是该类文件的表头' }
    }
    const why = rowFault(day, line, before)
    if (why !== null) {
      const row = rowName(line)
      return {
        en: `line ${number}${row === '' ? '' : ` (${row})`} ${why.en}`,
        zh: `第 ${number} 行${row === '' ? '' : `（${row}）`}${why.zh}`,
      }
    }
    if (day.rows_of === 'reading') before = orderOf(line)
  }
  const [first] = day.files
  const file = first === undefined ? 'archive/' : `archive/${first.name}`
  return {
    en: `every line has its form and its place, and the root does not tell which one is another; any Parquet reader shows the rows of ${file} to compare them with`,
    zh: `各行格式与顺序均正常，仅凭根哈希无法判断是哪一行不同；可用任意 Parquet 工具打开 ${file} 逐行比较`,
  }
}

function rowFault({ rows_of: kind, day }: SealedDayEntry, line: string, before: string): Text | null {
  try {
    parseLine(kind, line)
  } catch (error) {
    if (!(error instanceof RowError)) throw error
    return { en: `is no such row: ${error.message}`, zh: `格式不正确（${error.message}）` }
  }
  if (kind !== 'reading') return null
  const here = orderOf(line)
  if (here === before) return { en: 'is there twice', zh: '重复出现' }
  if (here < before)
    return { en: 'stands out of order: by device, metric and time', zh: '顺序有误：应按设备、指标、时间排列' }
  if (line.split(',')[TS]?.startsWith(day) === false && !line.includes('"')) {
    return { en: `is of another day than ${day}`, zh: `不属于 ${day}` }
  }
  return null
}

const [DEVICE, METRIC, TS] = ['device', 'metric', 'ts'].map((name) =>
  COLUMNS.reading.findIndex((column) => column.name === name),
) as [number, number, number]

/** Key that readings are ordered by: device, metric and time. */
function orderOf(line: string): string {
  const cells = line.includes('"') ? parseLine('reading', line).map(String) : line.split(',')
  const ts = line.includes('"') ? String(cells[TS]).padStart(16, '0') : cells[TS]
  return `${cells[DEVICE]}\u0000${cells[METRIC]}\u0000${ts}`
}

const SHOWN_MAX = 120

/** Device, metric and time of a line, whatever it is. */
function rowName(line: string): string {
  const cells = line.split(',')
  const name = [cells[DEVICE], cells[METRIC], cells[TS]].filter((cell) => cell !== undefined && cell !== '').join(', ')
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, SHOWN_MAX)
}
