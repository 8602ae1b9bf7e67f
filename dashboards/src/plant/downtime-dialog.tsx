import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { DeviceStatesAnswer } from '../../../src/views/wire/states.js'
import { NOTHING_SENT, newEntryId, type Sent } from '../entries/gateway.js'
import { durationText } from '../format.js'
import { get, post, queryOf } from '../gateway/api.js'
import { actingAs, actor } from '../session.js'
import { language, operator, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { Dialog } from '../ui/dialog.js'
import { DialogForm } from '../ui/dialog-form.js'
import { useSubmission } from '../ui/submission.js'
import { WhoField } from '../ui/who-field.js'
import { type Stop, type WholeStop, wholeStop } from './whole-stop.js'

interface DowntimeDialogProps {
  readonly plant: string
  readonly zone: string
  /** null when nothing is asked. */
  readonly stop: Stop | null
  readonly onClose: () => void
  readonly onSaid: () => void
}

const TEXT_MAX = 500
const WORD_MAX = 64

/** Dialog in which somebody says why a machine stood, where that is seen. What was typed stays until it is taken. */
export function DowntimeDialog({ stop, ...rest }: DowntimeDialogProps) {
  const sent = useRef(NOTHING_SENT)
  return (
    <Dialog title={words().machines.whyTitle} isOpen={stop !== null} onClose={rest.onClose} class="downtime">
      {stop !== null && (
        <DowntimeForm key={`${stop.device} ${stop.interval.fromMs}`} stop={stop} sent={sent} {...rest} />
      )}
    </Dialog>
  )
}

interface DowntimeFormProps extends DowntimeDialogProps {
  readonly stop: Stop
  readonly sent: { current: Sent }
}

function DowntimeForm({ plant, zone, stop, sent, onClose, onSaid }: DowntimeFormProps) {
  const w = words().machines
  const code = useSignal('')
  const comment = useSignal('')
  const { whole, edges } = useWholeStop(plant, stop)
  const act = async () => {
    const { device } = stop
    const { fromMs, toMs, isOpen } = (await edges.current) ?? { ...stop.interval, isOpen: stop.isOpen }
    const by = actor.value.trim()
    const said = comment.value.trim()
    const body = {
      type: 'downtime_reason',
      code: code.value.trim(),
      from: new Date(fromMs).toISOString(),
      ...(isOpen ? {} : { to: new Date(toMs).toISOString() }),
      ...(said === '' ? {} : { comment: said }),
      ...(by === '' ? {} : { by }),
    }
    const text = JSON.stringify([device, body])
    if (sent.current.text !== text) sent.current = { text, id: newEntryId() }
    const path = `/plants/${encodeURIComponent(plant)}/devices/${encodeURIComponent(device)}/events`
    return post<object>(path, { ...body, id: sent.current.id })
  }
  const { problem, isSending, submit } = useSubmission({
    check: () => (code.value.trim() === '' ? w.codeMissing : ''),
    act,
    failed: w.notSaid,
    onDone: () => {
      sent.current = NOTHING_SENT
      actingAs(actor.value.trim())
      onSaid()
    },
    onClose,
  })
  const times = whole.value ?? { ...stop.interval, isOpen: stop.isOpen, isWhole: true }
  return (
    <DialogForm
      title={w.whyTitle}
      problem={problem.value}
      cancel={w.cancel}
      submit={w.save}
      isSending={isSending.value}
      onSubmit={submit}
      onClose={onClose}
    >
      <StopFacts stop={stop} times={times} zone={zone} />
      <ReasonCodes code={code} />
      <label class="field">
        {w.code}
        <input
          value={code.value}
          maxLength={WORD_MAX}
          required
          aria-invalid={problem.value === w.codeMissing}
          onInput={(event) => (code.value = event.currentTarget.value)}
        />
      </label>
      <label class="field">
        {w.comment}
        <textarea
          rows={2}
          value={comment.value}
          maxLength={TEXT_MAX}
          onInput={(event) => (comment.value = event.currentTarget.value)}
        />
      </label>
      <WhoField label={w.by} who={operator} isOptional />
    </DialogForm>
  )
}

/** The whole of a stop of which the page may show a part: `edges` is on its way, `whole` is there; null before. */
function useWholeStop(plant: string, stop: Stop) {
  const whole = useSignal<WholeStop | null>(null)
  const edges = useRef<Promise<WholeStop> | null>(null)
  useEffect(() => {
    whole.value = null
    edges.current = null
    const { device } = stop
    const of = `/plants/${encodeURIComponent(plant)}/devices/${encodeURIComponent(device)}`
    const found = wholeStop(stop, nowMs.peek(), (span) =>
      get<DeviceStatesAnswer>(`${of}/states?${new URLSearchParams(queryOf(span))}`),
    )
    edges.current = found
    void found.then((is) => {
      if (edges.current === found) whole.value = is
    })
  }, [stop])
  return { whole, edges }
}

interface StopFactsProps {
  readonly stop: Stop
  /** Beginning and end of the whole stop, as far as they are known. */
  readonly times: WholeStop
  readonly zone: string
}

/** Device, state, length and times of the stop that is asked about. */
function StopFacts({ stop, times, zone }: StopFactsProps) {
  const w = words().machines
  const lang = language.value
  return (
    <>
      <p>
        <code>{stop.device}</code> <strong>{words().machineStates[stop.interval.state]}</strong>{' '}
        <span class="num">{durationText(times.toMs - times.fromMs, lang)}</span>
      </p>
      <p class="num faint">
        {exactText(times.fromMs, zone, lang)} – {times.isOpen ? w.stillOn : exactText(times.toMs, zone, lang)}
      </p>
      {!times.isWhole && <p>{w.partOfStop}</p>}
    </>
  )
}

/** The usual reasons as buttons; any other code is typed. */
function ReasonCodes({ code }: { readonly code: Signal<string> }) {
  const w = words().machines
  return (
    <fieldset class="downtime-codes" aria-label={w.reason}>
      {Object.entries(w.reasons).map(([id, name]) => (
        <button
          key={id}
          type="button"
          class="button is-small"
          aria-pressed={code.value === id}
          onClick={() => (code.value = id)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  )
}
