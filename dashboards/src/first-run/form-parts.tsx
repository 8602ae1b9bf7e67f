import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'
import type { FormValues } from '../configuration/form-values.js'
import { regionProposal } from '../configuration/region-names.js'
import { FieldRow, type SettingField } from '../configuration/setting-field.js'
import { configWords } from '../configuration/words.js'
import { language } from '../settings.js'
import { idOfName, LINES_MAX, pricesOf, TARIFF_KINDS } from './answers.js'
import { firstRunWords } from './words.js'

export interface FormPartProps {
  readonly answers: FormValues
  problemOf(name: string): string
  onChange(changed: FormValues): void
}

type FirstField = Omit<SettingField, 'setting' | 'value'>

/** Fields of one part of the page under its heading. */
function Part({
  title,
  fields,
  answers,
  problemOf,
  onChange,
  children,
}: FormPartProps & {
  readonly title: string
  readonly fields: readonly FirstField[]
  readonly children?: ComponentChildren
}) {
  return (
    <section class="card first-steps" aria-label={title}>
      <h2>{title}</h2>
      <div class="first-fields">
        {fields.map((field) => (
          <FieldRow
            key={field.name}
            field={{ ...field, setting: field.name, value: '' }}
            value={answers[field.name] ?? ''}
            problem={problemOf(field.name)}
            onInput={(value) => onChange({ [field.name]: value })}
          />
        ))}
      </div>
      {children}
    </section>
  )
}

interface PlantPartProps extends FormPartProps {
  readonly regions: readonly GridRegionItem[]
  /** Plants under whose ids devices send. */
  readonly sending: readonly string[]
}

export function PlantPart({ regions, sending, ...form }: PlantPartProps) {
  const w = firstRunWords()
  const { zone, zoneHelp, region, regionHelp } = configWords().forms
  const isOwn = useSignal(sending.length > 0)
  const zones = Intl.supportedValuesOf('timeZone').map((one) => [one, ''] as const)
  const fields: readonly FirstField[] = [
    { name: 'name', label: w.name, help: w.nameHelp },
    { name: 'id', label: w.id, help: w.idHelp },
    { name: 'zone', label: zone, help: zoneHelp, proposals: zones },
    {
      ...{ name: 'region', label: region, help: regionHelp },
      proposals: regions.map((one) => regionProposal(one, language.value)),
    },
  ]
  const onChange = (changed: FormValues) => {
    // The id follows the name until somebody writes one.
    if (changed.id !== undefined) isOwn.value = changed.id !== ''
    const { name } = changed
    const follows = name !== undefined && !isOwn.peek()
    form.onChange(follows ? { ...changed, id: name === '' ? '' : idOfName(name, 'plant-1') } : changed)
  }
  return (
    <Part {...form} title={`1. ${w.plant}`} fields={fields} onChange={onChange}>
      {sending.length > 0 && <p class="faint">{w.sends(sending.slice(0, 5).join(', '))}</p>}
    </Part>
  )
}

export function ShiftsPart(form: FormPartProps) {
  const w = firstRunWords()
  const choices = Object.entries(w.templates)
  const fields = [{ name: 'shifts', label: w.shifts, help: w.shiftsHelp, choices }]
  return <Part {...form} title={`2. ${w.shifts}`} fields={fields} />
}

export function TariffPart(form: FormPartProps) {
  const w = firstRunWords()
  const kind = form.answers.tariff ?? 'none'
  const prices = pricesOf(kind).map((name) => {
    return { name: `price-${name}`, label: kind === 'flat' ? w.price : w.prices[name] }
  })
  const fields: readonly FirstField[] = [
    {
      ...{ name: 'tariff', label: w.tariffKind, help: kind === 'tou' ? w.touHelp : w.tariffHelp },
      choices: TARIFF_KINDS.map((one) => [one, w.kinds[one]] as const),
    },
    ...(kind === 'none'
      ? []
      : [
          { name: 'currency', label: w.currency, help: w.currencyHelp },
          { name: 'from', label: w.from, help: w.fromHelp },
          ...prices,
        ]),
  ]
  return <Part {...form} title={`3. ${w.tariff}`} fields={fields} />
}

export function LinesPart(form: FormPartProps) {
  const w = firstRunWords()
  const rows = useSignal(1)
  const fields = Array.from({ length: rows.value }, (_, at): readonly FirstField[] => [
    { name: `line-name-${at}`, label: w.lineName(String(at + 1)) },
    { name: `line-id-${at}`, label: w.lineId(String(at + 1)) },
  ]).flat()
  const onChange = (changed: FormValues) => {
    const [name, text = ''] = Object.entries(changed)[0]!
    const at = /^line-name-(\d+)$/.exec(name)?.[1]
    const before = form.answers[name] ?? ''
    const id = `line-id-${at}`
    const spare = `line-${Number(at) + 1}`
    const follows = at !== undefined && (form.answers[id] ?? '') === (before === '' ? '' : idOfName(before, spare))
    form.onChange(follows ? { ...changed, [id]: text === '' ? '' : idOfName(text, spare) } : changed)
  }
  return (
    <Part {...form} title={`4. ${w.lines}`} fields={fields} onChange={onChange}>
      <p class="faint">{w.linesHelp}</p>
      {rows.value < LINES_MAX && (
        <button type="button" class="button is-small" onClick={() => rows.value++}>
          {w.addLine}
        </button>
      )}
    </Part>
  )
}
