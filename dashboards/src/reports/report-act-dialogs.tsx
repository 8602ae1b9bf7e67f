import { useSignal } from '@preact/signals'
import type { ReportItem } from '../../../src/base/report.js'
import { actingAs, actor } from '../session.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { JobProgress, Problem } from '../ui/job-progress.js'
import { WhoField } from '../ui/who-field.js'
import { type Act, act, isOver } from './gateway.js'
import { useWork } from './job.js'
import { reportWords } from './words.js'

interface ActDialogProps {
  readonly item: ReportItem
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onDone: () => void
}

interface FreezeDialogProps extends ActDialogProps {
  /** Plants of which nothing was received in the period; whoever freezes is told of them. */
  readonly silent: readonly string[]
}

export function FreezeDialog({ silent, ...props }: FreezeDialogProps) {
  const w = reportWords()
  const texts = {
    title: w.acts.freezeTitle(w.version(String(props.item.version))),
    note: w.acts.freezeNote,
    button: w.acts.freeze,
    warning: silent.length === 0 ? '' : w.document.silentNote(silent.join(', ')),
  }
  return (
    <Dialog title={texts.title} isOpen={props.isOpen} onClose={props.onClose} class="report-dialog">
      {props.isOpen && <ActForm {...props} {...texts} what="freeze" hasNote={false} />}
    </Dialog>
  )
}

export function VerifiedDialog(props: ActDialogProps) {
  const w = reportWords()
  const texts = {
    title: w.acts.verifyTitle(w.version(String(props.item.version))),
    note: w.acts.verifyNote,
    button: w.acts.verify,
  }
  return (
    <Dialog title={texts.title} isOpen={props.isOpen} onClose={props.onClose} class="report-dialog">
      {props.isOpen && <ActForm {...props} {...texts} what="verified" hasNote />}
    </Dialog>
  )
}

interface ActFormProps extends ActDialogProps {
  readonly title: string
  readonly note: string
  /** Sentence that whoever acts should read before; '' or absent when there is none. */
  readonly warning?: string
  readonly button: string
  readonly what: Extract<Act, 'freeze' | 'verified'>
  readonly hasNote: boolean
}

const NOTE_MAX = 500

/** Form of an act on a report: it asks who does it and says what it means; an act that takes long is followed here. */
function ActForm({ item, title, note, warning = '', button, what, hasNote, onClose, onDone }: ActFormProps) {
  const w = reportWords().acts
  const who = useSignal(actor.peek())
  const said = useSignal('')
  const fault = useSignal('')
  const work = useWork()
  const isBusy = work.job.value !== null && !isOver(work.job.value)
  const send = (event: Event) => {
    event.preventDefault()
    if (isBusy) return
    const by = actingAs(who.value)
    fault.value = by === '' ? w.whoMissing : ''
    if (by === '') return
    work.begin(
      () => act(item, what, { by, ...(said.value.trim() === '' ? {} : { note: said.value.trim() }) }),
      () => {
        onDone()
        onClose()
      },
    )
  }
  return (
    <form class="report-form" onSubmit={send} noValidate>
      <DialogHead title={title} onClose={onClose} />
      <p>{note}</p>
      <Problem text={warning} />
      <WhoField label={w.who} who={who} isWrong={fault.value !== ''} />
      {hasNote && (
        <label class="field">
          {w.note}
          <textarea
            rows={3}
            value={said.value}
            maxLength={NOTE_MAX}
            onInput={(event) => (said.value = event.currentTarget.value)}
          />
        </label>
      )}
      <Problem text={fault.value} />
      <Problem text={work.problem.value === '' ? '' : w.notDone(work.problem.value)} />
      {work.job.value !== null && <JobProgress job={work.job.value} />}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {w.cancel}
        </button>
        <button type="submit" class="button is-primary" aria-busy={isBusy}>
          {button}
        </button>
      </footer>
    </form>
  )
}
