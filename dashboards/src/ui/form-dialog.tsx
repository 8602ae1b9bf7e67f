import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { saidText } from '../configuration/problems/problem-text.js'
import type { Answer } from '../gateway/api.js'
import { Dialog } from './dialog.js'
import { DialogForm } from './dialog-form.js'

interface FormDialogProps<T> {
  readonly title: string
  readonly cancel: string
  readonly submit: string
  readonly children: ComponentChildren
  /** Reason why it is not sent at all; '' sends it. */
  check?(): string
  act(): Promise<Answer<T>>
  onDone(value: T): void
  onClose(): void
}

/** Asks for a few words, or only whether it is meant, and then does it; a refusal of the gateway stands in it. */
export function FormDialog<T>({ title, cancel, submit, children, check, act, onDone, onClose }: FormDialogProps<T>) {
  const problem = useSignal('')
  const isSending = useSignal(false)
  const send = async (event: Event) => {
    event.preventDefault()
    if (isSending.peek()) return
    problem.value = check?.() ?? ''
    if (problem.value !== '') return
    isSending.value = true
    const answer = await act()
    isSending.value = false
    if (answer.kind === 'failed') problem.value = saidText(answer.detail)
    else if (answer.kind === 'loaded') onDone(answer.value)
  }
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <DialogForm
        title={title}
        problem={problem.value}
        cancel={cancel}
        submit={submit}
        isSending={isSending.value}
        onSubmit={send}
        onClose={onClose}
      >
        {children}
      </DialogForm>
    </Dialog>
  )
}
