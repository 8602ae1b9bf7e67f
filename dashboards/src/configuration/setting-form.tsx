import { useSignal } from '@preact/signals'
import type { ConfigEdit, ConfigProblemItem } from '../../../src/views/wire/configuration.js'
import { Dialog } from '../ui/dialog.js'
import { DialogForm } from '../ui/dialog-form.js'
import { useIsShown } from '../ui/submission.js'
import type { FormValues } from './form-values.js'
import { problemText, saidText } from './problems/problem-text.js'
import { previewOf } from './requests.js'
import { FieldRow, type SettingField } from './setting-field.js'
import { configWords } from './words.js'

export interface SettingFormProps {
  readonly title: string
  readonly fields: readonly SettingField[]
  /** The fields for what is typed so far, where their choices depend on each other; `fields` where it is absent. */
  fieldsFor?(values: FormValues): readonly SettingField[]
  /** The values after one of them has changed: a choice that is offered no longer gives way to one that is. */
  adjusted?(values: FormValues, changed: string): FormValues
  editsOf(values: FormValues): readonly ConfigEdit[]
  /** The edits are right: what they change is shown next. */
  onEdits(edits: readonly ConfigEdit[]): void
  onClose(): void
}

/** A few settings with their help. What a rule says against them stands at the field. */
export function SettingForm(props: SettingFormProps) {
  const { title, fields, editsOf, onEdits, onClose } = props
  const w = configWords().forms
  const values = useSignal<FormValues>(Object.fromEntries(fields.map(({ name, value }) => [name, value])))
  const problems = useSignal<readonly ConfigProblemItem[]>([])
  const failed = useSignal('')
  const isSending = useSignal(false)
  const isShown = useIsShown()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isSending.peek()) return
    const edits = editsOf(values.peek())
    if (edits.length === 0) return onClose()
    isSending.value = true
    const answer = await previewOf({ edits: [...edits] })
    isSending.value = false
    // A form that was closed meanwhile is to show nothing next.
    if (!isShown()) return
    failed.value = answer.kind === 'failed' ? saidText(answer.detail) : ''
    problems.value = answer.kind === 'loaded' ? answer.value.problems : []
    if (answer.kind === 'loaded' && answer.value.problems.length === 0) onEdits(edits)
  }
  const shown = props.fieldsFor?.(values.value) ?? fields
  const said = ({ name }: SettingField) => problems.value.filter(({ path }) => fieldAt(path, shown)?.name === name)
  const others = problems.value.filter(({ path }) => fieldAt(path, shown) === undefined)
  return (
    <Dialog title={title} isOpen onClose={onClose} class="config-dialog">
      <DialogForm
        title={title}
        problem={[failed.value, ...others.map(problemText)].filter((one) => one !== '').join(' ')}
        cancel={w.cancel}
        submit={w.preview}
        isSending={isSending.value}
        onSubmit={(event) => void submit(event)}
        onClose={onClose}
      >
        {shown.map((field) => (
          <FieldRow
            key={field.name}
            field={field}
            value={values.value[field.name] ?? ''}
            problem={said(field).map(problemText).join(' ')}
            onInput={(value) => {
              const typed = { ...values.peek(), [field.name]: value }
              values.value = props.adjusted?.(typed, field.name) ?? typed
            }}
          />
        ))}
      </DialogForm>
    </Dialog>
  )
}

/** The field that a problem speaks of: of two whose settings end its path the one that says more of it. */
function fieldAt(path: string, fields: readonly SettingField[]): SettingField | undefined {
  const fitting = fields.filter(({ setting }) => path === setting || path.endsWith(`.${setting}`))
  return fitting.toSorted((a, b) => b.setting.length - a.setting.length)[0]
}
