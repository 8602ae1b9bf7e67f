import { type Signal, useSignal } from '@preact/signals'
import type { ConfigEdit, ConfigProblemItem } from '../../../../src/views/wire/configuration.js'
import { language } from '../../settings.js'
import { Dialog } from '../../ui/dialog.js'
import { DialogForm } from '../../ui/dialog-form.js'
import { useIsShown } from '../../ui/submission.js'
import { problemText, saidText } from '../problems/problem-text.js'
import { previewOf } from '../requests.js'
import { configWords } from '../words.js'
import { type ElementValue, keyPathText, pathBehind } from './element.js'
import { type JsonSchema, type KeyPath, kindOf, kindsOf, shapeOf } from './json-schema.js'
import { SchemaFields } from './schema-fields.js'
import { isServer, tryStore } from './trial.js'
import { TrialButton, TrialResult, useTrial } from './trial-button.js'
import { sectionWords } from './words.js'

export interface SchemaFormProps {
  readonly title: string
  /** The list that the element is in. */
  readonly list: KeyPath
  /** Position of the element, and what the file says of it; a new one stands behind the last. */
  readonly at: number
  readonly before: ElementValue | null
  readonly schema: JsonSchema
  onEdits(edits: readonly ConfigEdit[]): void
  onClose(): void
}

/** An element of a list by a form that its schema describes. What a rule says against it stands at the field. */
export function SchemaForm({ title, list, at, before, schema, onEdits, onClose }: SchemaFormProps) {
  const w = configWords().forms
  const value = useSignal<ElementValue>(before ?? firstValue(schema, list))
  const problems = useSignal<readonly ConfigProblemItem[]>([])
  const failed = useSignal('')
  const isSending = useSignal(false)
  const isShown = useIsShown()
  const element = keyPathText([...list, at])
  /** The edit that makes what is typed; null where a rule is against it, which is said in the form. */
  const checked = async (): Promise<ConfigEdit | null> => {
    const edit: ConfigEdit =
      before === null
        ? { op: 'add', path: [...list], value: value.peek() }
        : { op: 'set', path: [...list, at], value: value.peek() }
    const answer = await previewOf({ edits: [edit] })
    failed.value = answer.kind === 'failed' ? saidText(answer.detail) : ''
    problems.value = answer.kind === 'loaded' ? answer.value.problems : []
    return answer.kind === 'loaded' && answer.value.problems.length === 0 ? edit : null
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isSending.peek()) return
    isSending.value = true
    const edit = await checked()
    isSending.value = false
    if (edit !== null && isShown()) onEdits([edit])
  }
  const shape = shapeOf(schema, value.value)
  const behind = ({ path }: ConfigProblemItem) => pathBehind(path, element)
  const problemAt = (path: KeyPath, isLeaf: boolean): string => {
    const field = keyPathText(path)
    const said = problems.value.filter(
      (one) => behind(one) === field || (isLeaf && behind(one)?.startsWith(`${field}[`)),
    )
    return said.map(problemText).join(' ')
  }
  const others = problems.value.filter((one) => !hasField(behind(one), shape))
  const fields = (
    <SchemaFields
      schema={shape}
      kinds={kindsOf(schema)}
      isNew={before === null}
      value={value.value}
      problemAt={problemAt}
      onChange={(change) => {
        value.value = change(value.peek())
      }}
    />
  )
  return (
    <Dialog title={title} isOpen onClose={onClose} class="config-dialog">
      <DialogForm
        title={title}
        problem={[failed.value, ...others.map((one) => `${one.path} ${problemText(one)}`)]
          .filter((one) => one !== '')
          .join(' ')}
        cancel={w.cancel}
        submit={w.preview}
        isSending={isSending.value}
        onSubmit={(event) => void submit(event)}
        onClose={onClose}
      >
        {fields}
        {list[0] === 'store' && isServer(value.value) && <StoreTrial value={value} checked={checked} />}
      </DialogForm>
    </Dialog>
  )
}

interface StoreTrialProps {
  readonly value: Signal<ElementValue>
  checked(): Promise<ConfigEdit | null>
}

/** Writes to the store as it is typed, before it is taken over. */
function StoreTrial({ value, checked }: StoreTrialProps) {
  const w = sectionWords().trial
  const trial = useTrial()
  const run = async () => {
    const edit = await checked()
    return edit === null ? null : tryStore(value.peek(), [edit])
  }
  return (
    <div class="setting-trial">
      <TrialButton trial={trial} spoken={w.test} run={run} />
      <span class="faint">{w.help}</span>
      <TrialResult trial={trial} />
    </div>
  )
}

/** A field of the form speaks of it. */
function hasField(behind: string | null, { properties = {} }: JsonSchema): boolean {
  const name = /^\w+/.exec(behind ?? '')?.[0] ?? ''
  const schema = properties[name]
  return schema !== undefined && kindOf(schema) !== 'other'
}

/**
 * A new element of a list with several kinds is of the first that has more to say than its kind; messages of a new channel begin
 * in the language of the page.
 */
function firstValue(schema: JsonSchema, list: KeyPath): ElementValue {
  const [first] = (schema.oneOf ?? []).filter(({ properties = {} }) => Object.keys(properties).length > 1)
  const kind = first?.properties?.type?.const
  const spoken = list.at(-1) === 'channels' ? { language: language.peek() } : {}
  return typeof kind === 'string' ? { type: kind, ...spoken } : {}
}
