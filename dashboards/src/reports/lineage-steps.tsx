import type { Report, ReportFactor, ReportFigure, ReportItem } from '../../../src/base/report.js'
import type { LineageAnswer } from '../../../src/base/wire/audit.js'
import type { EntryItem } from '../../../src/base/wire/entries.js'
import { originText } from '../entries/entry-list.js'
import { EntryText } from '../entries/entry-text.js'
import { entryWords } from '../entries/words.js'
import { decimal, shownUnit } from '../format.js'
import { linkTo } from '../nav.js'
import { language } from '../settings.js'
import { CopyButton } from '../ui/command-line.js'
import { subscripts, Unit } from '../ui/text.js'
import { partsOf, usersOf } from './figures.js'
import { LineageDays } from './lineage-days.js'
import { LineageReadings } from './lineage-readings.js'
import { Step } from './lineage-step.js'
import { exactDecimal, shortDigest } from './number.js'
import { ExactFigure } from './report-figure.js'
import { reportWords } from './words.js'

interface StepsProps {
  readonly lineage: LineageAnswer
  readonly report: Report
  readonly item: ReportItem
}

/** From the formula down to the proof, on one line; every step links on. */
export function LineageSteps({ lineage, report, item }: StepsProps) {
  const w = reportWords().origin
  const inputs = Object.keys(lineage.inputs).length > 0
  const users = usersOf(report.figures, lineage.id)
  return (
    <ol class="origin-steps">
      <FormulaStep lineage={lineage} />
      {inputs && (
        <Step icon="parts" title={w.inputs}>
          <Inputs lineage={lineage} item={item} />
        </Step>
      )}
      {lineage.days.length > 0 && <LineageDays lineage={lineage} report={report} />}
      {lineage.readings.map((series) => (
        <LineageReadings key={`${series.plant}/${series.device}/${series.metric}`} series={series} report={report} />
      ))}
      {lineage.entries !== undefined && lineage.entries.length > 0 && <EntriesStep entries={lineage.entries} />}
      {lineage.factors.map((factor) => (
        <FactorStep key={factor.id} factor={factor} fromDay={report.period.from} />
      ))}
      <ProofStep lineage={lineage} />
      {users.length > 0 && (
        <Step icon="parts" title={w.usedBy}>
          <ul>
            {users.map((id) => (
              <li key={id}>
                <FigureName id={id} figure={report.figures[id]} item={item} />
              </li>
            ))}
          </ul>
        </Step>
      )}
    </ol>
  )
}

function FormulaStep({ lineage: { formula, figure } }: { readonly lineage: LineageAnswer }) {
  const dictionary = reportWords()
  const w = dictionary.origin
  const confidences: Readonly<Record<string, string>> = dictionary.confidences
  const isChinese = language.value === 'zh'
  return (
    <Step icon="formula" title={w.formula} side={formula !== null && <code>{formula.id}</code>}>
      {formula !== null && (
        <p>
          <code class="origin-formula">{(isChinese && formula.formula_zh) || formula.formula}</code>
        </p>
      )}
      <p>{makingText(figure)}</p>
      {formula !== null && (
        <p class="faint">
          {subscripts((isChinese && formula.source_zh) || formula.source)}
          {formula.confidence !== '' && ` · ${confidences[formula.confidence] ?? formula.confidence}`}
        </p>
      )}
    </Step>
  )
}

