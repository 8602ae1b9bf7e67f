import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { ConfigSaved } from '../../../src/views/wire/configuration.js'
import type { Answer } from '../gateway/api.js'
import { ActButton } from '../ui/act-button.js'
import { CopyButton } from '../ui/command-line.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { notify } from '../ui/notice.js'
import { Skeleton } from '../ui/skeleton.js'
import { useIsShown } from '../ui/submission.js'
import { saidText } from './problems/problem-text.js'
import { CONFLICT } from './requests.js'
import { configWords } from './words.js'

interface TakeDialogProps<Preview> {
  readonly title: string
  readonly asked: ReadonlySignal<Answer<Preview>>
  /** The whole new text where the file is read only and something would change, for the reader to put there; else null. */
  textOf(preview: Preview): string | null
  canTake(preview: Preview): boolean
  /** It resolves to `null` in place of a version where what came now is shown instead of what was asked first. */
  take(preview: Preview): Promise<Answer<ConfigSaved | null>>
  /** It was taken, or somebody else was faster: the page shows the new file when this resolves, and the dialog is closed then. */
  readAnew(): Promise<void>
  onClose(): void
  children(preview: Preview): ComponentChildren
}

/** A configuration that is about to be taken: what was asked about it, and the one button that takes it. */
export function TakeDialog<Preview>(props: TakeDialogProps<Preview>) {
  const w = configWords().preview
  const { title, asked, textOf, canTake, readAnew, onClose, children } = props
  const failed = useSignal<{ readonly detail: string; readonly isConflict: boolean } | null>(null)
  const isSending = useSignal(false)
  const isShown = useIsShown()
  const showNew = async () => {
    await readAnew()
    if (isShown()) onClose()
  }
  const take = async (preview: Preview) => {
    if (isSending.peek()) return
    isSending.value = true
    const answer = await props.take(preview)
    if (answer.kind === 'failed') {
      failed.value = { detail: answer.detail, isConflict: answer.status === CONFLICT }
      if (!isShown()) notify(saidText(answer.detail))
    } else if (answer.kind === 'loaded' && answer.value !== null) {
      const version = String(answer.value.version)
      notify(answer.value.in_force ? w.taken(version) : w.coming(version))
      await showNew()
    }
    isSending.value = false
  }
  const answer = asked.value
  const preview = answer.kind === 'loaded' ? answer.value : null
  const text = preview === null ? null : textOf(preview)
  return (
    <Dialog title={title} isOpen onClose={onClose} class="config-dialog">
      <DialogHead title={title} onClose={onClose} />
      {answer.kind === 'loading' && <Skeleton class="is-plot" />}
      {answer.kind === 'failed' && <p role="alert">{saidText(answer.detail)}</p>}
      {preview !== null && children(preview)}
      {failed.value !== null && (
        <p role="alert" class="setting-problem">
          {saidText(failed.value.detail)}
        </p>
      )}
      <footer class="config-acts">
        {text !== null && (
          <>
            <span class="faint">{w.secrets}</span>
            <CopyButton text={text} label={w.copy} />
          </>
        )}
        <button type="button" class="button" onClick={onClose}>
          {w.close}
        </button>
        {failed.value?.isConflict === true ? (
          <button type="button" class="button is-primary" onClick={() => void showNew()}>
            {w.conflict}
          </button>
        ) : (
          preview !== null &&
          canTake(preview) && (
            <ActButton
              right="administer"
              class="button is-primary"
              aria-busy={isSending.value}
              onClick={() => void take(preview)}
            >
              {w.take}
            </ActButton>
          )
        )}
      </footer>
    </Dialog>
  )
}
