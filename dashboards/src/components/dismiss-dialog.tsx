import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { QuarantineItem } from '../../../src/base/wire.js'
import { dismiss, dismissAll } from '../devices/dismissing.js'
import { account } from '../session.js'
import { operator, words } from '../settings.js'
import { Dialog } from './dialog.js'
import { DialogForm } from './dialog-form.js'
import { WhoField } from './who-field.js'

/** Messages that somebody wants to dismiss: how many, and which when they are asked for. */
export interface Dismissing {
  readonly count: number
  readonly chosen: (signal: AbortSignal) => Promise<readonly QuarantineItem[]>
}

interface DismissProps {
  readonly of: Dismissing | null
  readonly onDone: (item: QuarantineItem) => void
  readonly onClose: () => void
}

const NOTE_MAX = 500

/** Asks who says that nothing is to be done about some messages, and why; both stay beside them. */
export function DismissDialog({ of, onDone, onClose }: DismissProps) {
  const w = words().quarantine.dismissing
  return (
    <Dialog title={w.title} isOpen={of !== null} onClose={onClose} class="downtime">
      {of !== null && <Form of={of} onDone={onDone} onClose={onClose} />}
    </Dialog>
  )
}

function Form({ of, onDone, onClose }: DismissProps & { readonly of: Dismissing }) {
  const w = words().quarantine.dismissing
  const note = useSignal('')
  const problem = useSignal('')
  const isSending = useSignal(false)
  const gone = useRef(new AbortController())
  useEffect(() => () => gone.current.abort(), [])
  const send = async (event: Event) => {
    event.preventDefault()
    if (isSending.value) return
    const by = operator.value.trim()
    const isNamed = account.value !== '' || by !== ''
    problem.value = note.value.trim() === '' ? w.noteMissing : isNamed ? '' : w.nameMissing
    if (problem.value !== '') return
    isSending.value = true
    const said = { note: note.value.trim(), ...(account.value === '' ? { by } : {}) }
    const items = await of.chosen(gone.current.signal)
    const why = await dismissAll(items, (id) => dismiss(id, said), onDone, gone.current.signal)
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
      <p>{w.what(of.count)}</p>
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
