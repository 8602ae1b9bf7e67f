import { useSignal } from '@preact/signals'
import { DAY_MS } from '../../../src/base/durations.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { notesOf } from '../chart/chart-table.js'
import { Distribution } from '../chart/distribution.js'
import { rangeOf, whenText } from '../chart/point-text.js'
import type { CardPicture } from '../export/card-picture.js'
import { decimal, figureFor, figureText, shareText } from '../format.js'
import { lineName } from '../names.js'
import { type Asked, useCardPoints } from '../series/card-points.js'
import { lastWindow, useFigures } from '../series/figures.js'
import type { RangePoint } from '../series/range-point.js'
import { language, words } from '../settings.js'
import { catalogue, nowMs, route } from '../state.js'
import { referenceFor } from '../tiles/model.js'
import { lengthMsOf, spanOfRange } from '../time/range.js'
import { isoText } from '../time/time.js'
import type { PlaceProps } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { TableView } from '../ui/table-view.js'
import { Value } from '../ui/text.js'
import { useMeasured } from './measured.js'
import { CAPABILITY_KPIS, characteristicsOf, listedOf, QUALITY_KPIS, SAMPLES_MIN } from './quality.js'
import { useSteps } from './states-over-time.js'
import { accountable } from './time-account.js'
import { type LineYield, Yields } from './yields.js'

const MEASURED_EVERY_MS = 60_000
const DAYS_AS_DAY_MS = 8 * DAY_MS

/** Shows the quality of the pieces over the page's range; nothing where nothing is inspected or measured. */
export function QualityCard({ plant, line }: PlaceProps) {
  const w = words()
  const isTable = useSignal(false)
  const zone = plant.timezone
  const id = line ?? plant.id
  const lines = plant.lines.filter((one) => line === null || one.id === line)
  const scope = line === null ? 'plant' : 'line'
  const own = useFigures({ plant: plant.id, zone, scope, ids: [id], kpis: QUALITY_KPIS })
  const ofLines = useFigures({ plant: plant.id, zone, scope: 'line', ids: lines.map((one) => one.id), kpis: ['fpy'] })
  // Capabilities of days do not add up: that of the last day, or month, of the range is shown, and named.
  const window = lengthMsOf(route.value.range) <= DAYS_AS_DAY_MS ? '1d' : '1mo'
  const asked = CAPABILITY_KPIS.map((kpi): Asked => ({ scope, id, kpi, window }))
  const windows = useCardPoints(plant.id, asked, spanOfRange(route.value.range, zone, nowMs.value))
  const capabilityOf = (kpi: string) => lastWindow(windows.of({ scope, id, kpi, window }))
  const listed = listedOf((kpi) => (isCapability(kpi) ? capabilityOf(kpi) : own.of(kpi, id)))
  const fpy = own.of('fpy', id)
  const capability = CAPABILITY_KPIS.map(capabilityOf).find((point) => point !== undefined)
  const span =
    capability === undefined ? null : { fromMs: Date.parse(capability.start), toMs: Date.parse(capability.end) }
  const step = useSteps(zone, MEASURED_EVERY_MS)
  const { measured: found, retry } = useMeasured(plant.id, span, step)
  const members = new Set(lines.flatMap((one) => one.devices.map(({ id: device }) => device)))
  const characteristics =
    span === null || found.kind !== 'loaded'
      ? []
      : characteristicsOf(found.value.events.filter(({ device }) => line === null || members.has(device)))
  const least = Math.min(...characteristics.map(({ values }) => values.length))
  const isCut = found.kind === 'loaded' && found.value.isCut
  const problem = own.problem || ofLines.problem
  const yields = lines.flatMap((one): LineYield[] => {
    const point = ofLines.of('fpy', one.id)
    return point === undefined ? [] : [{ id: one.id, name: lineName(one), point }]
  })
  const hasAny = listed.length > 0 || yields.length > 0
  const isNothing = own.isKnown && ofLines.isKnown && !hasAny && problem === ''
  if (isNothing && (own.isLive || accountable(plant).length === 0)) return null
  const target = referenceFor(plant.targets, 'fpy', '1d', null)
  return (
    <section class="card quality-card" aria-label={w.quality.title} data-card="quality">
      <header class="card-head">
        <span class="pillar-square pillar-high_end" aria-hidden="true" />
        <h2>{w.quality.title}</h2>
        <span class="card-sub num">{fpy !== undefined && subtitle(fpy, plant)}</span>
        <span class="card-tools">
          {hasAny && (
            <CardTools
              isTable={isTable}
              name={[plant.id, ...(line === null ? [] : [line]), 'quality']}
              span={spanOfRange(route.value.range, zone, nowMs.value)}
              zone={zone}
              rows={() => qualityRows([...yields.map(({ point }) => point), ...listed], zone)}
              picture={() => qualityPicture(yields, listed, fpy === undefined ? '' : subtitle(fpy, plant))}
            />
          )}
        </span>
      </header>
      {problem !== '' ? (
        <ErrorBody
          title={w.quality.failed}
          detail={problem}
          onRetry={() => {
            own.retry()
            ofLines.retry()
          }}
        />
      ) : isNothing ? (
        <p class="card-nothing">— {w.reasons.no_data}</p>
      ) : !hasAny ? (
        <div class="quality-waiting">
          <Skeleton class="is-plot" />
        </div>
      ) : isTable.value ? (
        <QualityTable yields={yields} listed={listed} plant={plant} />
      ) : (
        <div class="quality">
          {yields.length > 0 && <Yields rows={yields} target={target?.kind === 'target' ? target.value : null} />}
          {characteristics.length > 0 && (
            <Distribution all={characteristics} limits={plant.characteristics ?? []} isCut={isCut} />
          )}
          {found.kind === 'failed' && span !== null && (
            <ErrorBody title={w.quality.valuesFailed} detail={found.detail} onRetry={retry} />
          )}
          {listed.length > 0 && (
            <CapabilityList
              plant={plant}
              listed={listed}
              day={fpy}
              samples={Number.isFinite(least) ? least : null}
              isOfSeveral={characteristics.length > 1}
            />
          )}
        </div>
      )}
    </section>
  )
}

