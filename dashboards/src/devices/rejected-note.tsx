import type { QuarantineAnswer } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { Icon } from '../ui/icon.js'
import { totalOf } from './quarantine.js'

const EVERY_MS = 15_000

/** Line that leads to the messages in quarantine: they are no alarm, but somebody should know of them. */
export function RejectedNote() {
  const answer = usePolled<QuarantineAnswer>('/quarantine?limit=1', EVERY_MS)
  const known = answer.value
  const count = known.kind === 'loaded' ? totalOf(known.value.waiting) : 0
  if (count === 0) return null
  return (
    <p class="card well" data-card="rejected">
      <Icon name="alert" />
      <span>{words().quarantine.waits(count, decimal(count, 0, language.value))}</span>
      <a class="needs-all" href={linkTo({ view: 'devices', plant: null })}>
        {words().quarantine.open}
        <Icon name="arrowRight" size={14} />
      </a>
    </p>
  )
}
