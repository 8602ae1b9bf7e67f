import { DAY_MS } from '../../../base/durations.js'
import type { Report } from '../../../base/report.js'
import type { LedgerPart } from '../ledger-part.js'
import { type EmissionExample, type Example, type ExampleSources, exampleOf, readReport } from './example.js'
import { fileBeside, fillText, type GuideTexts, type GuideValues, textsIn } from './texts.js'

/** The report, its part of the ledger and the example that the guide speaks of. */
export interface GuideFacts {
  readonly report: Report
  readonly ledger: LedgerPart
  /** A figure traced by hand; null where none of the report can be traced in so simple a way. */
  readonly example: Example | null
}

/** Languages of the guide: its file, how names are chosen and put in a row, and what stands around a remark. */
const LANGUAGES = [
  { id: 'en', file: 'en.md', and: ', ', remark: (text: string) => ` (${text})` },
  { id: 'zh', file: 'zh.md', and: '、', remark: (text: string) => `（${text}）` },
] as const
type Language = (typeof LANGUAGES)[number]

/** `HOW-TO-CHECK.md`: for an auditor who has never seen a bundle, in English and Chinese, with figures of this very report. */
export async function guide(sources: ExampleSources): Promise<string> {
  const report = await readReport(sources.reportDir)
  const example = await exampleOf(report, sources)
  return guideText({ report, ledger: sources.ledger, example })
}

/** The guide out of what it speaks of. */
export function guideText(facts: GuideFacts): string {
  const { id, version } = facts.report
  const zip = `${id}.v${version}.zip`
  const commands = [...textsIn('commands.md')].map(([name, text]) => [`command.${name}`, fillText(text, { zip })])
  const shared: GuideValues = { ...Object.fromEntries(commands), 'check.py': fileBeside('check.py').trimEnd() }
  return LANGUAGES.map((language) => written(language, facts, shared)).join('\n---\n\n')
}

function written(language: Language, facts: GuideFacts, shared: GuideValues): string {
  const texts = textsIn(language.file)
  const values = { ...shared, ...headValues(language, facts), ...limitValues(texts, facts) }
  const { example } = facts
  const traced = example === null ? {} : exampleValues(language, texts, example)
  const parts = ['head', 'key', 'script', 'by-hand', example === null ? 'no-example' : 'example', 'limits']
  return `${parts.map((part) => text(texts, part, { ...values, ...traced })).join('\n\n')}\n`
}

function text(texts: GuideTexts, name: string, values: GuideValues = {}): string {
  const found = texts.get(name)
  if (found === undefined) throw new Error(`the guide has no text ${name}`)
  return fillText(found, values)
}

function headValues({ id, and, remark }: Language, { report, ledger }: GuideFacts): GuideValues {
  const { from, to } = report.period
  const { version, commit } = report.basis.code
  const { freeze, days } = ledger
  return {
    title: report.title[id],
    report: report.id,
    version: report.version,
    plants: report.plants
      .map((plant) => `${plant.name[id] || plant.name.en || plant.id}${remark(plant.timezone)}`)
      .join(and),
    from,
    to,
    last_day: new Date(Date.parse(to) - DAY_MS).toISOString().slice(0, 10),
    sha256: freeze.body.sha256,
    frozen_at: freeze.at,
    frozen_by: freeze.body.by,
    entry: freeze.number,
    entry_hash: freeze.hash,
    days: days.size,
    rows: [...days.values()].reduce((sum, { rows }) => sum + rows, 0),
    program: `${version}${commit === '' ? '' : remark(commit)}`,
  }
}

function limitValues(texts: GuideTexts, { report, ledger: { timeStamps, freeze } }: GuideFacts): GuideValues {
  const before = report.period_before
  const count = timeStamps.length
  const stamps = count === 0 ? 'stamps-none' : count === 1 ? 'stamps-one' : 'stamps-many'
  const isSealed = freeze.body.files !== undefined
  return {
    earlier:
      before === undefined || before.report === null
        ? ''
        : text(texts, 'earlier', { earlier_id: before.id, earlier_version: before.report.version }),
    frozen_files: text(texts, isSealed ? 'files-sealed' : 'files-signed'),
    stamps: text(texts, stamps, { stamps_count: count }),
    exchanged: isSealed ? text(texts, 'exchanged') : '',
  }
}