function qualityRows(points: readonly KpiPoint[], zone: string) {
  return {
    columns: ['figure', 'id', 'from', 'to', 'value', 'reason'],
    rows: points.map((point) => [
      point.kpi,
      point.id,
      isoText(Date.parse(point.start), zone),
      isoText(Date.parse(point.end), zone),
      point.value,
      point.reason,
    ]),
  }
}

function qualityPicture(yields: readonly LineYield[], listed: readonly KpiPoint[], subtitle: string): CardPicture {
  const w = words().quality
  return {
    title: w.title,
    subtitle,
    columns: [w.value],
    rows: [
      ...yields.map(({ name, point }) => ({
        name,
        bars: [{ share: Math.min(1, point.value ?? 0), look: 'half' as const }],
        values: [point.value === null ? '—' : shareText(point.value, language.value, 2)],
      })),
      ...listed.map((point) => ({
        name: w.names[point.kpi as keyof typeof w.names],
        bars: [],
        values: [pictureText(point)],
      })),
    ],
    note: '',
  }
}

function subtitle(fpy: RangePoint, plant: PlantNode): string {
  const w = words()
  const inspected = fpy.denominator ?? 0
  const when = rangeOf(fpy, plant)
  if (inspected === 0) return when
  return `${when}${language.value === 'zh' ? '，' : ', '}${w.quality.inspected(decimal(inspected, 0, language.value))}`
}

interface CapabilityListProps {
  readonly plant: PlantNode
  readonly listed: readonly KpiPoint[]
  /** Point whose day the rest of the card is of: another day is named. */
  readonly day: KpiPoint | undefined
  /** Values of the characteristic that has fewest; null while they are not known. */
  readonly samples: number | null
  readonly isOfSeveral: boolean
}

