import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigPreview, ConfigSaved, DifferenceLineItem } from '../../../src/views/wire/configuration.js'
import type { Answer } from '../gateway/api.js'
import { ActButton } from '../ui/act-button.js'
import { CopyButton } from '../ui/command-line.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { notify } from '../ui/notice.js'
import { Skeleton } from '../ui/skeleton.js'
import { problemText } from './problems/problem-text.js'
import { CONFLICT } from './requests.js'
import { configWords } from './words.js'

interface PreviewDialogProps {
  readonly isWritable: boolean
  ask(): Promise<Answer<ConfigPreview>>
  save(): Promise<Answer<ConfigSaved>>
  /** It was taken, or somebody else was faster: the page reads anew. */
  onDone(): void
  onClose(): void
}

/** Shows a change before it is taken: the settings with from when, the lines of text, and what is wrong. */
export function PreviewDialog({ isWritable, ask, save, onDone, onClose }: PreviewDialogProps) {
  const w = configWords().preview
  const asked = useSignal<Answer<ConfigPreview>>({ kind: 'loading' })
  const failed = useSignal<{ readonly detail: string; readonly isConflict: boolean } | null>(null)
  const isSending = useSignal(false)
  useEffect(() => {
    void ask().then((answer) => {
      asked.value = answer
    })
  }, [])
  const take = async () => {
    if (isSending.peek()) return
    isSending.value = true
    const answer = await save()
    isSending.value = false
    if (answer.kind === 'failed') {
      failed.value = { detail: answer.detail, isConflict: answer.status === CONFLICT }
    } else if (answer.kind === 'loaded') {
      const version = String(answer.value.version)
      notify(answer.value.in_force ? w.taken(version) : w.coming(version))
      onDone()
    }
  }
  const preview = asked.value
  const isRight = preview.kind === 'loaded' && preview.value.problems.length === 0
  const hasChange = preview.kind === 'loaded' && !preview.value.same
  return (
    <Dialog title={w.title} isOpen onClose={onClose} class="config-dialog">
      <DialogHead title={w.title} onClose={onClose} />
      {preview.kind === 'loading' && <Skeleton class="is-plot" />}
      {preview.kind === 'failed' && <p role="alert">{preview.detail}</p>}
      {preview.kind === 'loaded' && <PreviewBody preview={preview.value} />}
      {failed.value !== null && (
        <p role="alert" class="setting-problem">
          {failed.value.detail}
        </p>
      )}
      <footer class="config-acts">
        {preview.kind === 'loaded' && !isWritable && (
          <>
            <span class="faint">{w.secrets}</span>
            <CopyButton text={preview.value.text} label={w.copy} />
          </>
        )}
        <button type="button" class="button" onClick={onClose}>
          {w.close}
        </button>
        {failed.value?.isConflict === true ? (
          <button type="button" class="button is-primary" onClick={onDone}>
            {w.conflict}
          </button>
        ) : (
          isRight &&
          hasChange &&
          isWritable && (
            <ActButton
              right="administer"
              class="button is-primary"
              aria-busy={isSending.value}
              onClick={() => void take()}
            >
              {w.take}
            </ActButton>
          )
        )}
      </footer>
    </Dialog>
  )
}

function PreviewBody({ preview }: { readonly preview: ConfigPreview }) {
  const all = configWords()
  const w = all.preview
  const { problems, warnings, changes, difference, same } = preview
  const whenOf = ({ when, by }: ConfigPreview['changes'][number]) =>
    when === 'never' ? w.when.never(by) : w.when[when]
  return (
    <>
      {problems.length > 0 && <ProblemList title={w.refused} problems={problems} />}
      {warnings.length > 0 && <ProblemList title={w.warnings} problems={warnings} />}
      {problems.length === 0 && difference.length === 0 && <p>{same ? w.nothing : w.onlySecrets}</p>}
      {changes.length > 0 && (
        <section>
          <h3>{w.settings}</h3>
          <ul class="rows">
            {changes.map((change) => (
              <li key={change.path} class="row">
                <span class="config-path">{change.path}</span>
                <span class={change.when === 'now' ? 'faint' : 'is-strong'}>{whenOf(change)}</span>
              </li>
            ))}
          </ul>
          <p class="faint">{w.past}</p>
        </section>
      )}
      {difference.length > 0 && (
        <section>
          <h3>{w.text}</h3>
          <Difference lines={difference} />
        </section>
      )}
    </>
  )
}

export function ProblemList(props: { readonly title: string; readonly problems: ConfigPreview['problems'] }) {
  const w = configWords()
  return (
    <section role="alert">
      <h3>{props.title}</h3>
      <ul class="config-problems">
        {props.problems.map((one) => (
          <li key={`${one.path} ${one.problem}`}>
            <span class="config-path">{one.path}</span>{' '}
            {one.line !== null && <span class="faint">{w.line(String(one.line))} </span>}
            {problemText(one)}
          </li>
        ))}
      </ul>
    </section>
  )
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const

export function Difference({ lines }: { readonly lines: readonly DifferenceLineItem[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre class="difference" tabIndex={0}>
      {lines.map(({ kind, line, text }) => (
        <span key={`${kind} ${line}`} class={`is-${kind}`}>
          {`${SIGNS[kind]} ${text}\n`}
        </span>
      ))}
    </pre>
  )
}
