import { words } from '../settings.js'
import { Icon } from './icon.js'

interface ErrorProps {
  readonly title: string
  readonly detail: string
  readonly onRetry: () => void
}

/** An error belongs to its card: what failed, what the gateway said, and the way to try again. */
export function ErrorBody({ title, detail, onRetry }: ErrorProps) {
  const w = words()
  return (
    <div class="error" role="alert">
      <p class="error-title">
        <Icon name="alert" />
        {title}
      </p>
      <p>
        {detail} {detail !== w.error.noAnswer && w.error.others}
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
