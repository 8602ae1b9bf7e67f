import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AlarmItem } from '../../../src/base/alarm.js'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { axisTicks, chartDomain } from '../chart/domain.js'
import { decimal, figureText, referenceText } from '../format.js'
import { type Answer, getSeries } from '../gateway/api.js'
import { zoneOf } from '../names.js'
import { gapsOf, type Span, streamOf } from '../series/points.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { tickText, timeTicks, windowText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { figureOf } from './text.js'
import { isAlarmed, spanAround } from './windows.js'

interface AlarmChartProps {
  readonly alarm: AlarmItem
  readonly info: KpiInfo
}

/** The windows around an alarm, with its limit: those of the alarm in its colour, what is missing hatched. */
export function AlarmChart({ alarm, info }: AlarmChartProps) {
  const { answer, retry } = useAlarmWindows(alarm)
  const w = words()
  if (answer.kind === 'loading') {
    return (
      <div class="alarm-plot">
        <Skeleton class="is-plot" />
      </div>
    )
  }
  if (answer.kind === 'failed') return <ErrorBody title={w.error.chart} detail={answer.detail} onRetry={retry} />
  if (answer.value.points.length === 0) return <p class="faint">{w.alarms.noWindows}</p>
  return <Plot alarm={alarm} info={info} windows={answer.value} />
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`
const TIME_LABELS_MAX = 5

function Plot({ alarm, info, windows }: AlarmChartProps & { readonly windows: AlarmWindows }) {
  const w = words()
  const lang = language.value
  const zone = zoneOf(alarm.plant)
  const figure = figureOf(alarm)
  const { points } = windows
  const last = points.at(-1)
  const span = {
    fromMs: Math.max(windows.span.fromMs, Date.parse(points[0]?.start ?? '')),
    toMs: Math.max(windows.span.toMs, Date.parse(last?.end ?? '')),
  }
  const inUnit = chartDomain(points, info.shape, alarm.limit)
  const ticks = axisTicks({ min: inUnit.min * figure.factor, max: inUnit.max * figure.factor })
  const low = Math.min(ticks[0] ?? 0, inUnit.min * figure.factor)
  const high = Math.max(ticks.at(-1) ?? 1, inUnit.max * figure.factor)
  const x = (ms: number) => (ms - span.fromMs) / (span.toMs - span.fromMs)
  const top = (shown: number) => 1 - (shown - low) / (high - low)
  const digits = Math.max(0, -Math.floor(Math.log10((ticks[1] ?? 1) - (ticks[0] ?? 0)) + 1e-9))
  const limitTop = top(alarm.limit * figure.factor)
  const hole = points.findLast((point) => point.value === null)
  const place = { zone, language: lang, nowMs: nowMs.peek() }
  const spanText = (p: KpiPoint) => windowText(Date.parse(p.start), Date.parse(p.end), p.window, place)
  return (
    <>
      <div class="alarm-plot" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} class="alarm-tick num" style={{ '--at': String(top(tick)) }}>
            {decimal(tick, Math.min(digits, 3), lang)}
          </span>
        ))}
        <svg class="alarm-bars" aria-hidden="true">
          {ticks.map((tick) => (
            <line key={tick} class="alarm-grid" x1="0" x2="100%" y1={percent(top(tick))} y2={percent(top(tick))} />
          ))}
          {gapsOf(points, span).map(({ fromMs, toMs }) => (
            <rect
              key={fromMs}
              class="spark-gap"
              x={percent(x(fromMs))}
              width={percent(x(toMs) - x(fromMs))}
              height="100%"
            />
          ))}
          {points.map((point) => {
            if (point.value === null) return null
            const isLine = info.shape === 'ratio'
            const [y, zero] = [top(point.value * figure.factor), top(Math.max(0, low))]
            const kind = `${isAlarmed(alarm, point) ? `is-${alarm.severity} is-alarmed` : ''} ${point.provisional ? 'is-provisional' : ''}`
            const width = x(Date.parse(point.end)) - x(Date.parse(point.start))
            return (
              <rect
                key={point.start}
                class={`alarm-bar ${kind} ${isLine ? 'is-line' : ''}`}
                data-value={point.value}
                x={percent(x(Date.parse(point.start)) + width * 0.06)}
                width={percent(width * 0.88)}
                y={percent(isLine ? y : Math.min(y, zero))}
                height={isLine ? '3' : percent(Math.abs(zero - y))}
              />
            )
          })}
          <line class="alarm-limit" x1="0" x2="100%" y1={percent(limitTop)} y2={percent(limitTop)} />
        </svg>
        <span class="alarm-limit-name num" style={{ '--at': String(limitTop) }}>
          {w.alarms.limit(referenceText(alarm.limit, figure, lang))}
        </span>
        {timeTicks(span.fromMs, span.toMs, zone, TIME_LABELS_MAX).map((ms) => (
          <span key={ms} class="alarm-time num" style={{ '--at': String(x(ms)) }}>
            {tickText(ms, zone, lang)}
          </span>
        ))}
      </div>
      {hole !== undefined && hole.reason !== '' && (
        <p class="alarm-hole">
          <svg class="legend-mark is-gap" viewBox="0 0 16 12" aria-hidden="true">
            <rect x="2.5" y="0.5" width="11" height="11" />
          </svg>
          {w.alarms.windowReason(spanText(hole), w.reasons[hole.reason])}
        </p>
      )}
      <table class="sr-only">
        <caption>
          {w.alarms.chart(info.name[lang], `${referenceText(alarm.limit, figure, lang)} ${figure.unit}`)}
        </caption>
        <tbody>
          {points.map((point) => (
            <tr key={point.start}>
              <th scope="row">{spanText(point)}</th>
              <td>
                {point.value === null
                  ? `— ${point.reason === '' ? '' : w.reasons[point.reason]}`
                  : `${figureText(point.value, figure, lang)} ${figure.unit}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

interface AlarmWindows {
  readonly span: Span
  readonly points: readonly KpiPoint[]
}

/** The figures that an alarm is about, read again each minute while it is active; null for one of a device's own. */
function useAlarmWindows(alarm: AlarmItem): {
  readonly answer: Answer<AlarmWindows>
  readonly retry: () => void
} {
  const answer = useSignal<Answer<AlarmWindows>>({ kind: 'loading' })
  const tries = useSignal(0)
  const { plant, id, kpi, window, scope, scope_id, cleared_at } = alarm
  const minute = cleared_at === null ? Math.floor(nowMs.value / 60_000) : 0
  useEffect(() => {
    if (kpi === null || window === null) return
    let isCurrent = true
    const span = spanAround(alarm, window, nowMs.peek())
    void getSeries(streamOf({ plant, scope, id: scope_id, kpi, window }), span).then((read) => {
      if (isCurrent)
        answer.value = read.kind === 'loaded' ? { kind: 'loaded', value: { span, points: read.value } } : read
    })
    return () => {
      isCurrent = false
    }
  }, [plant, id, cleared_at, minute, tries.value])
  return { answer: answer.value, retry: () => tries.value++ }
}
