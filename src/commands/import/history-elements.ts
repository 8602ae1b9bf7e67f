import { METRICS, type MetricClass } from '../../base/metrics.js'
import { type DevicePath, parseTopic, topicOf } from '../../base/topic.js'
import { quote } from '../../decode/text.js'
import { filledTemplate, namesInTemplate } from './column-template.js'
import type { HistoryCell, HistoryRow } from './history-file.js'
import { HistoryTime } from './history-time.js'
import type { HistoryMapping, MappedValue } from './mapping.js'
import { NamedIds } from './named-ids.js'
import { PlacedValues } from './placed-values.js'

/** An element of a message to one device, as a device would send it. */
export interface SentElement {
  readonly ts: number
  readonly metrics: Readonly<Record<string, string | number | boolean>>
  readonly units?: Readonly<Record<string, string>>
}

/** Element of a row, and the device and class that it goes to. */
export interface HistoryElement {
  readonly path: DevicePath
  readonly class: MetricClass
  readonly topic: string
  readonly sent: SentElement
}

/** Elements and faults that a row gives; neither where the mapping leaves it out or all of its cells are empty. */
export interface ReadRow {
  readonly elements: readonly HistoryElement[]
  /** Sentences on what cannot be sent at all, as there is no time, no device or no meaning. */
  readonly faults: readonly string[]
  /** Values of the mapping that had something in the row. */
  readonly used: readonly MappedValue[]
}

interface Target {
  readonly path: DevicePath
  readonly class: MetricClass
  readonly topic: string
  readonly metric: string
  /** Unit of the file; '' for none. */
  readonly unit: string
}

/** Targets of one value of the mapping, by what the columns that its names are made of hold. */
interface KnownTargets {
  readonly columns: readonly string[]
  readonly byCells: Map<string, Target | string>
}

/** Targets of a value that are kept; those of further cells are made with each row. */
const TARGETS_MAX = 10_000
const NUMBERS = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i,
} as const
const TRUTH: Readonly<Record<string, boolean>> = { true: true, false: false }

/** Makes elements of rows, one after the other: the hour that a clock shows twice is told by the rows before. */
export class HistoryElements {
  readonly #mapping: HistoryMapping
  readonly #values: PlacedValues
  readonly #time: HistoryTime
  readonly #absent: ReadonlySet<string>
  readonly #absentNumbers: ReadonlySet<number>
  readonly #ids = new NamedIds()
  readonly #targets = new Map<MappedValue, KnownTargets>()

  constructor(mapping: HistoryMapping) {
    this.#mapping = mapping
    this.#values = new PlacedValues(mapping)
    this.#time = new HistoryTime(mapping.time)
    this.#absent = new Set(mapping.absent.map(String))
    this.#absentNumbers = new Set(mapping.absent.filter((one) => NUMBERS['.'].test(String(one))).map(Number))
  }

