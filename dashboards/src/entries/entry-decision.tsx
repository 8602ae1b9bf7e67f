import { useSignal } from '@preact/signals'
import { actingAs, actor } from '../session.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { Problem } from '../ui/job-progress.js'
import { useSubmission } from '../ui/submission.js'
import { WhoField } from '../ui/who-field.js'
import { EntryText } from './entry-text.js'
import { type Asked, decide } from './gateway.js'
import { entryWords } from './words.js'

interface DecisionProps {
  readonly plant: string
  /** null when nothing is asked. */
  readonly asked: Asked | null
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Approves, rejects or withdraws, with a name, and a reason where one is due. */
export function DecisionDialog({ asked, ...rest }: DecisionProps) {
  const w = entryWords()
  return (
    <Dialog
      title={asked === null ? '' : w[asked.what]}
      isOpen={asked !== null}
      onClose={rest.onClose}
      class="report-dialog"
    >
      {asked !== null && <DecisionForm asked={asked} {...rest} />}
    </Dialog>
  )
}

function DecisionForm({ plant, asked, onClose, onDone }: DecisionProps & { readonly asked: Asked }) {
  const w = entryWords()
  const who = useSignal(actor.peek())
  const reason = useSignal('')
  const hasReason = asked.what !== 'approve'
  const notes = { approve: w.approveNote, reject: w.rejectNote, withdraw: w.withdrawNote }
  const why = () => reason.value.trim()
  const { problem, isSending, submit } = useSubmission({
    check: () => (actingAs(who.value) === '' ? w.nameMissing : hasReason && why() === '' ? w.reasonMissing : ''),
    act: () => {
      const said = { by: actingAs(who.value), ...(hasReason ? { reason: why() } : {}) }
      return decide(plant, asked.entry.id, asked.what, said)
    },
    failed: w.notTaken,
    onDone,
    onClose,
  })
  return (
    <form class="report-form" onSubmit={submit} noValidate>
      <DialogHead title={w[asked.what]} onClose={onClose} />
      <p>
        <strong>{w.types[asked.entry.type]}</strong> <EntryText entry={asked.entry} />
      </p>
      <p class="faint">{notes[asked.what]}</p>
      <WhoField label={w.yourName} who={who} />
      {hasReason && (
        <label class="field">
          {w.reason}
          <textarea
            rows={2}
            value={reason.value}
            maxLength={2000}
            required
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
        </label>
      )}
      <Problem text={problem.value} />
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {w.cancel}
        </button>
        <button type="submit" class="button is-primary" aria-busy={isSending.value}>
          {w[asked.what]}
        </button>
      </footer>
    </form>
  )
}
