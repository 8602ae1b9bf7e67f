import type { ComponentChildren } from 'preact'
import { saidText } from '../configuration/problems/problem-text.js'
import type { Answer } from '../gateway/api.js'
import { Dialog } from './dialog.js'
import { DialogForm } from './dialog-form.js'
import { useSubmission } from './submission.js'

interface FormDialogProps<T> {
  readonly title: string
  readonly cancel: string
  readonly submit: string
  readonly children: ComponentChildren
  /** Reason why it is not sent at all; '' sends it. */
  check?(): string
  act(): Promise<Answer<T>>
  /** It was done, and the dialog is closed, by then or before. */
  onDone(value: T): void
  onClose(): void
}

/** Asks for a few words, or only whether it is meant, and then does it; a refusal of the gateway stands in it. */
export function FormDialog<T>({ title, cancel, submit, children, ...sent }: FormDialogProps<T>) {
  const { onClose } = sent
  const submission = useSubmission({ ...sent, failed: saidText })
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <DialogForm
        title={title}
        problem={submission.problem.value}
        cancel={cancel}
        submit={submit}
        isSending={submission.isSending.value}
        onSubmit={submission.submit}
        onClose={onClose}
      >
        {children}
      </DialogForm>
    </Dialog>
  )
}
