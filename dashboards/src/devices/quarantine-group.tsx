import { useSignal } from '@preact/signals'
import type { QuarantineItem } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { clockSecondsText, dateText, exactText, isSameDay } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { Icon } from '../ui/icon.js'
import { subscripts } from '../ui/text.js'
import { PayloadText } from './payload-text.js'
import { adviceOn, detailOf, devicesOf, RETRY_MAX, type ReasonGroup } from './quarantine.js'
import { isUnnamed } from './text.js'

interface GroupProps {
  readonly group: ReasonGroup
  readonly isOfOne: boolean
  readonly zone: string | undefined
  /** So many wait with this reason, read or not. */
  readonly total: number
  readonly isRunning: boolean
  /** Fault that the last retry of a message found, by the id of the message; '' when that was nothing new. */
  readonly stillWrong: ReadonlyMap<string, string>
  readonly onRetry: (item: QuarantineItem) => void
  readonly onRetryAll: () => void
  readonly onDismiss: (item: QuarantineItem) => void
  readonly onDismissAll: (count: number) => void
}

/** So many messages of one reason are drawn at first. */
const SHOWN_FIRST = 5
/** So many devices are named beside a reason. */
const NAMED_MAX = 3

/** Messages with one reason: what is wrong with the newest, how many there are, and all of them on demand. */
export function QuarantineGroup(props: GroupProps) {
  const { group, isOfOne, zone, total, isRunning, stillWrong, onRetry, onRetryAll, onDismiss, onDismissAll } = props
  const lang = language.value
  const w = words().quarantine
  const isOpen = useSignal(false)
  const shown = useSignal(SHOWN_FIRST)
  const { reason, items } = group
  const newest = items[0]
  if (newest === undefined) return null
  const many = Math.min(total, RETRY_MAX)
  const retryText = many === 1 ? w.retry : w.retryCount(decimal(many, 0, lang))
  const senders = devicesOf(items)
  const hidden = items.length - shown.value
  return (
    <li class="quarantine-group" data-reason={reason}>
      <div class="quarantine-row">
        <span class="quarantine-reason">
          <strong>{w.reasons[reason]}</strong>
          <code>{reason}</code>
        </span>
        <span class="quarantine-detail">
          <DetailText detail={detailOf(newest)} />
          {!isOfOne && senders.length > 0 && (
            <span class="faint">
              {' '}
              {w.fromDevices(senders.slice(0, NAMED_MAX).join(', '), senders.length > NAMED_MAX)}
            </span>
          )}
        </span>
        <span class="quarantine-count num" title={w.messages(total)}>
          {decimal(total, 0, lang)}
        </span>
        <Arrival at={newest.received_at} zone={zone} />
        <span class="quarantine-acts">
          <button
            type="button"
            class="button is-small is-quiet"
            aria-expanded={isOpen.value}
            onClick={() => (isOpen.value = !isOpen.value)}
          >
            {isOpen.value ? w.hide : w.sample}
          </button>
          <ActButton
            right="operate"
            type="button"
            class="button is-small"
            aria-disabled={isRunning}
            aria-label={w.retryOf(w.reasons[reason], retryText)}
            onClick={onRetryAll}
          >
            {retryText}
          </ActButton>
          <ActButton
            right="operate"
            class="button is-small is-quiet"
            aria-disabled={isRunning}
            aria-label={w.dismissing.dismissOf(w.reasons[reason], total)}
            onClick={() => onDismissAll(total)}
          >
            {w.dismissing.dismiss}
          </ActButton>
        </span>
      </div>
      {isOpen.value && (
        <div class="quarantine-items">
          <p class="quarantine-todo">{adviceOn(w, reason, detailOf(newest))}</p>
          {items.slice(0, shown.value).map((item) => (
            <Item
              key={item.id}
              item={item}
              isOfOne={isOfOne}
              zone={zone}
              isRunning={isRunning}
              told={stillWrong.get(item.id)}
              onRetry={() => onRetry(item)}
              onDismiss={() => onDismiss(item)}
            />
          ))}
          {hidden > 0 && (
            <button type="button" class="button is-small" onClick={() => (shown.value += 4 * SHOWN_FIRST)}>
              {w.moreOf(decimal(hidden, 0, lang))}
            </button>
          )}
        </div>
      )}
    </li>
  )
}

/** The fault that the gateway states, in the language of the page where there is a translation. */
function DetailText({ detail }: { readonly detail: string }) {
  const text = words().quarantine.detail(detail)
  return <span lang={text === null ? 'en' : language.value}>{subscripts(text ?? detail)}</span>
}

interface ItemProps {
  readonly item: QuarantineItem
  readonly isOfOne: boolean
  readonly zone: string | undefined
  readonly isRunning: boolean
  readonly told: string | undefined
  readonly onRetry: () => void
  readonly onDismiss: () => void
}

function Item({ item, isOfOne, zone, isRunning, told, onRetry, onDismiss }: ItemProps) {
  const lang = language.value
  const w = words().quarantine
  const facts = [
    words().devices.bytes(decimal(item.size_bytes, 0, lang)),
    ...(isOfOne ? [] : [isUnnamed(item.client) ? words().devices.noClientId : words().devices.fromClient(item.client)]),
  ]
  return (
    <article class="quarantine-item" data-item={item.id}>
      <header>
        <Arrival at={item.received_at} zone={zone} />
        <code class="quarantine-topic">{item.topic}</code>
        <span class="faint num">{facts.join(' · ')}</span>
        <ActButton right="operate" class="button is-small" aria-disabled={isRunning} onClick={onRetry}>
          <Icon name="retry" size={14} />
          {w.retry}
        </ActButton>
        <ActButton right="operate" class="button is-small is-quiet" aria-disabled={isRunning} onClick={onDismiss}>
          {w.dismissing.dismiss}
        </ActButton>
      </header>
      {told !== undefined && (
        <p class="quarantine-still" role="status">
          <Icon name="alert" size={14} />
          {told === '' ? (
            w.stillSame
          ) : (
            <>
              {w.stillWrong} <DetailText detail={told} />
            </>
          )}
        </p>
      )}
      <ul class="quarantine-faults">
        {item.rejections.map((rejection, i) => (
          <li key={i}>
            <code>{rejection.reason}</code>
            {item.count > 1 && <span class="faint"> {w.element(String(rejection.index + 1))}</span>}{' '}
            <DetailText detail={rejection.detail} />
          </li>
        ))}
        {item.count > item.rejections.length && (
          <li class="faint">{w.moreFaults(decimal(item.count - item.rejections.length, 0, lang))}</li>
        )}
      </ul>
      <PayloadText sample={item.sample} sizeBytes={item.size_bytes} />
    </article>
  )
}

/** The time of arrival, with its day when that is not today: of one plant in its zone, of several where the reader is. */
function Arrival({ at, zone }: { readonly at: string; readonly zone: string | undefined }) {
  const lang = language.value
  const here = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const ms = Date.parse(at)
  const now = nowMs.peek()
  return (
    <time class="num quarantine-time" dateTime={at} title={exactText(ms, here, lang)}>
      {isSameDay(ms, now, here) ? '' : `${dateText(ms, { zone: here, language: lang, nowMs: now })} `}
      {clockSecondsText(ms, here, lang)}
    </time>
  )
}
