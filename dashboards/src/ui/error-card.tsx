import { useEffect, useRef } from 'preact/hooks'
import { systemClock } from '../../../src/base/clock.js'
import { words } from '../settings.js'
import { Icon } from './icon.js'

interface ErrorProps {
  readonly title: string
  readonly detail: string
  readonly onRetry: () => void
}

/** Time after which what had no answer is asked again, ms. */
const AGAIN_MS = 15_000

/** Asks again by itself where no answer came: before a page on a wall there is nobody to press the button. */
function useAgain(isUnanswered: boolean, again: () => void): void {
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    if (!isUnanswered) return
    const gone = new AbortController()
    void systemClock.sleep(AGAIN_MS, gone.signal).then(() => {
      if (!gone.signal.aborted) latest.current()
    })
    return () => gone.abort()
  }, [isUnanswered])
}

/** An error belongs to its card: what failed, what the gateway said, and the way to try again. */
export function ErrorBody({ title, detail, onRetry }: ErrorProps) {
  const w = words()
  const isUnanswered = detail === w.error.noAnswer
  useAgain(isUnanswered, onRetry)
  return (
    <div class="error" role="alert">
      <p class="error-title">
        <Icon name="alert" />
        {title}
      </p>
      <p>
        {detail} {!isUnanswered && w.error.others}
      </p>
      <button type="button" class="button" onClick={onRetry}>
        <Icon name="retry" size={14} />
        {w.error.retry}
      </button>
    </div>
  )
}

/** A page or a subject that could not be read at all: the error is its only card. */
export function ErrorCard(props: ErrorProps) {
  return (
    <section class="card">
      <ErrorBody {...props} />
    </section>
  )
}
