import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { METRICS } from '../../../src/base/metrics.js'
import type { DeviceAnswer, LastMessage, ReadingsAnswer } from '../../../src/base/wire.js'
import { DotCard } from '../chart/dot-card.js'
import { spanParts } from '../export/file-name.js'
import { shownUnit } from '../format.js'
import { type Answer, get, queryOf } from '../gateway/api.js'
import { type Asked, answerTo } from '../gateway/polled.js'
import { hrefOf, type Route } from '../route.js'
import type { Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { generation, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { exactText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { type LoadedReadings, POINTS_MAX, readOnFrom, withNewer } from './loaded-readings.js'
import { sentIn } from './stored.js'
import { exactNumber } from './text.js'

/** A range that ends now is read again so often. */
const EVERY_MS = 10_000
/** A device that makes up new names all the time does not fill the page. */
const NAMED_MAX = 100

type DeviceRoute = Extract<Route, { view: 'device' }>

/** Every reading of one metric over the range of the page. */
export function ReadingsCard({ device, at, zone }: { device: DeviceAnswer; at: DeviceRoute; zone: string }) {
  const lang = language.value
  const w = words()
  const metrics = useMetrics(device)
  const metric = at.metric ?? metrics.find((name) => METRICS.get(name)?.kind !== 'state') ?? metrics[0]
  const { answer, retry } = useReadings(device, metric, at, zone)
  const loaded = answer.kind === 'loaded' ? answer.value : undefined
  const points = loaded?.points ?? []
  const dots = useMemo(
    () => points.flatMap(({ ts, value }) => (typeof value === 'number' ? [{ atMs: Date.parse(ts), value }] : [])),
    [points],
  )
  if (metric === undefined) return null
  const unit = points[0]?.unit ?? METRICS.get(metric)?.unit ?? ''
  const { fromMs, toMs } = loaded ?? spanOfRange(at.range, zone, nowMs.peek())
  const text = (value: number | string) => (typeof value === 'number' ? exactNumber(value, lang) : value)
  return (
    <DotCard
      name="readings"
      title={w.devices.readings}
      sub={<MetricChoice metrics={metrics} metric={metric} unit={unit} at={at} />}
      chart={{
        dots,
        fromMs,
        toMs,
        zone,
        label: `${metric}, ${w.devices.readings}`,
        textOf: (value) => exactNumber(value, lang),
      }}
      isTableOnly={points.length > 0 && dots.length === 0}
      table={() => ({
        head: [
          w.table.time,
          shownUnit(unit) === '' ? w.table.value : `${w.table.value}, ${shownUnit(unit)}`,
          w.devices.quality,
        ],
        rows: points
          .toReversed()
          .map(({ ts, value, quality }) => [exactText(Date.parse(ts), zone, lang), text(value), quality]),
      })}
      file={{
        parts: [device.plant, device.id, metric, ...spanParts({ fromMs, toMs }, zone)],
        columns: ['ts', 'value', 'unit', 'quality'],
        rows: () => points.map(({ ts, value, unit: of, quality }) => [ts, value, of, quality]),
      }}
      {...insteadOf(answer, points.length, retry)}
    >
      {loaded?.isPart && (
        <p class="card-foot">{w.devices.partOfRange(String(points.length), exactText(fromMs, zone, lang))}</p>
      )}
    </DotCard>
  )
}

function insteadOf(answer: Answer<LoadedReadings>, count: number, retry: () => void) {
  const w = words()
  if (answer.kind === 'loading') return { instead: <Skeleton class="chart-skeleton" /> }
  if (answer.kind === 'failed') {
    return { instead: <ErrorBody title={w.error.chart} detail={answer.detail} onRetry={retry} /> }
  }
  return count === 0 ? { instead: <p class="chart-empty">{w.devices.noReadings}</p> } : {}
}

/** Metric that a device of a role most likely sends, where no message of it is at hand. */
const FIRST_METRICS: Readonly<Record<string, string>> = {
  sub: 'elec_submeter_kwh',
  pv: 'renew_onsite_kwh',
  stack: 'nox_mgm3',
  robot: 'cycle_count',
  machine: 'parts_total',
}
const FIRST_METRIC_ELSE = 'elec_import_kwh'

/** The metrics of a message that were taken; a name that was refused has no readings. */
function takenIn(last: LastMessage): readonly string[] {
  if (last.readings === 0) return []
  const refused = new Set(last.rejections.map(({ metric }) => metric))
  return sentIn(last).flatMap(({ metric }) => (refused.has(metric) ? [] : metric))
}

/** The metrics that it has sent, those of its last messages first, then the others of their classes. */
function useMetrics(device: DeviceAnswer): readonly string[] {
  const seen = useSignal<readonly string[]>([])
  const named = device.last_message === null ? [] : takenIn(device.last_message)
  const own = [...new Set([...seen.peek(), ...named, ...device.metrics])].slice(0, NAMED_MAX)
  useEffect(() => {
    seen.value = own
  }, [own.join()])
  const first = own.length > 0 ? own : [FIRST_METRICS[device.role ?? ''] ?? FIRST_METRIC_ELSE]
  const classes = new Set(first.flatMap((name) => METRICS.get(name)?.classes ?? []))
  const others = [...METRICS].filter(([, { classes: of }]) => of.some((one) => classes.has(one))).map(([name]) => name)
  return [...new Set([...first, ...others])]
}

interface MetricChoiceProps {
  readonly metrics: readonly string[]
  readonly metric: string
  readonly unit: string
  readonly at: DeviceRoute
}

function MetricChoice({ metrics, metric, unit, at }: MetricChoiceProps) {
  const w = words()
  const choose = (chosen: string) => location.replace(hrefOf({ ...route.value, ...at, metric: chosen }))
  const offered = metrics.includes(metric) ? metrics : [metric, ...metrics]
  return (
    <span class="metric-choice">
      <label class="select is-plain">
        <code>{metric}</code>
        <Icon name="chevron" size={14} />
        <select
          aria-label={w.devices.metric}
          value={metric}
          onChange={(event) => choose((event.currentTarget as HTMLSelectElement).value)}
        >
          {offered.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {shownUnit(unit)}
    </span>
  )
}

/** Read as a whole once, and again after a break of the feed; while the range runs, on from the last reading. */
function useReadings(device: DeviceAnswer, metric: string | undefined, at: DeviceRoute, zone: string) {
  const { plant, id, newest } = device
  const tries = useSignal(0)
  const isRunning = spanOfRange(at.range, zone, nowMs.value).toMs >= nowMs.value - 1_000
  const beat = isRunning ? Math.floor(nowMs.value / EVERY_MS) : 0
  const asked = `${plant}|${id}|${metric}|${JSON.stringify(at.range)}`
  const kept = useSignal<Asked<LoadedReadings>>({ key: '', answer: { kind: 'loading' } })
  const readIn = useRef(0)
  const currentGeneration = generation.value
  useEffect(() => {
    const before = answerTo(asked, kept.peek())
    if (metric === undefined || (document.hidden && before.kind === 'loaded')) return
    let isCurrent = true
    const { fromMs, toMs } = spanOfRange(at.range, zone, nowMs.peek())
    // A device whose clock is ahead has its newest readings in the future: "until now" includes them.
    const endMs = at.range.kind === 'last' && newest !== null ? Math.max(toMs, Date.parse(newest) + 1) : toMs
    const known = before.kind === 'loaded' && readIn.current === currentGeneration ? before.value : null
    void readOn(plant, id, metric, known, { fromMs, toMs: endMs }).then((next) => {
      if (!isCurrent) return
      if (next.kind === 'loaded') readIn.current = currentGeneration
      if (next.kind === 'loaded' || before.kind !== 'loaded') kept.value = { key: asked, answer: next }
    })
    return () => {
      isCurrent = false
    }
  }, [asked, beat, tries.value, currentGeneration])
  return { answer: answerTo(asked, kept.value), retry: () => tries.value++ }
}

async function readOn(
  plant: string,
  device: string,
  metric: string,
  known: LoadedReadings | null,
  span: Span,
): Promise<Answer<LoadedReadings>> {
  const sinceMs = known === null ? null : readOnFrom(known)
  if (known !== null && sinceMs !== null && sinceMs < span.toMs) {
    const query = new URLSearchParams({
      device,
      metric,
      ...queryOf({ fromMs: sinceMs, toMs: span.toMs }),
      limit: String(POINTS_MAX),
    })
    const answer = await get<ReadingsAnswer>(`/plants/${plant}/readings?${query}`)
    if (answer.kind !== 'loaded') return answer
    if (answer.value.next === null) {
      return { kind: 'loaded', value: withNewer(known, answer.value.points, sinceMs, span) }
    }
  }
  return newestOf(plant, device, metric, span.fromMs, span.toMs)
}

/** The readings of a period; where there are more than a page of them, about the newest page. */
async function newestOf(
  plant: string,
  device: string,
  metric: string,
  fromMs: number,
  toMs: number,
): Promise<Answer<LoadedReadings>> {
  let firstMs = fromMs
  let found: LoadedReadings | null = null
  const endMs = Math.min(toMs, nowMs.peek())
  // The API reads forward in time: how dense the first page is says where the last one begins.
  for (let tries = 0; ; tries++) {
    const query = new URLSearchParams({
      device,
      metric,
      ...queryOf({ fromMs: firstMs, toMs }),
      limit: String(POINTS_MAX),
    })
    const answer = await get<ReadingsAnswer>(`/plants/${plant}/readings?${query}`)
    if (answer.kind !== 'loaded') return answer
    const { points, next } = answer.value
    const last = points.at(-1)
    // A device that fell silent long ago has nothing at the end: then the page before is the best there is.
    if (last === undefined && found !== null) return { kind: 'loaded', value: found }
    found = { points, fromMs: firstMs, toMs, isPart: tries > 0 }
    if (next === null || last === undefined || tries === 3) return { kind: 'loaded', value: found }
    found = { ...found, isPart: true }
    firstMs = Math.max(firstMs, endMs - (Date.parse(last.ts) - firstMs) * 0.8)
  }
}