/** Entries that people put on record for the figure's period: what, who, on which paper, and who approved it. */
function EntriesStep({ entries }: { readonly entries: readonly EntryItem[] }) {
  const w = entryWords()
  return (
    <Step icon="parts" title={w.title} side={<span class="num">{decimal(entries.length, 0, language.value)}</span>}>
      <ul class="origin-entries">
        {entries.map((entry) => (
          <li key={`${entry.device} ${entry.id}`} data-entry={entry.id} data-status={entry.status}>
            <strong>{w.types[entry.type]}</strong> · {w.statuses[entry.status]}
            <br />
            <EntryText entry={entry} />
            <p class="faint">
              {[
                entry.author,
                ...(entry.approved_by === null ? [] : [w.approvedBy(entry.approved_by)]),
                ...(entry.refused === null ? [] : [w.refusedBy(entry.refused.by, entry.refused.reason)]),
                originText(entry.origin),
                ...(entry.document === null ? [] : [`${w.paper} ${entry.document}`]),
              ].join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </Step>
  )
}

/** Sentence on how a figure came about. */
function makingText({ made }: ReportFigure): string {
  const w = reportWords().origin.making
  const lang = language.value
  switch (made.by) {
    case 'days':
      return (made.of === 'highest' ? w.highest : w.days)(made.kpi, decimal(made.days, 0, lang))
    case 'hours':
      return w.hours(made.kpi, decimal(made.hours, 0, lang))
    case 'sum':
      return w.sum
    case 'quotient':
      return made.times === 1 ? w.quotient : `${w.quotient}, ${w.times(decimal(made.times, 0, lang))}`
    case 'count':
      return w.count(made.of)
    case 'rule':
      return w.rule
    case 'statement':
      return w.statement(made.source)
  }
}

interface InputsProps {
  readonly lineage: LineageAnswer
  readonly item: ReportItem
}

function Inputs({ lineage: { inputs, figure }, item }: InputsProps) {
  const w = reportWords().origin
  const less: readonly string[] = figure.made.by === 'sum' ? (figure.made.less ?? []) : []
  const divisor = figure.made.by === 'quotient' ? figure.made.of[1] : null
  const parts = partsOf(figure).filter((id) => inputs[id] !== undefined)
  const ids = [...parts, ...Object.keys(inputs).filter((id) => !parts.includes(id))]
  return (
    <table class="origin-inputs">
      <tbody>
        {ids.map((id) => (
          <tr key={id}>
            <td>
              {less.includes(id) && <span class="faint">{w.less} </span>}
              {id === divisor && <span class="faint">{w.over} </span>}
              <FigureName id={id} figure={inputs[id]} item={item} />
            </td>
            <td class="num">
              <ExactFigure figure={inputs[id]!} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface FigureNameProps {
  readonly id: string
  readonly figure: ReportFigure | undefined
  readonly item: ReportItem
}

/** A figure that is gone to by its name. */
function FigureName({ id, figure, item }: FigureNameProps) {
  return (
    <a
      class="text-link"
      href={linkTo({ view: 'report', report: item.id, version: item.version, figure: id })}
      data-input={id}
    >
      {figure === undefined ? id : subscripts(figure.name[language.value])}
    </a>
  )
}

/** A factor of a year before the period goes on being used until the next one is published. */
function validity({ valid_from: from, valid_to: to }: ReportFactor, fromDay: string): string {
  const w = reportWords().origin
  if (from === '' && to === '') return ''
  return to !== '' && to < fromDay ? w.newestPublished : w.valid(from || w.open, to || w.open)
}

function FactorStep({ factor, fromDay }: { readonly factor: ReportFactor; readonly fromDay: string }) {
  const dictionary = reportWords()
  const w = dictionary.origin
  const facts = [
    factor.year === '' ? '' : w.year(factor.year),
    factor.published === '' ? '' : w.published(factor.published),
    validity(factor, fromDay),
    w.paramSources[factor.param_source] ?? factor.param_source,
    dictionary.factorConfidences[factor.confidence] ?? factor.confidence,
  ]
  return (
    <Step icon="factor" title={w.factor} side={<code>{factor.id}</code>}>
      <p>
        {factor.region !== '' && <>{factor.region} </>}
        <span class="value">
          {isDecimal(factor.value) ? exactDecimal(factor.value, language.value) : factor.value}
          <Unit unit={shownUnit(factor.unit)} />
        </span>
      </p>
      <p class="faint">{subscripts(factor.source)}</p>
      <p class="faint">{facts.filter((fact) => fact !== '').join(' · ')}</p>
    </Step>
  )
}

const isDecimal = (text: string) => /^-?\d+(\.\d+)?$/.test(text)

function ProofStep({ lineage: { proof } }: { readonly lineage: LineageAnswer }) {
  const w = reportWords().origin
  const count = (n: number) => decimal(n, 0, language.value)
  return (
    <Step
      icon="proof"
      title={w.proof}
      side={proof.days > 0 && <span class="num">{w.sealed(count(proof.sealed), count(proof.days))}</span>}
    >
      {proof.entry === null ? (
        <p class="faint">{w.noEntry}</p>
      ) : (
        <p class="origin-entry">
          <span class="faint">{w.frozenAs}</span>
          <code title={proof.entry}>{shortDigest(proof.entry)}</code>
          <CopyButton text={proof.entry} label={reportWords().acts.copy} />
        </p>
      )}
    </Step>
  )
}
