import type { EventItem } from '../../../src/base/records.js'
import type { EventsAnswer, RestatementItem, RestatementsAnswer } from '../../../src/views/wire/records.js'
import { type Answer, getPages, queryOf } from '../gateway/api.js'
import { memberOf, type Span, type Stream } from '../series/points.js'

/** Event at one instant, as a flag on the axis of time. */
export interface Note {
  readonly ms: number
  readonly event: EventItem
}

/** Events that are told of on a chart. */
const NOTE_TYPES = ['comment', 'downtime_reason', 'order', 'meter_replaced', 'cems_calibration'] as const

/** More flags than that cover the axis; the newest stay. */
const NOTES_MAX = 200

/** Number of spans of plants whose events are kept, for the other charts of a page and the way back. */
const READ_MAX = 24
const read = new Map<string, Promise<readonly EventItem[]>>()

/** Events in a span at a plant; read once for all its charts, and once a minute where it reaches now (`minute`). */
export function eventsOf(plant: string, span: Span, minute: number | null): Promise<readonly EventItem[]> {
  const key = `${plant} ${span.fromMs} ${span.toMs} ${minute}`
  let events = read.get(key)
  if (events === undefined) {
    const asked = getEvents(plant, span)
    events = asked.then(({ found }) => found)
    read.set(key, events)
    const kept = events
    // Events that could not all be read are asked for again by whoever comes next.
    void asked.then(({ isWhole }) => {
      if (!isWhole && read.get(key) === kept) read.delete(key)
    })
    for (const oldest of read.keys()) {
      if (read.size <= READ_MAX) break
      read.delete(oldest)
    }
  }
  return events
}

async function getEvents(plant: string, span: Span) {
  const path = `/plants/${encodeURIComponent(plant)}/events`
  const asked = NOTE_TYPES.map((type) => getPages(path, { type, ...queryOf(span) }, ({ items }: EventsAnswer) => items))
  const answers = await Promise.all(asked)
  return { found: answers.flatMap(itemsIn), isWhole: answers.every(({ kind }) => kind === 'loaded') }
}

/** An answer that failed has no flags: the chart says what it can. */
const itemsIn = <T>(answer: Answer<readonly T[]>): readonly T[] => (answer.kind === 'loaded' ? answer.value : [])

/** Notes on a plant, or on the line or device of a stream; oldest first. */
export function notesAmong(
  events: readonly EventItem[],
  { line, device }: Pick<Stream, 'line' | 'device'>,
): readonly Note[] {
  return events
    .filter((e) => (device === undefined || e.device === device) && (line === undefined || e.line === line))
    .map((event) => ({ ms: Date.parse(event.ts), event }))
    .sort((a, b) => a.ms - b.ms)
    .slice(-NOTES_MAX)
}

/**
 * Final figures of a stream in a span that have changed long after, by the start of their window; of several changes
 * the last. They were written after the windows were over, at any time until now.
 */
export async function getRestated(
  stream: Stream,
  span: Span,
  nowMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, RestatementItem>> {
  const path = `/plants/${encodeURIComponent(stream.plant)}/restatements`
  const query = { kpi: stream.kpi, ...queryOf({ fromMs: span.fromMs, toMs: Math.max(nowMs, span.toMs) }) }
  const items = itemsIn(await getPages(path, query, (answer: RestatementsAnswer) => answer.items, signal))
  const { scope, id } = memberOf(stream)
  return new Map(
    items
      .filter((item) => item.scope === scope && item.id === id && item.window === stream.window)
      .map((item) => [Date.parse(item.start), item]),
  )
}
