import { useSignal } from '@preact/signals'
import { account } from '../session.js'
import { operator, words } from '../settings.js'
import { Dialog } from '../ui/dialog.js'
import { DialogForm } from '../ui/dialog-form.js'
import { WhoField } from '../ui/who-field.js'
import { type Dismissing, dismiss } from './dismissing.js'

interface DismissProps {
  readonly of: Dismissing | null
  readonly onClose: () => void
}

const NOTE_MAX = 500

/** Asks who says that nothing is to be done about some messages, and why; both stay beside them. */
export function DismissDialog({ of, onClose }: DismissProps) {
  const w = words().quarantine.dismissing
  return (
    <Dialog title={w.title} isOpen={of !== null} onClose={onClose} class="downtime">
      {of !== null && <Form of={of} onClose={onClose} />}
    </Dialog>
  )
}

function Form({ of, onClose }: DismissProps & { readonly of: Dismissing }) {
  const w = words().quarantine.dismissing
  const note = useSignal('')
  const problem = useSignal('')
  const isSending = useSignal(false)
  const send = async (event: Event) => {
    event.preventDefault()
    if (isSending.value) return
    const by = operator.value.trim()
    const isNamed = account.value !== '' || by !== ''
    problem.value = note.value.trim() === '' ? w.noteMissing : isNamed ? '' : w.nameMissing
    if (problem.value !== '') return
    isSending.value = true
    const said = { note: note.value.trim(), ...(account.value === '' ? { by } : {}) }
    const why = await dismiss(of, said)
    isSending.value = false
    if (why === '') onClose()
    else problem.value = w.failed(why)
  }
  return (
    <DialogForm
      title={w.title}
      problem={problem.value}
      cancel={w.cancel}
      submit={w.dismiss}
      isSending={isSending.value}
      onSubmit={(event) => void send(event)}
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
