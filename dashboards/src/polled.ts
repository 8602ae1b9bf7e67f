import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { systemClock } from '../../src/base/clock.js'
import { type Answer, get } from './api.js'

/**
 * What a path answers, asked again every `everyMs` while the page is visible. What was there stays when a later try
 * fails: the banner says that the connection is gone. `null` asks nothing.
 */
export function usePolled<T>(path: string | null, everyMs: number): ReadonlySignal<Answer<T>> & { again(): void } {
  const answer = useSignal<Answer<T>>({ kind: 'loading' })
  const tries = useSignal(0)
  useEffect(() => {
    if (path === null) return
    const stopping = new AbortController()
    answer.value = answer.peek().kind === 'loaded' ? answer.peek() : { kind: 'loading' }
    void (async () => {
      while (!stopping.signal.aborted) {
        if (!document.hidden || answer.peek().kind === 'loading') {
          const next = await get<T>(path)
          if (stopping.signal.aborted) return
          if (next.kind === 'loaded' || answer.peek().kind !== 'loaded') answer.value = next
        }
        await systemClock.sleep(everyMs, stopping.signal)
      }
    })()
    return () => stopping.abort()
  }, [path, everyMs, tries.value])
  return Object.assign(answer, { again: () => void tries.value++ })
}
