import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { ConfigEdit } from '../../../../src/views/wire/configuration.js'
import { ActButton } from '../../ui/act-button.js'
import { notify } from '../../ui/notice.js'
import { saidText } from '../problems/problem-text.js'
import { readSchema } from '../requests.js'
import { type ElementValue, valueIn } from './element.js'
import { daysOfIcs } from './ics.js'
import { type JsonSchema, schemaAt } from './json-schema.js'
import { type KnownWords, KnownWordsOfForm } from './known-words.js'
import { SchemaForm } from './schema-form.js'
import { elementText, type SectionName, sectionPath } from './sections.js'
import { type TrialSaid, trialOf } from './trial.js'
import { TrialButton, TrialResult, useTrial } from './trial-button.js'
import { sectionWords } from './words.js'

interface SectionsPartProps<Name extends SectionName> {
  readonly names: readonly Name[]
  /** The list of a section as the file has it; anything where it has mistakes. */
  list(name: Name): unknown
  /** Position of the plant; 0 for sections of the gateway. */
  readonly plant: number
  /** Stands in the name of buttons, so that they are told apart. */
  readonly of: string
  /** Words of the plant that its settings may name. */
  readonly known?: KnownWords
  onEdits(edits: readonly ConfigEdit[]): void
}

interface OpenSection {
  readonly name: SectionName
  readonly at: number
  readonly before: ElementValue | null
}

/** The schema is read when the first form is opened. */
let schema: JsonSchema | null = null

/** Lists that forms of the schema change, each with a way to add to it. */
export function SectionsPart<Name extends SectionName>(props: SectionsPartProps<Name>) {
  const { names, list, plant, of, known = {}, onEdits } = props
  const w = sectionWords()
  const open = useSignal<OpenSection | null>(null)
  const show = async (section: OpenSection) => {
    const answer = schema === null ? await readSchema() : null
    if (answer?.kind === 'loaded') schema = answer.value.schema as JsonSchema
    if (schema === null) return notify(answer?.kind === 'failed' ? saidText(answer.detail) : '')
    open.value = section
  }
  const elementsOf = (name: Name): readonly unknown[] => {
    const found = list(name)
    return Array.isArray(found) ? found : []
  }
  const close = () => {
    open.value = null
  }
  return (
    <>
      {names.map((name) => (
        <Section
          key={name}
          name={name}
          of={of}
          elements={elementsOf(name)}
          show={(at, before) => void show({ name, at, before })}
          onRemove={(at) => onEdits([{ op: 'remove', path: [...sectionPath(name, plant), at] }])}
          onDays={(days) => onEdits(days.map((value) => ({ op: 'add', path: [...sectionPath(name, plant)], value })))}
        />
      ))}
      {open.value !== null && schema !== null && (
        <KnownWordsOfForm.Provider value={known}>
          <SchemaForm
            title={w.titles[open.value.name]}
            list={sectionPath(open.value.name, plant)}
            at={open.value.at}
            before={open.value.before}
            schema={schemaAt(schema, [...sectionPath(open.value.name, plant), 0]) ?? {}}
            onClose={close}
            onEdits={(edits) => {
              close()
              onEdits(edits)
            }}
          />
        </KnownWordsOfForm.Provider>
      )}
    </>
  )
}

interface SectionProps {
  readonly name: SectionName
  readonly of: string
  readonly elements: readonly unknown[]
  show(at: number, before: ElementValue | null): void
  onRemove(at: number): void
  onDays(days: readonly object[]): void
}

function Section({ name, of, elements, show, onRemove, onDays }: SectionProps) {
  const w = sectionWords()
  const title = w.titles[name]
  const tool = (label: string, spoken: string, act: () => void, adds?: string) => (
    <ActButton
      right="administer"
      class="button is-small"
      aria-label={`${spoken}, ${of}`}
      data-adds={adds}
      onClick={act}
    >
      {label}
    </ActButton>
  )
  return (
    <section class="config-section" aria-label={`${title}, ${of}`}>
      <div class="config-row">
        <h3>{title}</h3>
        <span class="card-tools">
          {name === 'calendar' && <IcsButton elements={elements} onDays={onDays} />}
          {tool(w.add, w.addTo(title), () => show(elements.length, null), name)}
        </span>
      </div>
      <ul class="rows">
        {elements.map((element, at) => (
          <ElementRow key={at} element={element} run={trialOf(name, element)}>
            {tool(w.change, `${w.change}: ${elementText(element)}`, () => show(at, element as ElementValue))}
            {tool(w.remove, `${w.remove}: ${elementText(element)}`, () => onRemove(at))}
          </ElementRow>
        ))}
      </ul>
    </section>
  )
}

interface ElementRowProps {
  readonly element: unknown
  /** Its test; null where there is none. */
  readonly run: (() => Promise<TrialSaid>) | null
  readonly children: ComponentChildren
}

function ElementRow({ element, run, children }: ElementRowProps) {
  const trial = useTrial()
  const text = elementText(element)
  return (
    <li>
      <div class="row">
        <span>{text}</span>
        <span class="card-tools">
          {run !== null && <TrialButton trial={trial} spoken={sectionWords().trial.testOf(text)} run={run} />}
          {children}
        </span>
      </div>
      {run !== null && <TrialResult trial={trial} />}
    </li>
  )
}

/** Holidays of an iCalendar file that the calendar does not have yet. */
function IcsButton({ elements, onDays }: Pick<SectionProps, 'elements' | 'onDays'>) {
  const w = sectionWords()
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    const known = new Set(elements.map((one) => valueIn(one, ['date'])))
    const days = daysOfIcs(await file.text()).filter(({ date }) => !known.has(date))
    if (days.length === 0) notify(w.icsNone)
    else onDays(days)
  }
  return (
    <label class="button is-small config-file">
      {w.ics}
      <input
        type="file"
        accept=".ics,text/calendar"
        onChange={({ currentTarget }) => {
          void take(currentTarget.files?.[0])
          // The same file may be chosen again.
          currentTarget.value = ''
        }}
      />
    </label>
  )
}
