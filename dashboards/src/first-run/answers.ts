import { SHIFT_TEMPLATES, type ShiftTemplate } from '../../../src/base/shift-templates.js'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { FormValues } from '../configuration/form-values.js'

/** Answers of the first steps, as texts by the name of their field, and the change of the configuration that they make. */

/** Lines that can be named here; more are added on the page of the configuration. */
export const LINES_MAX = 20

export const TARIFF_KINDS = ['none', 'flat', 'tou'] as const

type TariffKind = (typeof TARIFF_KINDS)[number]

/** Periods that each kind of tariff begins with, in the order in which they are written. */
const PERIODS: Readonly<
  Record<TariffKind, readonly { readonly name: string; readonly from: string; readonly to: string }[]>
> = {
  none: [],
  flat: [{ name: 'flat', from: '00:00', to: '24:00' }],
  tou: [
    { name: 'valley', from: '00:00', to: '08:00' },
    { name: 'peak', from: '08:00', to: '12:00' },
    { name: 'flat', from: '12:00', to: '17:00' },
    { name: 'peak', from: '17:00', to: '21:00' },
    { name: 'flat', from: '21:00', to: '24:00' },
  ],
}

const kindIn = (answers: FormValues): TariffKind => TARIFF_KINDS.find((kind) => kind === answers.tariff) ?? 'none'

/** An id of a name; `spare` where no letter of it can stand in one, as in Chinese. */
export function idOfName(name: string, spare: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return plain.replace(/^-+|-+$/g, '').slice(0, 64) || spare
}

const namesOf = (name: string) => (/[㐀-鿿]/.test(name) ? { zh: name } : { en: name })

/** A number as the file has it; what is none stays a text, of which the rule speaks. */
const numberIn = (text: string): string | number => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text)

interface LineAnswer {
  readonly id: string
  readonly name: string
}

function linesIn(answers: FormValues): readonly LineAnswer[] {
  return Array.from({ length: LINES_MAX }, (_, at) => {
    const name = answers[`line-name-${at}`] ?? ''
    return { name, id: answers[`line-id-${at}`] || (name === '' ? '' : idOfName(name, `line-${at + 1}`)) }
  }).filter(({ id }) => id !== '')
}

/** The change that adds the plant of these answers. */
export function firstEdits(answers: FormValues): readonly ConfigEdit[] {
  const { id = '', name = '', zone = '', region = '', shifts = 'none' } = answers
  const template = SHIFT_TEMPLATES[shifts as ShiftTemplate]
  const lines = linesIn(answers).map((line) => ({
    id: line.id,
    ...(line.name === '' ? {} : { name: namesOf(line.name) }),
  }))
  const tariffs = tariffsIn(answers)
  const value = {
    id,
    name: name === '' ? {} : namesOf(name),
    timezone: zone,
    ...(region === '' ? {} : { grid_region: region }),
    ...(template.length === 0 ? {} : { shifts: template }),
    ...(tariffs.length === 0 ? {} : { tariffs }),
    ...(lines.length === 0 ? {} : { lines }),
  }
  return [{ op: 'add', path: ['plants'], value }]
}

function tariffsIn(answers: FormValues): readonly object[] {
  const { from = '', currency = '' } = answers
  const periods = PERIODS[kindIn(answers)].map(({ name, ...hours }) => {
    return { name, price_per_kwh: numberIn(answers[`price-${name}`] ?? ''), ...hours }
  })
  return periods.length === 0 ? [] : [{ id: 'first', valid_from: from, currency, periods }]
}

/** The field of which a rule speaks at a path of the configuration; null where it speaks of no field. */
export function fieldAt(path: string, answers: FormValues): string | null {
  const inner = path.replace(/^plants\[\d+\]\.?/, '')
  const period = /^tariffs\[0\]\.periods\[(\d+)\]\.price_per_kwh$/.exec(inner)?.[1]
  if (period !== undefined) return `price-${PERIODS[kindIn(answers)][Number(period)]?.name ?? ''}`
  const line = /^lines\[(\d+)\]/.exec(inner)?.[1]
  if (line !== undefined) return `line-id-${filledRows(answers)[Number(line)] ?? 0}`
  const fields: Readonly<Record<string, string>> = {
    id: 'id',
    timezone: 'zone',
    grid_region: 'region',
    'tariffs[0].currency': 'currency',
    'tariffs[0].valid_from': 'from',
  }
  return fields[inner] ?? null
}

/** Rows of lines that are not empty: others are not written. */
function filledRows(answers: FormValues): readonly number[] {
  return Array.from({ length: LINES_MAX }, (_, at) => at).filter(
    (at) => (answers[`line-id-${at}`] ?? '') !== '' || (answers[`line-name-${at}`] ?? '') !== '',
  )
}

/** The prices that a kind of tariff asks for. */
export function pricesOf(kind: string): readonly ('peak' | 'flat' | 'valley')[] {
  return kind === 'tou' ? ['peak', 'flat', 'valley'] : kind === 'flat' ? ['flat'] : []
}