function exampleValues({ id, and }: Language, texts: GuideTexts, example: Example): GuideValues {
  const { plant, figure, multiplier, configuration, device } = example
  const { start, end, difference, off, holds, emission, emissionHolds } = workings(example)
  const figures = { value: figure.value, unit: figure.unit }
  const outcome = holds ? (off === '' ? 'outcome-equal' : 'outcome-near') : 'outcome-other'
  const emitted = emissionHolds ? 'emission-all' : 'emission-more'
  return {
    ...figures,
    figure: figure.name[id],
    figure_id: example.figureId,
    plant: plant.name[id] || plant.id,
    start_at: example.start.at,
    end_at: example.end.at,
    'shown.start': start,
    'shown.end': end,
    difference,
    counted: text(texts, multiplier === 1 ? 'counted' : 'counted-multiplied', { multiplier, configuration, device }),
    outcome: text(texts, outcome, {
      ...figures,
      off,
      rounding: text(texts, 'rounding'),
      flags: figure.flags.join(and) || text(texts, 'no-flags'),
    }),
    emitted:
      example.emission === null || emission === null
        ? text(texts, 'emission-hourly')
        : text(texts, emitted, { emission, ...emissionValues(example.emission) }),
  }
}

function emissionValues({ importId, importKwh, figureId, kg, unit, factor }: EmissionExample): GuideValues {
  return {
    import_id: importId,
    import_kwh: importKwh,
    factor: factor.id,
    factor_value: factor.value,
    factor_unit: factor.unit,
    factor_source: factor.source,
    factor_year: factor.year,
    emitted_kg: kg,
    emitted_unit: unit,
    emitted_id: figureId,
  }
}

/** A day is rounded to a millionth before days are added up, and pencil and paper round too. */
const RELATIVE = 1e-9
const ROUNDING = 1e-6
/** Beyond nine decimals nothing is shown. */
const SEEN = 5e-10

/** The arithmetic of an example, line by line, without a word of any language. */
interface Workings {
  /** Commands that show the readings, each with the line that it shows as a comment. */
  readonly start: string
  readonly end: string
  readonly difference: string
  /** Distance of the computed energy from the report's figure, kWh; '' where it is nothing that can be seen. */
  readonly off: string
  readonly holds: boolean
  readonly emission: string | null
  readonly emissionHolds: boolean
}

function workings(example: Example): Workings {
  const { start, end, figure, multiplier, kwh, emission } = example
  const days = figure.made.by === 'days' ? figure.made.days : 0
  const allowed = (value: number) => days * ROUNDING + RELATIVE * Math.abs(value)
  const times = multiplier === 1 ? '' : ` × ${multiplier}`
  const difference = `(${plainNumber(end.register)} − ${plainNumber(start.register)})${times} = ${plainNumber(kwh)} kWh`
  const offKwh = Math.abs(kwh - Number(figure.value))
  const kg = emission === null ? 0 : Number(emission.importKwh) * Number(emission.factor.value)
  const offKg = emission === null ? 0 : Math.abs(kg - Number(emission.kg))
  return {
    start: boundaryText(start),
    end: boundaryText(end),
    difference,
    off: offKwh < SEEN ? '' : offKwh.toPrecision(1),
    holds: offKwh <= allowed(kwh),
    emission:
      emission &&
      `${emission.importKwh} kWh × ${emission.factor.value} ${emission.factor.unit} = ${plainNumber(kg)} ${gasOf(emission)}`,
    emissionHolds: offKg <= allowed(kg),
  }
}

/** kg of what the factor is of. */
function gasOf({ factor }: EmissionExample): string {
  return factor.unit.startsWith('kgCO2e') ? 'kg CO2e' : 'kg CO2'
}

function boundaryText({ at, before, after, register }: Example['start']): string {
  const found = before.ts === after.ts ? [before] : [before, after]
  const shown = found
    .map(({ file, line }) => `grep -F ${quoted(seriesAndTime(line))} unpacked/${file}\n# ${line}`)
    .join('\n')
  if (before.ts === after.ts) return `${shown}\n\n    R(${at}) = ${plainNumber(register)}`
  const [part, whole] = [(Date.parse(at) - before.ts) / 1000, (after.ts - before.ts) / 1000]
  return `${shown}

    R(${at}) = ${before.value} + (${after.value} − ${before.value}) × ${part} s / ${whole} s = ${plainNumber(register)}`
}

/** The first six columns of a line: line, device, class, metric, unit and time. */
function seriesAndTime(line: string): string {
  return line.split(',').slice(1, 6).join(',')
}

/** As a shell takes a text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A number as people copy it: what doubles have beyond nine decimals is noise. */
export function plainNumber(value: number): string {
  return String(Number(value.toFixed(9)))
}
