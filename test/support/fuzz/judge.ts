import { isMetricClass, isMetricName, METRICS } from '../../../src/base/metrics.js'
import { QUALITIES } from '../../../src/base/quality.js'
import type { ReadingBlock } from '../../../src/base/reading-block.js'
import { REJECT_REASONS } from '../../../src/base/reasons.js'
import { type DevicePath, isId } from '../../../src/base/topic.js'
import type { DecodedMessage, DeviceShare } from '../../../src/decode/decoded-message.js'
import type { BytesIncoming } from '../../../src/decode/dialect.js'
import { MAGNITUDE_MAX, STATE_CHARS_MAX } from '../../../src/decode/metric.js'
import { isStorable } from '../../../src/decode/text.js'
import { AHEAD_MAX_MS } from '../../../src/decode/time.js'

/** A sentence that a person reads, however long what came was. */
const DETAIL_CHARS_MAX = 1000
const NAME_CHARS_MAX = 128
const OLDEST_MS = Date.UTC(2000, 0, 1)
const UNIT_CHARS_MAX = 32
const DATE_MS_MAX = 8.64e15

/** Says what is wrong with the outcome of a message, whatever message it was; null when nothing is. */
export function complaint(
  message: BytesIncoming,
  taken: DecodedMessage,
  block: ReadingBlock,
  from: number,
): string | null {
  const parts: readonly DeviceShare[] = [taken, ...taken.others]
  for (let row = from; row < block.length; row++) {
    const wrong = rowComplaint(message, block, row)
    if (wrong !== null) return `row ${row - from}: ${wrong}`
  }
  const rejections = parts.flatMap(({ rejected }) => rejected)
  if (!taken.isDecoded && rejections.length === 0) return 'it is neither decoded nor rejected'
  for (const { reason, detail, index, metric = '', ts } of rejections) {
    if (!Object.hasOwn(REJECT_REASONS, reason)) return `the reason ${reason} is not known`
    if (detail === '' || detail.length > DETAIL_CHARS_MAX)
      return `a detail has ${detail.length} characters: ${detail.slice(0, 200)}`
    if (metric.length > NAME_CHARS_MAX) return `a rejection names a metric of ${metric.length} characters`
    if (!(Number.isInteger(index) && index >= 0)) return `a rejection is of element ${index}`
    if (ts !== undefined && !(Math.abs(ts) <= DATE_MS_MAX)) return `a rejection is of ${ts}, which is no time`
  }
  return partsComplaint(parts, block, from)
}

function rowComplaint({ arrivedAt }: BytesIncoming, block: ReadingBlock, row: number): string | null {
  const { plant, line, device, class: under, metric, unit } = block.sources[row]!
  const ts = block.ts[row]!
  const value = block.valueOf(row)
  const known = METRICS.get(metric)
  if (![plant, line, device].every(isId)) return `${plant}/${line}/${device} is no place`
  if (!isMetricClass(under) || !(known?.classes.includes(under) ?? true)) return `${metric} stands under ${under}`
  if (!isMetricName(metric)) return `${metric} is no metric name`
  if (!isStorable(unit, UNIT_CHARS_MAX) || (known !== undefined && unit !== known.unit))
    return `${metric} is in ${unit}`
  if (!Number.isInteger(ts) || ts < OLDEST_MS || ts > arrivedAt + AHEAD_MAX_MS) return `${ts} is no time for a reading`
  if (!(QUALITIES[block.quality[row]!] !== undefined)) return `${block.quality[row]} is no quality`
  if (block.receivedAt[row] !== arrivedAt) return 'it did not come when it came'
  if (block.assumed[row] === 1 && ts !== arrivedAt) return 'its time is assumed, and not that of the arrival'
  if (typeof value === 'string') {
    return known?.kind === 'state' && isStorable(value, STATE_CHARS_MAX) ? null : `${metric} is the word ${value}`
  }
  const [min, max] = known?.possible ?? [-MAGNITUDE_MAX, MAGNITUDE_MAX]
  const isPossible = Math.abs(value) <= MAGNITUDE_MAX && value >= min && value <= max && !Object.is(value, -0)
  return isPossible ? null : `${metric} is ${Object.is(value, -0) ? '-0' : value}`
}

/** Says where the statements about each device differ from the rows of the block; null when nowhere. */
function partsComplaint(parts: readonly DeviceShare[], block: ReadingBlock, from: number): string | null {
  const names = parts.flatMap(({ path }) => (path === null ? [] : [nameOf(path)]))
  if (new Set(names).size !== names.length) return `a device has two parts: ${names.join(' ')}`
  let readings = 0
  for (const part of parts) {
    const rows: number[] = []
    for (let row = from; row < block.length; row++) {
      if (part.path !== null && nameOf(block.sources[row]!) === nameOf(part.path)) rows.push(row)
    }
    readings += part.readings
    if (part.readings !== rows.length)
      return `${part.readings} readings are said to be of a device that has ${rows.length}`
    const counts = new Map<string, number>()
    for (const row of rows) {
      const { class: under } = block.sources[row]!
      counts.set(under, (counts.get(under) ?? 0) + 1)
    }
    const said = part.byClass ?? new Map(part.class === null || rows.length === 0 ? [] : [[part.class, part.readings]])
    if (JSON.stringify([...said].sort()) !== JSON.stringify([...counts].sort())) return 'the classes are counted wrong'
    const newest = (of: readonly number[]) => of.reduce((most, ts) => Math.max(most, ts), -Infinity)
    const events = part.events.map(({ ts }) => ts)
    if (part.newestTs !== newest([...rows.map((row) => block.ts[row]!), ...events])) return 'the newest time is another'
    if (part.newestSentTs !== newest(rows.filter((row) => block.assumed[row] === 0).map((row) => block.ts[row]!)))
      return 'the newest time sent is another'
  }
  return readings === block.length - from
    ? null
    : `${readings} readings are said to be there, ${block.length - from} are`
}

function nameOf({ plant, line, device }: DevicePath): string {
  return `${plant}/${line}/${device}`
}
