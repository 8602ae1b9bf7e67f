import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Answer } from '../gateway/api.js'
import { notify } from './notice.js'

interface SubmissionProps<T> {
  /** Reason why it is not sent at all; '' sends it. */
  check?(): string
  act(): Promise<Answer<T>>
  /** Words for what the gateway says against it. */
  failed(detail: string): string
  /** It was done, whether or not its form has been closed since. */
  onDone(value: T): void
  /** Closes the form, and is called only as long as that is shown: by then another may be open. */
  onClose(): void
}

export interface Submission {
  readonly problem: Signal<string>
  readonly isSending: ReadonlySignal<boolean>
  submit(event: Event): Promise<void>
}

/** Sends what a form holds, once at a time. A refusal that comes when the form has been closed is told beside the page. */
export function useSubmission<T>({ check, act, failed, onDone, onClose }: SubmissionProps<T>): Submission {
  const problem = useSignal('')
  const isSending = useSignal(false)
  const isShown = useIsShown()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isSending.peek()) return
    problem.value = check?.() ?? ''
    if (problem.value !== '') return
    isSending.value = true
    let answer: Answer<T>
    try {
      answer = await act()
    } finally {
      isSending.value = false
    }
    if (answer.kind === 'loading') return
    if (answer.kind === 'failed') {
      problem.value = failed(answer.detail)
      if (!isShown()) notify(problem.value)
      return
    }
    if (isShown()) onClose()
    onDone(answer.value)
  }
  return { problem, isSending, submit }
}

/** Tells whether a component is on the page still: an answer that comes later must not act on what is there in its place. */
export function useIsShown(): () => boolean {
  const isShown = useRef(true)
  useEffect(
    () => () => {
      isShown.current = false
    },
    [],
  )
  return () => isShown.current
}