function CapabilityList({ plant, listed, day, samples, isOfSeveral }: CapabilityListProps) {
  const w = words()
  const lang = language.value
  const capability = listed.find(({ kpi }) => isCapability(kpi))
  const facts = [
    ...(capability !== undefined && capability.start !== day?.start ? [whenText(capability, plant.timezone)] : []),
    ...(capability !== undefined && samples !== null ? [w.quality.samples(decimal(samples, 0, lang))] : []),
  ]
  return (
    <section class="quality-part" aria-label={w.quality.listTitle}>
      <h3>
        {w.quality.listTitle} {facts.length > 0 && <span class="faint num">{facts.join(' · ')}</span>}
      </h3>
      <dl class="capability">
        {listed.map((point) => {
          const reference = referenceFor(
            plant.targets,
            point.kpi,
            isCapability(point.kpi) ? point.window : '1d',
            point.value,
          )
          return (
            <div key={point.kpi} data-kpi={point.kpi} data-value={point.value ?? ''}>
              <dt>
                {w.quality.names[point.kpi as keyof typeof w.quality.names]}
                {reference !== null && (
                  <span class="faint num">
                    {reference.isMissed && <span class="ring" aria-hidden="true" />}
                    {w.quality.target(decimal(reference.value, 2, lang))}
                  </span>
                )}
              </dt>
              <dd>
                {point.value === null ? (
                  <>
                    — <span class="faint num">{reasonOf(point, samples)}</span>
                  </>
                ) : (
                  <Figure point={point} />
                )}
              </dd>
            </div>
          )
        })}
      </dl>
      {isOfSeveral && <p class="faint">{w.quality.worst}</p>}
    </section>
  )
}

const isCapability = (kpi: string) => CAPABILITY_KPIS.some((one) => one === kpi)

/** "31 of 50 samples" says more than "too few". */
function reasonOf({ kpi, reason }: KpiPoint, samples: number | null): string {
  const w = words()
  if (reason === '') return ''
  const isFew = reason === 'low_sample' && isCapability(kpi) && samples !== null && samples < SAMPLES_MIN
  if (!isFew) return w.reasons[reason]
  return w.quality.ofSamples(decimal(samples, 0, language.value), decimal(SAMPLES_MIN, 0, language.value))
}

function Figure({ point }: { readonly point: KpiPoint }) {
  const info = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(point.kpi) : undefined
  if (info === undefined) return <span class="value">—</span>
  // Shares of a few per cent: one digit would hide their half.
  const figure = figureFor(info, point.value ?? 0)
  return <Value value={point.value} figure={figure.unit === '%' ? { ...figure, digits: 2 } : figure} />
}

function pictureText(point: KpiPoint): string {
  const info = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(point.kpi) : undefined
  if (info === undefined || point.value === null) return '—'
  const figure = figureFor(info, point.value)
  return `${figureText(point.value, figure, language.value)} ${figure.unit}`.trim()
}

interface QualityTableProps {
  readonly yields: readonly LineYield[]
  readonly listed: readonly KpiPoint[]
  readonly plant: PlantNode
}

function QualityTable({ yields, listed, plant }: QualityTableProps) {
  const w = words()
  const fpy = catalogue.value.kind === 'loaded' ? catalogue.value.value.get('fpy') : undefined
  const rows = [
    ...yields.map(({ name, point }) => ({ name: `${fpy?.name[language.value] ?? 'fpy'} · ${name}`, point })),
    ...listed.map((point) => ({ name: w.quality.names[point.kpi as keyof typeof w.quality.names], point })),
  ]
  return (
    <TableView class="table-wide">
      <thead>
        <tr>
          <th>{w.quality.figure}</th>
          <th>{w.table.time}</th>
          <th class="num">{w.quality.value}</th>
          <th>{w.table.notes}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, point }) => (
          <tr key={name}>
            <td>{name}</td>
            <td>{'figure' in point ? rangeOf(point as RangePoint, plant) : whenText(point, plant.timezone)}</td>
            <td class="num" title={point.value === null ? undefined : String(point.value)}>
              {point.value === null ? '—' : <Figure point={point} />}
            </td>
            <td>{notesOf(point).join(' · ')}</td>
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}
