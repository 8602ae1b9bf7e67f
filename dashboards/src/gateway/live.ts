import { effect, type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { connection, openFeed, streams } from '../state.js'
import type { Feed, Wanted } from './feed.js'
import { covers, mergedWanted } from './wanted.js'

/** Connections beside that of the page, however many cards there are. */
const FEEDS_MAX = 3

export interface Live {
  /** The first snapshot has been taken: what is not there then, the gateway does not have. */
  readonly hasSnapshot: ReadonlySignal<boolean>
  /** Words of the gateway when it did not take what was asked for; null when it did. */
  readonly problem: ReadonlySignal<string | null>
}

/** Subscription of one card, with the calls that tell it of the answer. */
interface Listener {
  readonly wanted: Wanted
  readonly onSnapshot: () => void
  readonly onProblem: (detail: string) => void
}

/** A feed that cards share. */
interface Shared {
  readonly feed: Feed
  wanted: Wanted
  hasSnapshot: boolean
  readonly listeners: Set<Listener>
  readonly stop: () => void
}

const listeners = new Set<Listener>()
const feeds = new Set<Shared>()
let isDue = false

/**
 * Streams that a card shows beside those of its page, for as long as it is shown; null for none. `onSnapshot` is
 * called for each snapshot: what was read of history before it may have a hole.
 */
export function useLive(wanted: Wanted | null, onSnapshot?: () => void): Live {
  const hasSnapshot = useSignal(false)
  const problem = useSignal<string | null>(null)
  useEffect(() => {
    hasSnapshot.value = wanted === null
    problem.value = null
    if (wanted === null) return
    const listener: Listener = {
      wanted,
      onSnapshot: () => {
        hasSnapshot.value = true
        problem.value = null
        onSnapshot?.()
      },
      onProblem: (detail) => {
        problem.value = detail
      },
    }
    listeners.add(listener)
    shareSoon()
    return () => {
      listeners.delete(listener)
      shareSoon()
    }
  }, [JSON.stringify(wanted)])
  return { hasSnapshot, problem }
}

/** Cards of a page come and go together: what they want is put together once they all have. */
function shareSoon(): void {
  if (isDue) return
  isDue = true
  queueMicrotask(() => {
    isDue = false
    share()
  })
}

function share(): void {
  for (const shared of feeds) {
    for (const one of shared.listeners) if (!listeners.has(one)) shared.listeners.delete(one)
  }
  const added = [...listeners].filter((one) => ![...feeds].some((shared) => shared.listeners.has(one)))
  // Nobody new: what is told too much of is not worth a snapshot.
  if (added.length > 0) {
    const plans = mergedWanted(
      [...listeners].map(({ wanted }) => wanted),
      FEEDS_MAX,
    )
    const free = [...feeds].filter((shared) => !plans.some((plan) => isSame(plan, shared.wanted)))
    for (const shared of feeds) shared.listeners.clear()
    for (const plan of plans) {
      const same = [...feeds].find((shared) => isSame(plan, shared.wanted))
      const shared = same ?? again(free.pop(), plan) ?? begin(plan)
      for (const one of listeners) {
        if (!covers(plan, one.wanted) || [...feeds].some((other) => other.listeners.has(one))) continue
        shared.listeners.add(one)
        if (shared.hasSnapshot && added.includes(one)) one.onSnapshot()
      }
    }
  }
  for (const shared of feeds) if (shared.listeners.size === 0) shared.stop()
}

const isSame = (one: Wanted, other: Wanted) => JSON.stringify(one) === JSON.stringify(other)

function again(shared: Shared | undefined, wanted: Wanted): Shared | undefined {
  if (shared === undefined) return undefined
  shared.wanted = wanted
  shared.hasSnapshot = false
  shared.feed.want(wanted)
  return shared
}

function begin(wanted: Wanted): Shared {
  const feed = openFeed({
    wanted,
    onMessage: (message) => {
      if (message.type === 'error') for (const one of shared.listeners) one.onProblem(message.detail)
      if (message.type !== 'snapshot' && message.type !== 'update') return
      streams.offer(message.points)
      if (message.type !== 'snapshot') return
      streams.flush()
      shared.hasSnapshot = true
      for (const one of shared.listeners) one.onSnapshot()
    },
    // The page's own feed says what there is to say of the connection.
    onConnection: () => undefined,
  })
  const unfollow = effect(() => {
    if (connection.value.kind === 'lost') feed.lost()
  })
  const shared: Shared = {
    feed,
    wanted,
    hasSnapshot: false,
    listeners: new Set(),
    stop: () => {
      feeds.delete(shared)
      unfollow()
      feed.stop()
    },
  }
  feeds.add(shared)
  feed.start()
  return shared
}
