import { useSignal } from '@preact/signals'
import { account } from '../session.js'
import { operator, words } from '../settings.js'
import { Dialog } from '../ui/dialog.js'
import { DialogForm } from '../ui/dialog-form.js'
import { useSubmission } from '../ui/submission.js'
import { WhoField } from '../ui/who-field.js'
import { type Dismissing, dismiss } from './dismissing.js'

interface DismissProps {
  readonly of: Dismissing | null
  readonly onClose: () => void
  readonly onDone: () => void
}

const NOTE_MAX = 500

/** Asks who says that nothing is to be done about some messages, and why; both stay beside them. */
export function DismissDialog({ of, ...rest }: DismissProps) {
  const w = words().quarantine.dismissing
  return (
    <Dialog title={w.title} isOpen={of !== null} onClose={rest.onClose} class="downtime">
      {of !== null && <Form of={of} {...rest} />}
    </Dialog>
  )
}

function Form({ of, onClose, onDone }: DismissProps & { readonly of: Dismissing }) {
  const w = words().quarantine.dismissing
  const note = useSignal('')
  const by = () => operator.value.trim()
  const { problem, isSending, submit } = useSubmission({
    check: () => {
      const isNamed = account.value !== '' || by() !== ''
      return note.value.trim() === '' ? w.noteMissing : isNamed ? '' : w.nameMissing
    },
    act: () => dismiss(of, { note: note.value.trim(), ...(account.value === '' ? { by: by() } : {}) }),
    failed: w.failed,
    onDone,
    onClose,
  })
  return (
    <DialogForm
      title={w.title}
      problem={problem.value}
      cancel={w.cancel}
      submit={w.dismiss}
      isSending={isSending.value}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>
        {'reason' in of && <strong>{of.reason === null ? w.ofAll : words().quarantine.reasons[of.reason]} · </strong>}
        {w.what(of.count)}
      </p>
      <label class="field">
        {w.note}
        <textarea
          rows={2}
          value={note.value}
          maxLength={NOTE_MAX}
          required
          aria-invalid={problem.value === w.noteMissing}
          onInput={(event) => (note.value = event.currentTarget.value)}
        />
      </label>
      <WhoField label={w.by} who={operator} isWrong={problem.value === w.nameMissing} />
    </DialogForm>
  )
}
