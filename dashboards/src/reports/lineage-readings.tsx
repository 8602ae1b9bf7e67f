import { METRICS } from '../../../src/base/metrics.js'
import type { Report } from '../../../src/base/report.js'
import type { LineageReading, LineageSeries } from '../../../src/base/wire/audit.js'
import { decimal, shownUnit } from '../format.js'
import { hrefOf } from '../route.js'
import { language } from '../settings.js'
import { route } from '../state.js'
import { clockSecondsText, dayText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { Unit } from '../ui/text.js'
import { Step } from './lineage-step.js'
import { exactDecimal } from './number.js'
import { isInterpolated, registerAt } from './register.js'
import { reportWords } from './words.js'

interface ReadingsProps {
  readonly series: LineageSeries
  readonly report: Report
}

/** A series of readings below a figure: how many, and those around both ends of the period. */
export function LineageReadings({ series, report }: ReadingsProps) {
  const w = reportWords().origin
  const lang = language.value
  const plant = report.plants.find(({ id }) => id === series.plant)
  const zone = plant?.timezone ?? 'UTC'
  const isRegister = METRICS.get(series.metric)?.kind === 'counter'
  const [fromMs, toMs] = [Date.parse(plant?.start ?? ''), Date.parse(plant?.end ?? '')]
  const isBetween =
    isRegister && (isInterpolated(series.around_start, fromMs) || isInterpolated(series.around_end, toMs))
  const { compare, wall } = route.value
  const range = { kind: 'span', fromMs, toMs } as const
  const href = hrefOf({
    view: 'device',
    plant: series.plant,
    device: series.device,
    metric: series.metric,
    range,
    compare,
    wall,
  })
  return (
    <Step
      icon="readings"
      title={
        <>
          {w.activity} <code class="faint">{series.metric}</code>
        </>
      }
      side={<code>{series.device}</code>}
    >
      <p>
        <strong class="num" data-series={`${series.device}/${series.metric}`} data-count={series.count}>
          {w.readings(decimal(series.count, 0, lang))}
        </strong>{' '}
        <span class="faint num">{series.missing > 0 ? w.missing(decimal(series.missing, 0, lang)) : w.complete}</span>
      </p>
      <table class="origin-readings num">
        <tbody>
          <Edge name={w.start} atMs={fromMs} around={series.around_start} {...{ series, zone, isRegister }} />
          <Edge name={w.end} atMs={toMs} around={series.around_end} {...{ series, zone, isRegister }} />
        </tbody>
      </table>
      {isBetween && <p class="faint">{w.interpolated}</p>}
      <a class="link" href={href}>
        {w.openReadings}
        <Icon name="arrowRight" size={14} />
      </a>
    </Step>
  )
}

interface EdgeProps {
  readonly name: string
  /** Beginning or end of the period, epoch ms. */
  readonly atMs: number
  readonly around: readonly LineageReading[]
  readonly series: LineageSeries
  readonly zone: string
  readonly isRegister: boolean
}

function Edge({ name, atMs, around, series, zone, isRegister }: EdgeProps) {
  const w = reportWords().origin
  const lang = language.value
  const moment = (ms: number) => `${dayText(ms, zone, lang)} ${clockSecondsText(ms, zone, lang)}`
  const register = isRegister ? registerAt(around, atMs) : null
  return (
    <>
      <tr class="origin-edge">
        <th scope="rowgroup" colSpan={2}>
          {name} <span class="faint">{moment(atMs)}</span>
        </th>
        <td class="num" colSpan={2}>
          {register !== null && (
            <strong class="value">
              {decimal(register, 2, lang)}
              <Unit unit={shownUnit(series.unit)} />
            </strong>
          )}
        </td>
      </tr>
      {around.length === 0 && (
        <tr>
          <td class="faint" colSpan={4}>
            {w.noBefore}
          </td>
        </tr>
      )}
      {around.map((reading) => (
        <tr key={reading.ts} class="origin-reading" title={reading.ts}>
          <td class="origin-when">{moment(Date.parse(reading.ts))}</td>
          <td class="num">
            {typeof reading.value === 'number' ? exactDecimal(String(reading.value), lang) : reading.value}
          </td>
          <td>{reading.quality}</td>
          <td class="num">{reading.seq !== null && `seq ${decimal(reading.seq, 0, lang)}`}</td>
        </tr>
      ))}
    </>
  )
}
