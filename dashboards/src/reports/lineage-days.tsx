import type { KpiPoint } from '../../../src/base/kpi.js'
import type { Report } from '../../../src/base/report.js'
import type { LineageAnswer } from '../../../src/base/wire/audit.js'
import { Spark } from '../chart/spark.js'
import { csvText } from '../export/csv.js'
import { fileName } from '../export/file-name.js'
import { saveCsv } from '../export/save.js'
import { decimal, shareText, shownUnit } from '../format.js'
import { language, words } from '../settings.js'
import { dayText, isoText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { subscripts, Unit } from '../ui/text.js'
import { Step } from './lineage-step.js'
import { exactDecimal } from './number.js'
import { reportWords } from './words.js'

interface DaysProps {
  readonly lineage: LineageAnswer
  readonly report: Report
}

/** The days that were added up, as bars and as a table. */
export function LineageDays({ lineage: { days, figure, id }, report }: DaysProps) {
  const w = reportWords().origin
  const lang = language.value
  const [first, last] = [days[0]!, days.at(-1)!]
  const zone = report.plants.find((plant) => plant.id === first.plant)?.timezone ?? 'UTC'
  const of = figure.made.by === 'days' ? figure.made.of : 'value'
  const part = (point: KpiPoint) =>
    of === 'numerator' ? point.numerator : of === 'denominator' ? point.denominator : point.value
  const bars = days.map((point) => ({ ...point, value: part(point) }))
  const span = { fromMs: Date.parse(first.start), toMs: Date.parse(last.end) }
  const guessed = days.reduce((most, point) => (point.estimated_share > most.estimated_share ? point : most))
  const isOfHours = figure.made.by === 'hours'
  const day = (point: KpiPoint) => {
    const startMs = Date.parse(point.start)
    return isOfHours ? isoText(startMs, zone).slice(0, 16).replace('T', ' ') : dayText(startMs, zone, lang)
  }
  const save = () => {
    const columns = ['start', 'end', 'value', 'unit', 'coverage', 'estimated_share', 'reason', 'flags', 'factors']
    const rows = bars.map((point) => [
      isoText(Date.parse(point.start), zone),
      isoText(Date.parse(point.end), zone),
      point.value,
      point.unit,
      point.coverage,
      point.estimated_share,
      point.reason,
      point.flags.join(' '),
      point.factors.join(' '),
    ])
    saveCsv(fileName([report.id, `v${report.version}`, id, 'days'], 'csv'), csvText(columns, rows))
  }
  return (
    <Step
      icon="days"
      title={(isOfHours ? w.hours : w.days)(decimal(days.length, 0, lang))}
      side={figure.value !== null && of !== 'highest' && <Total value={figure.value} unit={figure.unit} />}
    >
      <div class="origin-days">
        <div class="origin-bars">
          <Spark
            points={bars}
            span={span}
            dueMs={span.toMs}
            shape="sum"
            pillar="green"
            balance={null}
            isStale={false}
            areDots={false}
            previous={[]}
            shiftMs={0}
          />
        </div>
        <p class="origin-axis num">
          <span>{day(first)}</span>
          {guessed.estimated_share > 0 && (
            <span>
              {day(guessed)} {w.estimated} {shareText(guessed.estimated_share, lang)}
            </span>
          )}
          {days.length > 1 && <span>{day(last)}</span>}
        </p>
      </div>
      <details class="origin-table">
        <summary>{w.dayTable}</summary>
        <DayTable bars={bars} unit={first.unit} day={day} />
        <button type="button" class="button is-small" onClick={save}>
          <Icon name="download" size={14} />
          {w.dayCsv}
        </button>
      </details>
    </Step>
  )
}

interface DayTableProps {
  readonly bars: readonly KpiPoint[]
  readonly unit: string
  readonly day: (point: KpiPoint) => string
}

function DayTable({ bars, unit, day }: DayTableProps) {
  const w = reportWords().origin
  const lang = language.value
  return (
    <table class="table is-dense">
      <thead>
        <tr>
          <th>{w.day}</th>
          <th class="num">
            {w.value}
            <Unit unit={shownUnit(unit)} />
          </th>
          <th class="num">{w.coverage}</th>
          <th>{w.flags}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((point) => (
          <tr key={point.start} data-day={point.start} data-value={point.value ?? ''}>
            <td class="num is-left">{day(point)}</td>
            <td class="num">{point.value === null ? '—' : exactDecimal(String(point.value), lang)}</td>
            <td class="num">{shareText(point.coverage, lang)}</td>
            <td class="origin-wrap">
              {subscripts(
                [
                  point.reason === '' ? '' : words().reasons[point.reason],
                  ...point.flags.map((f) => words().flags[f]),
                  point.rules === undefined ? '' : w.rules(String(point.rules)),
                ]
                  .filter((text) => text !== '')
                  .join(reportWords().list),
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Total({ value, unit }: { readonly value: string; readonly unit: string }) {
  return (
    <span class="value">
      {reportWords().origin.sum(exactDecimal(value, language.value))}
      <Unit unit={shownUnit(unit)} />
    </span>
  )
}
