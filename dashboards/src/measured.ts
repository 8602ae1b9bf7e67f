import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { EventItem, EventsAnswer } from '../../src/base/records.js'
import { type Answer, get, queryOf } from './api.js'
import type { Span } from './points.js'
import { generation } from './state.js'

const PAGE = 2_000
/** Pages that are asked for: what lies behind them is not counted, and the card says so. */
const PAGES_MAX = 5

export interface Measured {
  readonly events: readonly EventItem[]
  /** There are more behind them. */
  readonly isCut: boolean
}

/** Values that were measured on parts in a span, oldest first; `null` asks for none. */
export function useMeasured(plant: string, span: Span | null, step: number) {
  const measured = useSignal<Answer<Measured>>({ kind: 'loading' })
  const tries = useSignal(0)
  useEffect(() => {
    if (span === null || generation.value === 0) return
    let isCurrent = true
    void measuredIn(plant, span).then((answer) => {
      if (isCurrent && (answer.kind === 'loaded' || measured.peek().kind !== 'loaded')) measured.value = answer
    })
    return () => {
      isCurrent = false
    }
  }, [plant, span?.fromMs, span?.toMs, generation.value, step, tries.value])
  return { measured, retry: () => tries.value++ }
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
