import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { EventsAnswer } from '../../../src/views/wire/records.js'
import type { PlantStatesAnswer } from '../../../src/views/wire/states.js'
import { type Answer, get, queryOf } from '../gateway/api.js'
import type { Span } from '../series/points.js'
import { generation, nowMs, route } from '../state.js'
import { rangeParameter, reachesNow, spanOfRange } from '../time/range.js'
import { intervalsIn, type Remark, remarkOf, type StateInterval } from './gantt.js'

/** The longest interval of which the gateway tells the states of a whole plant. */
export const STATES_SPAN_MAX_MS = 49 * HOUR_MS
const STATES_EVERY_MS = 30_000
const REMARKS_EVERY_MS = 60_000
/** More than that nobody reads on a bar: the first of the span are shown. */
const REMARKS_MAX = 500
/** A stop that reaches into the span may have begun before it, and its reason with it. */
const REASONS_BEFORE_MS = 7 * DAY_MS

interface MachineStates {
  readonly intervals: readonly StateInterval[]
  /** There are older ones in the span that are not told. */
  readonly isCut: boolean
}

export interface PlantStates {
  /** Key of what it was asked for: the plant and the range in words of the address. */
  readonly key: string
  readonly span: Span
  readonly byDevice: ReadonlyMap<string, MachineStates>
}

interface Known {
  /** Loaded states stand while newer ones are asked for. */
  readonly states: ReadonlySignal<Answer<PlantStates>>
  /** Reason why the states could not be read again; '' while they are new. */
  readonly problem: ReadonlySignal<string>
  readonly retry: () => void
}

/** Steps of the clock while the page's range reaches now, else always 0. */
export function useSteps(zone: string, everyMs: number): number {
  const range = route.value.range
  const isLive = reachesNow(range, zone, nowMs.peek())
  const step = useSignal(0)
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(() => {
      if (!document.hidden) step.value++
    }, everyMs)
    return () => clearInterval(timer)
  }, [isLive, everyMs])
  return step.value
}

/** To whole steps around it: pages that look at the same range ask for the same, and the gateway makes it once. */
function rounded({ fromMs, toMs }: Span): Span {
  return {
    fromMs: Math.floor(fromMs / STATES_EVERY_MS) * STATES_EVERY_MS,
    toMs: Math.ceil(toMs / STATES_EVERY_MS) * STATES_EVERY_MS,
  }
}

/** States of all machines of a plant over the page's range, again every 30 s while it reaches now. */
export function useStates(plant: string, zone: string, isWanted: boolean): Known {
  const { range } = route.value
  const key = `${plant}|${rangeParameter(range)}`
  const states = useSignal<Answer<PlantStates>>({ kind: 'loading' })
  const problem = useSignal('')
  const tries = useSignal(0)
  const step = useSteps(zone, STATES_EVERY_MS)
  useEffect(() => {
    if (!isWanted || generation.value === 0) return
    let isCurrent = true
    const before = states.peek()
    if (before.kind === 'failed' || (before.kind === 'loaded' && before.value.key !== key)) {
      states.value = { kind: 'loading' }
    }
    const span = spanOfRange(range, zone, nowMs.peek())
    const query = new URLSearchParams(queryOf(rounded(span)))
    void get<PlantStatesAnswer>(`/plants/${encodeURIComponent(plant)}/states?${query}`).then((answer) => {
      if (!isCurrent || answer.kind === 'loading') return
      problem.value = answer.kind === 'failed' ? answer.detail : ''
      if (answer.kind === 'failed') {
        if (states.peek().kind !== 'loaded') states.value = answer
        return
      }
      const machines = answer.value.devices.map(
        ({ device, segments, truncated }) =>
          [device, { intervals: intervalsIn(segments, span), isCut: truncated }] as const,
      )
      states.value = { kind: 'loaded', value: { key, span, byDevice: new Map(machines) } }
    })
    return () => {
      isCurrent = false
    }
  }, [key, zone, isWanted, generation.value, step, tries.value])
  return { states, problem, retry: () => tries.value++ }
}

/** Remarks of people on the machines of a plant in the page's range; `again` asks anew. */
export function useRemarks(plant: string, zone: string, isWanted: boolean) {
  const { range } = route.value
  const remarks = useSignal<readonly Remark[]>([])
  const tries = useSignal(0)
  const step = useSteps(zone, REMARKS_EVERY_MS)
  useEffect(() => {
    if (!isWanted || generation.value === 0) return
    let isCurrent = true
    const span = spanOfRange(range, zone, nowMs.peek())
    const before = { fromMs: span.fromMs - REASONS_BEFORE_MS, toMs: span.fromMs }
    const kinds = [
      ['downtime_reason', before],
      ['downtime_reason', span],
      ['comment', span],
    ] as const
    const asked = kinds.map(([type, of]) => {
      const query = new URLSearchParams({ type, ...queryOf(of), limit: String(REMARKS_MAX) })
      return get<EventsAnswer>(`/plants/${encodeURIComponent(plant)}/events?${query}`)
    })
    void Promise.all(asked).then((answers) => {
      // Marks stand until there are others: without them the bars still say what was.
      if (!isCurrent || answers.some(({ kind }) => kind !== 'loaded')) return
      remarks.value = answers.flatMap((answer) => (answer.kind === 'loaded' ? answer.value.items.map(remarkOf) : []))
    })
    return () => {
      isCurrent = false
    }
  }, [plant, rangeParameter(range), zone, isWanted, generation.value, step, tries.value])
  return { remarks, again: () => tries.value++ }
}
