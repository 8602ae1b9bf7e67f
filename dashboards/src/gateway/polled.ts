import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { systemClock } from '../../../src/base/clock.js'
import { type Answer, get } from './api.js'

/** An answer beside what it was asked for. */
export interface Asked<T> {
  readonly key: string
  readonly answer: Answer<T>
}

/** Answer to what is asked for now; `loading` where the known answer is to anything else, and says nothing of it. */
export function answerTo<T>(key: string, { key: asked, answer }: Asked<T>): Answer<T> {
  return asked === key ? answer : { kind: 'loading' }
}

/**
 * Does something at once, and again every `everyMs` while the page is visible, one after the other; anew when one of
 * `of` changes. `begin` is what is known at the beginning of such a row, and gives what is done each time.
 */
export function useRepeated(
  begin: () => (gone: AbortSignal) => Promise<void>,
  everyMs: number,
  of: readonly unknown[],
): void {
  useEffect(() => {
    const gone = new AbortController()
    const act = begin()
    void (async () => {
      for (let times = 0; !gone.signal.aborted; times++) {
        if (times === 0 || !document.hidden) await act(gone.signal)
        await systemClock.sleep(everyMs, gone.signal)
      }
    })()
    return () => gone.abort()
  }, [everyMs, ...of])
}

interface Polled<T> {
  readonly value: Answer<T>
  /** Asks at once. */
  readonly again: () => void
}

/**
 * Answer of a path, asked again every `everyMs` while the page is visible. What was there stays when a later try fails:
 * the banner says that the connection is gone. Of another path nothing is known before it has answered. `changes`:
 * asked again at once when it is another one.
 */
export function usePolled<T>(path: string, everyMs: number, changes = 0): Polled<T> {
  const kept = useSignal<Asked<T>>({ key: path, answer: { kind: 'loading' } })
  const tries = useSignal(0)
  const known = () => answerTo(path, kept.peek())
  useRepeated(
    () => {
      if (known().kind === 'failed') kept.value = { key: path, answer: { kind: 'loading' } }
      return async (gone) => {
        const answer = await get<T>(path)
        if (gone.aborted) return
        if (answer.kind === 'loaded' || known().kind !== 'loaded') kept.value = { key: path, answer }
      }
    },
    everyMs,
    [path, tries.value, changes],
  )
  return { value: answerTo(path, kept.value), again: () => void tries.value++ }
}
