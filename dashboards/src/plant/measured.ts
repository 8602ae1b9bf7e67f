import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { EventItem } from '../../../src/base/records.js'
import type { EventsAnswer } from '../../../src/views/wire/records.js'
import { type Answer, get, queryOf } from '../gateway/api.js'
import { type Asked, answerTo } from '../gateway/polled.js'
import type { Span } from '../series/points.js'
import { generation } from '../state.js'
import { type Measured, withLater } from './quality.js'

const PAGE = 2_000
/** Pages that are asked for: what lies behind them is not counted, and the card says so. */
const PAGES_MAX = 5

/** So far back it is read again: what arrives a little late is not missed. */
const OVERLAP_MS = 10 * 60_000

/** Values that were measured on parts in a span, oldest first; `null` asks for none. */
export function useMeasured(plant: string, span: Span | null, step: number) {
  const key = span === null ? '' : `${plant}|${span.fromMs}|${span.toMs}`
  const kept = useSignal<Asked<Measured>>({ key: '', answer: { kind: 'loading' } })
  const readIn = useRef(0)
  const tries = useSignal(0)
  useEffect(() => {
    if (span === null || generation.value === 0) return
    let isCurrent = true
    const before = answerTo(key, kept.peek())
    // After a break of the feed all of it is read: what was missed may lie anywhere.
    const currentGeneration = generation.value
    const known = before.kind === 'loaded' && readIn.current === currentGeneration ? before.value : null
    const last = known?.events.at(-1)
    const fromMs = last === undefined ? span.fromMs : Math.max(span.fromMs, Date.parse(last.ts) - OVERLAP_MS)
    void measuredIn(plant, { fromMs, toMs: span.toMs }).then((answer) => {
      if (!isCurrent) return
      if (answer.kind === 'loaded') {
        readIn.current = currentGeneration
        const value = known === null ? answer.value : withLater(known, answer.value)
        kept.value = { key, answer: { kind: 'loaded', value } }
      } else if (before.kind !== 'loaded') kept.value = { key, answer }
    })
    return () => {
      isCurrent = false
    }
  }, [key, generation.value, step, tries.value])
  return { measured: answerTo(key, kept.value), retry: () => tries.value++ }
}

async function measuredIn(plant: string, span: Span): Promise<Answer<Measured>> {
  const events: EventItem[] = []
  let next: string | null = null
  for (let page = 0; page < PAGES_MAX; page++) {
    const query: URLSearchParams = new URLSearchParams({
      type: 'measure',
      ...queryOf(span),
      limit: String(PAGE),
      ...(next === null ? {} : { cursor: next }),
    })
    const answer: Answer<EventsAnswer> = await get(`/plants/${encodeURIComponent(plant)}/events?${query}`)
    if (answer.kind !== 'loaded') return answer
    events.push(...answer.value.items)
    next = answer.value.next
    if (next === null) break
  }
  return { kind: 'loaded', value: { events, isCut: next !== null } }
}
