import { readTime, type TimeReader } from '../../decode/profile/time-reader.js'
import type { HistoryCell, HistoryRow } from './history-file.js'
import type { HistoryMapping } from './mapping.js'

/** Digits that stand behind those of a millisecond. */
const BEHIND_MS = { epoch_us: 3, epoch_ns: 6 } as const

/** The first and the last instant that a date of JavaScript has. */
const [BEFORE_ALL_MS, BEHIND_ALL_MS] = [-8.64e15, 8.64e15] as const

/** Time that the row before of a series had, and whether the series goes back in time; null while it has one time alone. */
interface LastTime {
  readonly ms: number
  readonly isBackward: boolean | null
}

/** Series whose last time is remembered; of more than these the hour that comes twice is read as its second. */
const SERIES_MAX = 100_000

/**
 * The times of a file's rows, epoch ms. In the hour that a wall clock shows twice rows follow each other: the time of a row is
 * the first instant that comes behind the row before it of the same series; of a series whose newest row stands first, the last
 * instant that comes before it.
 */
export class HistoryTime {
  readonly #columns: readonly string[]
  readonly #read: TimeReader
  readonly #isRfc3339: boolean
  readonly #isLocal: boolean
  readonly #last = new Map<string, LastTime>()

  constructor({ column, format, zone }: HistoryMapping['time']) {
    this.#columns = [column].flat()
    this.#isRfc3339 = format === 'rfc3339'
    this.#isLocal = format === 'local'
    this.#read =
      format === 'epoch_us' || format === 'epoch_ns'
        ? subMilliseconds(BEHIND_MS[format])
        : readTime(format, zone ?? 'UTC')
  }

  /** Text or number in the columns of the time; null when one of them is empty or not there. */
  sent(row: HistoryRow): string | number | null {
    const [column = '', second] = this.#columns
    const first = row.cell(column)
    if (second === undefined && typeof first === 'number') return first
    const text = second === undefined ? textOf(first) : joined(this.#columns.map((one) => textOf(row.cell(one))))
    if (text === null) return null
    // A day alone is its midnight, as spreadsheets have it.
    if (this.#isLocal && /^\d{4}-\d\d-\d\d$/.test(text)) return `${text} 00:00:00`
    // Databases write a blank for the T of RFC 3339.
    return this.#isRfc3339 ? text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T') : text
  }

  /** Epoch ms of what `sent` gave; null when it is no time of the format. */
  read(sent: HistoryCell, series: string): number | null {
    // The reader takes the instant nearer to a given one where there are two.
    const first = this.#read(sent, BEFORE_ALL_MS)
    if (first === null) return null
    const last = this.#last.get(series)
    const ms = last === undefined ? first : beside(last, first, () => this.#read(sent, BEHIND_ALL_MS) ?? first)
    if (last !== undefined || this.#last.size < SERIES_MAX) {
      const isBackward = last === undefined ? null : ms === last.ms ? last.isBackward : ms < last.ms
      this.#last.set(series, { ms, isBackward })
    }
    return ms
  }
}

/** null for a cell without content. */
function textOf(cell: HistoryCell): string | null {
  return cell === null || cell === undefined || cell === '' ? null : String(cell)
}

function joined(texts: readonly (string | null)[]): string | null {
  return texts.includes(null) ? null : texts.join(' ')
}

/** The one of two instants that follows the row before, in the direction that the series has. */
function beside({ ms, isBackward }: LastTime, first: number, secondOf: () => number): number {
  if (isBackward !== true && first > ms) return first
  const second = secondOf()
  if (isBackward !== true && second > ms) return second
  if (isBackward !== false && second < ms) return second
  return first
}

/** A whole number of microseconds or nanoseconds, cut to milliseconds. It has more digits than a double: as text it is exact. */
function subMilliseconds(digits: number): TimeReader {
  return (sent) => {
    const text = typeof sent === 'string' ? sent.trim() : typeof sent === 'number' ? String(sent) : ''
    if (!/^\d{1,24}$/.test(text)) return null
    return Number(text.slice(0, -digits) || '0')
  }
}
