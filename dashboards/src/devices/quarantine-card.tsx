import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { RejectReason } from '../../../src/base/reasons.js'
import type { QuarantineItem, RetryAnswer } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { ActButton } from '../ui/act-button.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { DismissDialog } from './dismiss-dialog.js'
import { DismissedList } from './dismissed-list.js'
import type { Dismissing } from './dismissing.js'
import { groupsOf, NO_RUN, RETRY_MAX, type RetryRun, retryAll, totalOf } from './quarantine.js'
import { QuarantineGroup } from './quarantine-group.js'
import { retry, type Waiting } from './waiting.js'

interface QuarantineCardProps {
  readonly waiting: Waiting
  /** True for the messages of one device: then its name need not stand at each of them. */
  readonly isOfOne: boolean
  readonly zone?: string
}

/** Fault that a retry found, in words; '' when it is the one that was known before. */
function newFault(item: QuarantineItem, { rejections }: RetryAnswer): string {
  const told = rejections[0]?.detail ?? ''
  return told === item.rejections[0]?.detail ? '' : told
}

/** Messages that could not be used, by reason, and the way to try them again after a fix. */
export function QuarantineCard({ waiting, isOfOne, zone }: QuarantineCardProps) {
  const lang = language.value
  const w = words().quarantine
  const run = useSignal<RetryRun | null>(null)
  const isRunning = useSignal(false)
  const stillWrong = useSignal<ReadonlyMap<string, string>>(new Map())
  const dismissing = useSignal<Dismissing | null>(null)
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])
  const items = waiting.items.value

  const start = async (chosen: () => Promise<readonly QuarantineItem[]>) => {
    if (isRunning.value) return
    isRunning.value = true
    stop.current = new AbortController()
    run.value = NO_RUN
    const onStep = (now: RetryRun, item: QuarantineItem, answer: RetryAnswer | null) => {
      run.value = now
      if (answer?.result === 'rejected')
        stillWrong.value = new Map(stillWrong.value).set(item.id, newFault(item, answer))
      else waiting.remove(item)
    }
    run.value = await retryAll(await chosen(), retry, onStep, stop.current.signal)
    isRunning.value = false
    waiting.ask()
  }
  const dismissAll = (reason: RejectReason | null, count: number) => {
    const { plant, device } = waiting
    const until = items[0]?.received_at
    if (until !== undefined) dismissing.value = { count, reason, plant, device, until }
  }
  const allOf = (reason: RejectReason | null) => start(() => waiting.allOf(reason, stop.current.signal))
  const totals = waiting.totals.value
  const total = totalOf(totals)
  return (
    <section class="card quarantine" aria-label={w.title} data-card="quarantine">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        {total > 1 && (
          <span class="card-tools">
            <ActButton
              right="operate"
              type="button"
              class="button is-small"
              aria-disabled={isRunning.value}
              onClick={() => void allOf(null)}
            >
              <Icon name="retry" size={14} />
              {w.retryAll(decimal(Math.min(total, RETRY_MAX), 0, lang))}
            </ActButton>
            <ActButton
              right="operate"
              class="button is-small is-quiet"
              aria-disabled={isRunning.value}
              onClick={() => dismissAll(null, total)}
            >
              {w.dismissing.dismissAll(decimal(total, 0, lang))}
            </ActButton>
          </span>
        )}
      </header>
      <Progress run={run.value} isRunning={isRunning.value} onStop={() => stop.current.abort()} />
      <Body waiting={waiting}>
        {groupsOf(items).map((group) => (
          <QuarantineGroup
            key={group.reason}
            group={group}
            isOfOne={isOfOne}
            zone={zone}
            total={totals[group.reason] ?? group.items.length}
            isRunning={isRunning.value}
            stillWrong={stillWrong.value}
            onRetry={(item) => void start(async () => [item])}
            onRetryAll={() => void allOf(group.reason)}
            onDismiss={({ id }) => (dismissing.value = { count: 1, id })}
            onDismissAll={(count) => dismissAll(group.reason, count)}
          />
        ))}
      </Body>
      {waiting.hasMore.value && (
        <p class="card-foot">
          {w.shown(decimal(items.length, 0, lang), decimal(total, 0, lang))}
          <button type="button" class="button is-small" onClick={waiting.more}>
            {w.older}
          </button>
        </p>
      )}
      <DismissedList plant={waiting.plant} device={waiting.device} total={waiting.dismissed.value} zone={zone} />
      <DismissDialog of={dismissing.value} onClose={() => (dismissing.value = null)} onDone={waiting.ask} />
    </section>
  )
}

function Body({ waiting, children }: { readonly waiting: Waiting; readonly children: preact.ComponentChildren }) {
  const w = words().quarantine
  const state = waiting.state.value
  if (state.kind === 'failed') return <ErrorBody title={w.failed} detail={state.detail} onRetry={waiting.ask} />
  if (state.kind === 'loading') return <p class="card-note">{words().loading}</p>
  if (waiting.items.value.length === 0) {
    return (
      <p class="card-note">
        <Icon name="check" size={14} />
        {w.nothing}
      </p>
    )
  }
  return <ul class="quarantine-groups">{children}</ul>
}

interface ProgressProps {
  readonly run: RetryRun | null
  readonly isRunning: boolean
  readonly onStop: () => void
}

/** Progress of a retry, and at its end what became of the messages. */
function Progress({ run, isRunning, onStop }: ProgressProps) {
  const lang = language.value
  const w = words().quarantine
  if (run === null) return null
  const number = (value: number) => decimal(value, 0, lang)
  const told = [
    ...(run.accepted > 0 ? [w.through(run.accepted), w.stored(run.readings)] : []),
    ...(run.events > 0 ? [w.events(run.events)] : []),
    ...(run.rejected > 0 ? [w.still(run.rejected)] : []),
    ...(run.gone > 0 ? [w.gone(run.gone)] : []),
    ...(run.failed === null ? [] : [`${w.stopped}: ${run.failed}`]),
    ...(run.of === 0 && !isRunning ? [w.nothingTried] : []),
  ]
  return (
    <div class="retry-run" data-retry={isRunning ? 'running' : 'done'}>
      {isRunning && <progress aria-label={w.retrying} max={Math.max(1, run.of)} value={run.done} />}
      <p role="status">{isRunning ? `${w.retrying} ${number(run.done)} / ${number(run.of)}` : told.join(' · ')}</p>
      {isRunning && run.of > 1 && (
        <button type="button" class="button is-small" onClick={onStop}>
          {w.stop}
        </button>
      )}
    </div>
  )
}