  read(row: HistoryRow): ReadRow {
    if (row.problem !== '') return { elements: [], faults: [row.problem], used: [] }
    const used = this.#values.of(row).filter(({ column }) => !this.#isAbsent(row.cell(column)))
    if (used.length === 0) return { elements: [], faults: [], used }
    const faults: string[] = []
    const time = this.#time.sent(row)
    const parts = new Map<string, { target: Target; ts: number; metrics: Metrics; units: Record<string, string> }>()
    for (const value of used) {
      const target = this.#targetOf(value, row)
      if (typeof target === 'string') {
        faults.push(target)
        continue
      }
      const ts = time === null ? null : this.#time.read(time, `${target.topic}/${target.metric}`)
      const content = this.#contentOf(value, row.cell(value.column)!)
      if (ts === null) faults.push(this.#timeFault(time))
      else if (content === undefined)
        faults.push(`${value.column} is ${quote(row.cell(value.column))}, which its words do not name`)
      else {
        const key = `${target.topic}@${ts}`
        const part = parts.get(key) ?? { target, ts, metrics: {}, units: {} }
        parts.set(key, part)
        if (Object.hasOwn(part.metrics, target.metric)) {
          faults.push(
            `${value.column} says ${target.metric} of ${target.topic}, which another column of the row has said`,
          )
          continue
        }
        put(part.metrics, target.metric, content)
        if (target.unit !== '') put(part.units, target.metric, target.unit)
      }
    }
    const elements = [...parts.values()].map(({ target: { path, class: kind, topic }, ts, metrics, units }) => {
      return { path, class: kind, topic, sent: { ts, metrics, ...(Object.keys(units).length > 0 && { units }) } }
    })
    return { elements, faults: [...new Set(faults)], used }
  }

  #isAbsent(cell: HistoryCell): boolean {
    if (cell === null || cell === undefined || cell === '' || this.#absent.has(String(cell))) return true
    if (this.#absentNumbers.size === 0) return false
    const number = typeof cell === 'string' ? this.#numberOf(cell) : cell
    return typeof number === 'number' && this.#absentNumbers.has(number)
  }

  /** A number that stands in a text as the file writes them; null for any other text. */
  #numberOf(text: string): number | null {
    return NUMBERS[this.#mapping.csv.decimal_mark].test(text) ? Number(text.replace(',', '.')) : null
  }

  #timeFault(sent: string | number | null): string {
    const { column, format, zone } = this.#mapping.time
    const named = [column].flat().join(' and ')
    if (sent === null) return `${named} is empty, so nobody knows when it was`
    return `${named} is ${quote(sent)}, which is no time of the format ${format}${zone === undefined ? '' : ` in ${zone}`}`
  }

  /** Device and metric of a value, or a sentence on what is wrong with their names. */
  #targetOf(value: MappedValue, row: HistoryRow): Target | string {
    const { columns, byCells } = this.#knownOf(value)
    const cells = columns.length === 0 ? '' : JSON.stringify(columns.map((column) => textOf(row.cell(column))))
    const known = byCells.get(cells)
    if (known !== undefined) return known
    const target = targetOf(this.#namesOf(value), value.class ?? this.#mapping.class, row, this.#ids)
    if (byCells.size < TARGETS_MAX) byCells.set(cells, target)
    return target
  }

  #knownOf(value: MappedValue): KnownTargets {
    const before = this.#targets.get(value)
    if (before !== undefined) return before
    const columns = [...new Set(Object.values(this.#namesOf(value)).flatMap((text) => namesInTemplate(text)))]
    const known = { columns, byCells: new Map<string, Target | string>() }
    this.#targets.set(value, known)
    return known
  }

  #namesOf(value: MappedValue): Readonly<Record<Name, string>> {
    const { plant, line, device } = this.#mapping
    return {
      plant: value.plant ?? plant!,
      line: value.line ?? line!,
      device: value.device ?? device!,
      metric: value.metric,
      unit: value.unit ?? '',
    }
  }

  /** The value as a device would send it; undefined when the words of the mapping do not have it. */
  #contentOf({ metric, words }: MappedValue, cell: NonNullable<HistoryCell>): string | number | boolean | undefined {
    if (words !== undefined) return Object.hasOwn(words, String(cell)) ? words[String(cell)] : undefined
    if (METRICS.get(metric)?.kind === 'state') return String(cell)
    if (typeof cell !== 'string') return cell
    const number = this.#numberOf(cell)
    if (number !== null) return number
    return Object.hasOwn(TRUTH, cell.toLowerCase()) ? TRUTH[cell.toLowerCase()] : cell
  }
}

type Metrics = Record<string, string | number | boolean>

/** Names come from files: `__proto__` is a name like any other. */
function put<T>(into: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') into[name] = value
  else Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
}

function textOf(cell: HistoryCell): string | null {
  return cell === null || cell === undefined || cell === '' ? null : String(cell)
}

function targetOf(
  texts: Readonly<Record<Name, string>>,
  given: MetricClass | undefined,
  row: HistoryRow,
  ids: NamedIds,
): Target | string {
  const named = {} as Record<Name, string>
  for (const [name, text] of Object.entries(texts) as [Name, string][]) {
    const filled = filledTemplate(text, (column) => textOf(row.cell(column)))
    if (filled === null) return `${namesInTemplate(text).join(', ')} is empty, which says the ${name}`
    const isId = name !== 'metric' && name !== 'unit' && namesInTemplate(text).length > 0
    if (!isId) {
      named[name] = filled
      continue
    }
    const found = ids.idOf(`${named.plant ?? ''}/${name}`, filled)
    if ('problem' in found) return found.problem
    named[name] = found.id
  }
  const { plant, line, device, metric, unit } = named
  const kind = given ?? METRICS.get(metric)?.classes[0]
  if (kind === undefined) return `nobody says the class of ${metric}`
  const path = { plant, line, device }
  const topic = topicOf(path, kind)
  const parsed = parseTopic(topic)
  return 'problem' in parsed ? parsed.problem : { path, class: kind, topic, metric, unit }
}

type Name = 'plant' | 'line' | 'device' | 'metric' | 'unit'
