import { effect, type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Wanted } from './feed.js'
import { connection, openFeed, streams } from './state.js'

export interface Live {
  /** The first snapshot has been taken: what is not there then, the gateway does not have. */
  readonly hasSnapshot: ReadonlySignal<boolean>
  /** What the gateway said when it did not take what was asked for; null when it did. */
  readonly problem: ReadonlySignal<string | null>
}

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
    const feed = openFeed({
      wanted,
      onMessage: (message) => {
        if (message.type === 'error') problem.value = message.detail
        if (message.type !== 'snapshot' && message.type !== 'update') return
        streams.offer(message.points)
        if (message.type !== 'snapshot') return
        streams.flush()
        hasSnapshot.value = true
        onSnapshot?.()
      },
      // The page's own feed says what there is to say of the connection.
      onConnection: () => undefined,
    })
    feed.start()
    const unfollow = effect(() => {
      if (connection.value.kind === 'lost') feed.lost()
    })
    return () => {
      unfollow()
      feed.stop()
    }
  }, [JSON.stringify(wanted)])
  return { hasSnapshot, problem }
}
