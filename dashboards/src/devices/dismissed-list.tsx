import { useSignal } from '@preact/signals'
import type { QuarantineAnswer } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { language, words } from '../settings.js'
import { exactText } from '../time/time.js'

interface DismissedProps {
  readonly plant: string | null
  readonly device: string | null
  readonly total: number
  readonly zone: string | undefined
}

const SHOWN_MAX = 100
const EVERY_MS = 20_000

/** Dismissed messages stay listed with who dismissed them, when and why; nothing of them is lost. */
export function DismissedList(props: DismissedProps) {
  const isOpen = useSignal(false)
  const w = words().quarantine.dismissing
  if (props.total === 0) return null
  return (
    <div class="card-foot quarantine-dismissed">
      <button
        type="button"
        class="button is-small is-quiet"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        {w.dismissed(decimal(props.total, 0, language.value))}
      </button>
      {isOpen.value && <Rows {...props} />}
    </div>
  )
}

function Rows({ plant, device, total, zone }: DismissedProps) {
  const w = words().quarantine
  const lang = language.value
  const query = new URLSearchParams({ state: 'dismissed', limit: String(SHOWN_MAX) })
  if (plant !== null) query.set('plant', plant)
  if (device !== null) query.set('device', device)
  const { value: answer } = usePolled<QuarantineAnswer>(`/quarantine?${query}`, EVERY_MS, total)
  if (answer.kind === 'loading') return <p class="faint">{words().loading}</p>
  if (answer.kind === 'failed') return <p role="alert">{answer.detail}</p>
  const here = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <ul data-dismissed={total}>
      {answer.value.items.map(({ id, topic, reason, received_at, dismissed }) => (
        <li key={id}>
          <time class="num faint" dateTime={received_at}>
            {exactText(Date.parse(received_at), here, lang)}
          </time>{' '}
          <strong>{w.reasons[reason]}</strong> <code>{topic}</code>
          {dismissed !== undefined && (
            <p>{w.dismissing.said(dismissed.by, exactText(Date.parse(dismissed.at), here, lang), dismissed.note)}</p>
          )}
        </li>
      ))}
    </ul>
  )
}
