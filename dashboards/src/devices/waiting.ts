import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { RejectReason } from '../../../src/base/reasons.js'
import { parseTopic } from '../../../src/base/topic.js'
import type { QuarantineAnswer, QuarantineItem, RetryAnswer } from '../../../src/base/wire.js'
import { type Answer, get, post } from '../gateway/api.js'
import { useRepeated } from '../gateway/polled.js'
import { keyOf } from './list.js'
import { merged, RETRY_MAX, totalOf } from './quarantine.js'

const PAGE = 50
const RETRY_PAGE = 200
const EVERY_MS = 4_000
/** Reasons that are not in the newest page are asked for less often, and a few messages of each. */
const RARE_EVERY = 5
const RARE_PAGE = 10
/** More than that nobody reads; what is older is asked for by reason or device. */
const ITEMS_MAX = 2_000

export interface Waiting {
  /** The list shows messages of this plant and device alone; null stands for all. */
  readonly plant: string | null
  readonly device: string | null
  readonly items: Signal<readonly QuarantineItem[]>
  /** There are older ones. */
  readonly hasMore: ReadonlySignal<boolean>
  /** The waiting messages are counted by reason, whether or not the page has read them. */
  readonly totals: ReadonlySignal<QuarantineAnswer['waiting']>
  /** Dismissed messages are counted as long as they are kept. */
  readonly dismissed: ReadonlySignal<number>
  readonly state: ReadonlySignal<Answer<null>>
  readonly more: () => Promise<void>
  /** Messages of one reason, or of all, read or not: the newest, as many as one retry takes. */
  readonly allOf: (reason: RejectReason | null, signal: AbortSignal) => Promise<readonly QuarantineItem[]>
  /** One has gone through. */
  readonly remove: (item: QuarantineItem) => void
  /** Reads it anew, from the newest on. */
  readonly ask: () => void
}

/** Messages that wait in quarantine, of one device or of all, the newest first and as far back as the reader has asked. */
export function useWaiting(plant: string | null, device: string | null): Waiting {
  const { items, next, hasMore, totals, dismissed, state } = useWaitingSignals()
  const tries = useSignal(0)
  const isAnew = useRef(false)
  // A page that was asked for of another plant or device is not taken, whoever still holds its `more`.
  const of = useMemo(() => new AbortController(), [plant, device])

  const page: ReadPage = (cursor, more = {}) => readPage({ plant, device }, cursor, more)
  const follow = (cursor: string | null) => {
    next.value = cursor
    hasMore.value = cursor !== null && items.value.length < ITEMS_MAX
  }

  useEffect(() => {
    items.value = []
    totals.value = {}
    dismissed.value = 0
    follow(null)
    state.value = { kind: 'loading' }
    return () => of.abort()
  }, [of])

  useRepeated(
    () => {
      let round = 0
      return async (gone) => {
        const answer = await page(null)
        if (gone.aborted) return
        if (answer.kind === 'loaded') {
          const { items: newest, next: cursor } = answer.value
          const before = isAnew.current ? [] : olderThan(answer.value, items.value)
          const isWhole = cursor === null
          const rare = isWhole || round++ % RARE_EVERY !== 0 ? [] : await rareOnes(page, answer.value)
          if (gone.aborted) return
          items.value = merged(merged(newest, before), rare)
          totals.value = answer.value.waiting
          dismissed.value = totalOf(answer.value.dismissed ?? {})
          if (before.length === 0) follow(cursor)
          isAnew.current = false
          state.value = { kind: 'loaded', value: null }
        } else if (state.peek().kind !== 'loaded' && answer.kind === 'failed') state.value = answer
      }
    },
    EVERY_MS,
    [plant, device, tries.value],
  )

  const more = async () => {
    const from = next.value
    if (from === null || of.signal.aborted) return
    const answer = await page(from)
    if (of.signal.aborted || answer.kind !== 'loaded') return
    items.value = merged(items.value, answer.value.items)
    follow(answer.value.next)
  }
  const allOf = (reason: RejectReason | null, signal: AbortSignal) => readAll(page, reason, signal)
  const remove = ({ id, reason }: QuarantineItem) => {
    items.value = items.value.filter((item) => item.id !== id)
    totals.value = { ...totals.value, [reason]: Math.max(0, (totals.value[reason] ?? 0) - 1) }
  }
  /** Anew: of what was read long ago, some may have gone through since. */
  const ask = () => {
    isAnew.current = true
    tries.value++
  }
  return { items, hasMore, totals, dismissed, plant, device, state, more, allOf, remove, ask }
}

function useWaitingSignals() {
  return {
    items: useSignal<readonly QuarantineItem[]>([]),
    next: useSignal<string | null>(null),
    hasMore: useSignal(false),
    totals: useSignal<QuarantineAnswer['waiting']>({}),
    dismissed: useSignal(0),
    state: useSignal<Answer<null>>({ kind: 'loading' }),
  }
}

type ReadPage = (cursor: string | null, more?: Readonly<Record<string, string>>) => Promise<Answer<QuarantineAnswer>>

function readPage(
  { plant, device }: Pick<Waiting, 'plant' | 'device'>,
  cursor: string | null,
  more: Readonly<Record<string, string>>,
): Promise<Answer<QuarantineAnswer>> {
  const query = new URLSearchParams({ limit: String(PAGE), ...more })
  if (plant !== null) query.set('plant', plant)
  if (device !== null) query.set('device', device)
  if (cursor !== null) query.set('cursor', cursor)
  return get<QuarantineAnswer>(`/quarantine?${query}`)
}

/** Items older than the newest page stay; of the others, those that are not in it have gone through. */
function olderThan({ items: newest, next }: QuarantineAnswer, known: readonly QuarantineItem[]) {
  const oldest = newest.at(-1)
  if (oldest === undefined || next === null) return []
  return known.filter(({ received_at: at }) => Date.parse(at) < Date.parse(oldest.received_at))
}

/** Reads messages of reasons that the newest page does not hold: one device that floods it must not hide them. */
async function rareOnes(page: ReadPage, { items: newest, waiting }: QuarantineAnswer): Promise<QuarantineItem[]> {
  const absent = Object.entries(waiting).filter(
    ([reason, n]) => n > 0 && !newest.some((item) => item.reason === reason),
  )
  const pages = await Promise.all(absent.map(([reason]) => page(null, { reason, limit: String(RARE_PAGE) })))
  return pages.flatMap((answer) => (answer.kind === 'loaded' ? answer.value.items : []))
}

async function readAll(page: ReadPage, reason: RejectReason | null, signal: AbortSignal): Promise<QuarantineItem[]> {
  const found: QuarantineItem[] = []
  let cursor: string | null = null
  do {
    const answer = await page(cursor, { ...(reason === null ? {} : { reason }), limit: String(RETRY_PAGE) })
    if (answer.kind !== 'loaded') break
    found.push(...answer.value.items)
    cursor = answer.value.next
  } while (cursor !== null && found.length < RETRY_MAX && !signal.aborted)
  return found
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
