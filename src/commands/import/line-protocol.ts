import type { HistoryCell } from './history-file.js'

/** One line of InfluxDB's line protocol: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/ */

/** Columns under which the measurement and the time of a line stand, beside those of its tags and fields. */
export const MEASUREMENT_COLUMN = '_measurement'
export const TIME_COLUMN = '_time'

/** Tags and fields by name, and measurement and time; a field goes before a tag of the same name. */
export type LineCells = ReadonlyMap<string, HistoryCell>

/** A text in quotation marks goes on in the next line. */
export const GOES_ON = 'goes on'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const WHOLE = /^([+-]?\d+)[iu]$/
const TRUTH: Readonly<Record<string, boolean>> = {
  ...{ t: true, T: true, true: true, True: true, TRUE: true },
  ...{ f: false, F: false, false: false, False: false, FALSE: false },
}

/** Cells of a line; `GOES_ON`, or a sentence on what is wrong with it. */
export function readLine(line: string): LineCells | typeof GOES_ON | { readonly problem: string } {
  const cells = new Map<string, HistoryCell>()
  const key = upTo(line, 0, ' ')
  const [measurement = '', ...tags] = split(line.slice(0, key), ',')
  if (measurement === '') return { problem: 'has no measurement' }
  cells.set(MEASUREMENT_COLUMN, plain(measurement))
  for (const tag of tags) {
    const at = upTo(tag, 0, '=')
    if (at === tag.length) return { problem: `has a tag without a value: ${tag}` }
    cells.set(plain(tag.slice(0, at)), plain(tag.slice(at + 1)))
  }
  let at = key + 1
  for (;;) {
    const equals = upTo(line, at, '=')
    if (equals >= line.length || equals === at)
      return { problem: 'has no field: measurement,tags field=value time is expected' }
    const name = plain(line.slice(at, equals))
    const end = line[equals + 1] === '"' ? pastQuoted(line, equals + 1) : endOfBare(line, equals + 1)
    if (end === null) return GOES_ON
    const value = fieldValue(line.slice(equals + 1, end))
    if (value === undefined) return { problem: `has a field that is no value: ${name}` }
    cells.set(name, value)
    at = end + 1
    if (line[end] === ',') continue
    const time = line.slice(end).trim()
    if (!/^-?\d*$/.test(time)) return { problem: `has a time that is no whole number: ${time}` }
    cells.set(TIME_COLUMN, time === '' ? null : time)
    return cells
  }
}

/**
 * Position of the first such sign that no backslash stands before; the end of the text without one. Names do not escape the
 * backslash itself: two of them and a comma are a backslash and a comma.
 */
function upTo(text: string, from: number, sign: string): number {
  let at = text.indexOf(sign, from)
  while (at > from && text[at - 1] === '\\') at = text.indexOf(sign, at + 1)
  return at === -1 ? text.length : at
}

function split(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  for (let from = 0; from <= text.length; ) {
    const end = upTo(text, from, sign)
    parts.push(text.slice(from, end))
    from = end + 1
  }
  return parts
}

/** Position behind the text in quotation marks that begins at `start`; null when it does not end here. */
function pastQuoted(line: string, start: number): number | null {
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === '"') return at + 1
  }
  return null
}

function endOfBare(line: string, start: number): number {
  for (let at = start; at < line.length; at++) if (line[at] === ',' || line[at] === ' ') return at
  return line.length
}

function fieldValue(text: string): HistoryCell {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(["\\])/g, '$1')
  if (NUMBER.test(text)) return Number(text)
  // As text: a double would round a whole number of 64 bits.
  const whole = WHOLE.exec(text)?.[1]
  if (whole !== undefined) return whole
  return Object.hasOwn(TRUTH, text) ? TRUTH[text] : undefined
}

/** A backslash counts only before these signs; anywhere else it stands for itself. */
function plain(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,= ])/g, '$1') : text
}
