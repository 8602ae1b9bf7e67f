import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigPreview, ConfigSaved, DifferenceLineItem } from '../../../src/views/wire/configuration.js'
import type { Answer } from '../gateway/api.js'
import { problemText } from './problems/problem-text.js'
import { TakeDialog } from './take-dialog.js'
import { configWords } from './words.js'

interface PreviewDialogProps {
  readonly isWritable: boolean
  ask(): Promise<Answer<ConfigPreview>>
  save(): Promise<Answer<ConfigSaved>>
  /** It was taken, or somebody else was faster: the page shows the new file when this resolves, and the dialog is closed then. */
  readAnew(): Promise<void>
  onClose(): void
}

/** Shows a change before it is taken: the settings with from when, the lines of text, and what is wrong. */
export function PreviewDialog({ isWritable, ask, save, readAnew, onClose }: PreviewDialogProps) {
  const asked = useSignal<Answer<ConfigPreview>>({ kind: 'loading' })
  useEffect(() => {
    void ask().then((answer) => {
      asked.value = answer
    })
  }, [])
  return (
    <TakeDialog
      title={configWords().preview.title}
      asked={asked}
      textOf={({ text }) => (isWritable ? null : text)}
      canTake={({ problems, same }) => isWritable && problems.length === 0 && !same}
      take={save}
      readAnew={readAnew}
      onClose={onClose}
    >
      {(preview) => <PreviewBody preview={preview} />}
    </TakeDialog>
  )
}

function PreviewBody({ preview }: { readonly preview: ConfigPreview }) {
  const all = configWords()
  const w = all.preview
  const { problems, warnings, changes, difference, same, restated } = preview
  // Before the first file nothing was computed with another one.
  const isFirst = difference.every(({ kind }) => kind === 'added')
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
          {restated.map(({ plant, from }) => (
            <p key={plant} data-restated={plant}>
              {w.restated(plant, from)}
            </p>
          ))}
          {restated.length === 0 && !isFirst && <p class="faint">{w.past}</p>}
          {changes.some(({ when }) => when === 'restart') && <p>{w.restart}</p>}
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
