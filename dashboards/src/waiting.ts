import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { systemClock } from '../../src/base/clock.js'
import { parseTopic } from '../../src/base/topic.js'
import type { QuarantineAnswer, QuarantineItem, RetryAnswer } from '../../src/base/wire.js'
import { type Answer, get, post } from './api.js'
import { keyOf } from './device-list.js'
import { merged } from './quarantine.js'

const PAGE = 50
const EVERY_MS = 4_000
/** More than that nobody reads; what is older is asked for by reason or device. */
const ITEMS_MAX = 2_000

export interface Waiting {
  readonly items: Signal<readonly QuarantineItem[]>
  /** There are older ones. */
  readonly hasMore: ReadonlySignal<boolean>
  readonly state: ReadonlySignal<Answer<null>>
  readonly more: () => Promise<void>
  readonly ask: () => void
}

/** What waits in quarantine, of one device or of all, the newest first and as far back as the reader has asked. */
export function useWaiting(plant: string | null, device: string | null): Waiting {
  const items = useSignal<readonly QuarantineItem[]>([])
  const next = useSignal<string | null>(null)
  const hasMore = useSignal(false)
  const state = useSignal<Answer<null>>({ kind: 'loading' })
  const tries = useSignal(0)

  const page = async (cursor: string | null) => {
    const query = new URLSearchParams({ limit: String(PAGE) })
    if (plant !== null) query.set('plant', plant)
    if (device !== null) query.set('device', device)
    if (cursor !== null) query.set('cursor', cursor)
    return get<QuarantineAnswer>(`/quarantine?${query}`)
  }
  const follow = (cursor: string | null) => {
    next.value = cursor
    hasMore.value = cursor !== null && items.value.length < ITEMS_MAX
  }

  useEffect(() => {
    items.value = []
    follow(null)
    state.value = { kind: 'loading' }
  }, [plant, device])

  useEffect(() => {
    const gone = new AbortController()
    void (async () => {
      while (!gone.signal.aborted) {
        if (!document.hidden) {
          const answer = await page(null)
          if (gone.signal.aborted) return
          if (answer.kind === 'loaded') {
            const { items: newest, next: cursor } = answer.value
            const oldest = newest.at(-1)
            // What is not in the newest page though it is no older than it has gone through.
            const before =
              oldest === undefined || cursor === null
                ? []
                : items.value.filter(({ received_at: at }) => Date.parse(at) < Date.parse(oldest.received_at))
            items.value = merged(newest, before)
            if (before.length === 0) follow(cursor)
            state.value = { kind: 'loaded', value: null }
          } else if (state.peek().kind !== 'loaded' && answer.kind === 'failed') state.value = answer
        }
        await systemClock.sleep(EVERY_MS, gone.signal)
      }
    })()
    return () => gone.abort()
  }, [plant, device, tries.value])

  const more = async () => {
    if (next.value === null) return
    const answer = await page(next.value)
    if (answer.kind !== 'loaded') return
    items.value = merged(items.value, answer.value.items)
    follow(answer.value.next)
  }
  return { items, hasMore, state, more, ask: () => tries.value++ }
}

/** The devices of which something waits. */
export function sendersOf(items: readonly QuarantineItem[]): ReadonlySet<string> {
  return new Set(
    items.flatMap(({ topic }) => {
      const path = parseTopic(topic)
      return 'plant' in path ? [keyOf(path.plant, path.device)] : []
    }),
  )
}

export const retry = (id: string) => post<RetryAnswer>(`/quarantine/${encodeURIComponent(id)}/retry`, {})
