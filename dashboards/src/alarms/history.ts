import { batch, effect, type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { DAY_MS } from '../../../src/base/durations.js'
import { type Answer, getAlarms, queryOf } from '../gateway/api.js'
import { generation, minuteMs, nowMs } from '../state.js'
import { type Range, rangeParameter, spanOfRange } from '../time/range.js'
import { isOverBefore } from './groups.js'
import { changedAlarm } from './open.js'
import { AlarmPages } from './pages.js'

const PAGE = '500'

interface AlarmHistory {
  /** The newest first; those that change meanwhile are kept up to date, and what the range has left behind goes. */
  readonly items: readonly AlarmItem[]
  readonly state: Signal<Answer<null>>
  /** True when the range has older alarms that have not been read. */
  readonly hasMore: boolean
  readonly more: () => void
  readonly retry: () => void
}

/** The alarms of a range, be they over or not: raised before its end and not over before its beginning. */
export function useAlarmHistory(plant: string | null, range: Range, zone: string): AlarmHistory {
  const pages = useRef(new AlarmPages()).current
  const items = useSignal<readonly AlarmItem[]>([])
  const state = useSignal<Answer<null>>({ kind: 'loading' })
  const tries = useSignal(0)
  const asked = `${plant}|${zone}|${rangeParameter(range)}`
  const shown = useRef('')
  const currentGeneration = generation.value
  const currentTry = tries.value
  const spanNow = () => spanOfRange(range, zone, nowMs.peek())

  const read = async (cursor: string | null) => {
    const span = spanNow()
    const number = pages.begin()
    const answer = await getAlarms(plant, {
      ...queryOf(span),
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    })
    if (!pages.end(number) || answer.kind === 'loading') return
    if (answer.kind === 'failed') {
      state.value = answer
      return
    }
    pages.take(answer.value, cursor === null, span)
    batch(() => {
      items.value = pages.items
      state.value = { kind: 'loaded', value: null }
    })
  }

  useEffect(() => {
    if (shown.current !== asked) {
      shown.current = asked
      pages.clear()
      items.value = pages.items
      state.value = { kind: 'loading' }
    }
    void read(null)
    let isTold = false
    return effect(() => {
      const changed = changedAlarm.value
      const isNew = isTold
      isTold = true
      if (!isNew || changed === null || (plant !== null && changed.plant !== plant)) return
      pages.changed(changed, spanNow())
      items.value = pages.items
    })
  }, [asked, currentGeneration, currentTry])

  const { fromMs } = spanOfRange(range, zone, minuteMs.value)
  return {
    items: items.value.filter((alarm) => !isOverBefore(alarm, fromMs)),
    state,
    hasMore: pages.next !== null,
    more: () => {
      if (!pages.isReading && pages.next !== null) void read(pages.next)
    },
    retry: () => tries.value++,
  }
}

const PAGES_MAX = 5

/**
 * One alarm by its id, also when it is over; null when there is none of that id. The id ends with the start of the
 * first window outside, and it is raised at the end of one: soon after, at most a month and its delay.
 */
export async function findAlarm(plant: string, id: string): Promise<Answer<AlarmItem | null>> {
  const firstMs = Number(/\.(\d{1,15})$/.exec(id)?.[1] ?? Number.NaN)
  if (Number.isNaN(firstMs)) return { kind: 'loaded', value: null }
  for (const days of [2, 40]) {
    const span = {
      ...queryOf({ fromMs: firstMs, toMs: firstMs + days * DAY_MS }),
      limit: PAGE,
    }
    let cursor: string | null = ''
    for (let page = 0; cursor !== null && page < PAGES_MAX; page++) {
      const answer = await getAlarms(plant, cursor === '' ? span : { ...span, cursor })
      if (answer.kind !== 'loaded') return answer
      const found = answer.value.items.find((item) => item.id === id)
      if (found !== undefined) return { kind: 'loaded', value: found }
      cursor = answer.value.next
    }
  }
  return { kind: 'loaded', value: null }
}
