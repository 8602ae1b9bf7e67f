import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import { notesOf } from '../chart/chart-table.js'
import { rangeOf } from '../chart/point-text.js'
import type { CardPicture } from '../export/card-picture.js'
import { decimal, durationText, shareText } from '../format.js'
import { useFigures } from '../series/figures.js'
import { QUIET_COVERAGE } from '../series/totals.js'
import { language, words } from '../settings.js'
import { nowMs, route } from '../state.js'
import { referenceFor } from '../tiles/model.js'
import { spanOfRange } from '../time/range.js'
import type { PlaceProps } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import { axisStart, LOSS_KPIS, type Losses, type LossRow, lossesOf, shownPercent } from './losses.js'
import { accountable } from './time-account.js'

const DIGITS = 1
const TABLE_DIGITS = 3
/** Share of the axis that its first number and half of the target's label take. */
const LABEL_SHARE = 0.35

/** From planned busy time down to OEE, over the page's range; nothing where no OEE is reckoned. */
export function LossesCard({ plant, line }: PlaceProps) {
  const w = words()
  const isTable = useSignal(false)
  const id = line ?? plant.id
  const scope = line === null ? 'plant' : 'line'
  const asked = { plant: plant.id, zone: plant.timezone, scope, ids: [id], kpis: LOSS_KPIS } as const
  const figures = useFigures(asked)
  const oee = figures.of('oee', id)
  const isNothing = figures.isKnown && oee === undefined && figures.problem === ''
  // Nothing that could have an OEE: not even a place for it while it is asked for.
  if (oee === undefined && figures.problem === '' && accountable(plant).length === 0) return null
  // A day of the past without data has had a card before and will have one after.
  if (isNothing && figures.isLive) return null
  const losses = lossesOf((kpi) => figures.of(kpi, id))
  const target = line === null ? referenceFor(plant.targets, 'oee', '1d', oee?.value ?? null) : null
  return (
    <section class="card losses-card" aria-label={w.losses.title} data-card="losses">
      <header class="card-head">
        <span class="pillar-square pillar-intelligent" aria-hidden="true" />
        <h2>{w.losses.title}</h2>
        <span class="card-sub">
          {oee !== undefined && `${rangeOf(oee, plant)}${language.value === 'zh' ? '，' : ', '}`}
          {w.losses.unit}
        </span>
        <span class="card-tools">
          {losses.rows.length > 0 && (
            <CardTools
              isTable={isTable}
              name={[plant.id, ...(line === null ? [] : [line]), 'oee-losses']}
              span={spanOfRange(route.value.range, plant.timezone, nowMs.value)}
              zone={plant.timezone}
              rows={() => ({
                columns: ['row', 'kind', 'percent_of_planned'],
                rows: losses.rows.map((row) => [row.id, row.kind, exact(row)]),
              })}
              picture={() => lossPicture(losses, oee === undefined ? '' : rangeOf(oee, plant))}
            />
          )}
        </span>
      </header>
      {figures.problem !== '' ? (
        <ErrorBody title={w.losses.failed} detail={figures.problem} onRetry={figures.retry} />
      ) : isNothing ? (
        <p class="card-nothing">— {w.reasons.no_data}</p>
      ) : oee === undefined ? (
        <div class="losses-waiting">
          <Skeleton class="is-plot" />
        </div>
      ) : isTable.value ? (
        <LossTable losses={losses} />
      ) : (
        <Waterfall losses={losses} target={target?.kind === 'target' ? target.value : null} />
      )}
      <Foot losses={losses} />
    </section>
  )
}

interface WaterfallProps {
  readonly losses: Losses
  readonly target: number | null
}

function Waterfall({ losses, target }: WaterfallProps) {
  const w = words()
  const lang = language.value
  const start = axisStart(losses.rows, target)
  const at = (share: number) => `${(Math.max(0, Math.min(1, (share - start) / (1 - start))) * 100).toFixed(2)}%`
  return (
    <div class="losses">
      <ul>
        {losses.rows.map((row, i) => (
          <li
            key={row.id}
            class={`loss is-${row.kind} is-${row.id.toLowerCase()}`}
            data-loss={row.id}
            data-value={row.to}
          >
            <span class="loss-name" title={row.id === 'rest' ? w.losses.restHint : undefined}>
              {w.losses.names[row.id]}
            </span>
            <span class="loss-track" aria-hidden="true">
              <Bar row={row} at={at} hasBreak={start > 0} />
              {row.id === 'oee' && target !== null && <span class="loss-target" style={{ left: at(target) }} />}
              {i < losses.rows.length - 1 && <span class="loss-link" style={{ left: at(row.to) }} />}
            </span>
            <span class="loss-value num" title={`${decimal(exact(row), TABLE_DIGITS, lang)} %`}>
              {shownText(row)}
            </span>
          </li>
        ))}
      </ul>
      {losses.missing !== null && (
        <p class="losses-missing">
          — <Missing losses={losses} />
        </p>
      )}
      {losses.rows.length > 0 && (
        <div class="loss losses-axis num" aria-hidden="true">
          <span />
          <span class="loss-track">
            {/* A target near the start takes the place of its number. */}
            {(target === null || target - start > LABEL_SHARE * (1 - start)) && (
              <span style={{ left: '0%' }}>{decimal(start * 100, 0, lang)}</span>
            )}
            {target !== null && (
              <span class="is-target" style={{ left: at(target) }}>
                {w.losses.target(decimal(target * 100, target * 100 === Math.round(target * 100) ? 0 : 1, lang))}
              </span>
            )}
            <span class="is-end">100 %</span>
          </span>
          <span />
        </div>
      )}
    </div>
  )
}

/** Text of a row's per cent; a loss is never rounded to nothing. */
function shownText(row: LossRow): string {
  const shown = shownPercent(row, DIGITS)
  if (row.kind === 'loss' && Math.abs(shown) < 10 ** -DIGITS / 2)
    return `< ${decimal(10 ** -DIGITS, DIGITS, language.value)}`
  return decimal(shown, DIGITS, language.value)
}

const exact = ({ kind, from, to }: LossRow) => (kind === 'total' ? to : to - from) * 100

interface BarProps {
  readonly row: LossRow
  readonly at: (share: number) => string
  readonly hasBreak: boolean
}

function Bar({ row, at, hasBreak }: BarProps) {
  const [left, right] = [Math.min(row.from, row.to), Math.max(row.from, row.to)]
  const width = `calc(${at(right)} - ${row.kind === 'total' ? '0%' : at(left)})`
  return (
    <span class="loss-bar" style={{ left: row.kind === 'total' ? '0' : at(left), width }}>
      {row.kind === 'total' && hasBreak && <span class="loss-break" />}
    </span>
  )
}

/** Names the factor that is missing, and why it is. */
function Missing({ losses }: { readonly losses: Losses }) {
  const w = words()
  if (losses.missing === null) return null
  const point = losses.points[losses.missing]
  const reason = point === undefined || point.reason === '' ? 'no_data' : point.reason
  const names = { availability: 'A', effectiveness: 'E', quality_ratio: 'Q', oee: 'OEE' }
  return <>{w.losses.missing(names[losses.missing], w.reasons[reason])}</>
}

function lossPicture(losses: Losses, subtitle: string): CardPicture {
  const w = words().losses
  return {
    title: w.title,
    subtitle,
    columns: [w.unit],
    rows: losses.rows.map((row) => ({
      name: w.names[row.id],
      bars: [{ share: Math.min(1, Math.abs(exact(row)) / 100), look: row.kind === 'total' ? 'full' : 'half' }],
      values: [decimal(exact(row), TABLE_DIGITS, language.value)],
    })),
    note: '',
  }
}

function LossTable({ losses }: { readonly losses: Losses }) {
  const w = words()
  const plannedS = losses.points.availability?.denominator ?? 0
  return (
    <TableView class="table-wide">
      <thead>
        <tr>
          <th>{w.losses.row}</th>
          <th class="num">
            {w.losses.share}
            <Unit unit="%" />
          </th>
          <th class="num">{w.losses.time}</th>
        </tr>
      </thead>
      <tbody>
        {losses.rows.map((row) => (
          <tr key={row.id}>
            <td class={row.kind === 'total' ? 'is-strong' : ''}>{w.losses.names[row.id]}</td>
            <td class="num">{decimal(exact(row), TABLE_DIGITS, language.value)}</td>
            <td class="num">{durationText((Math.abs(exact(row)) / 100) * plannedS * 1000, language.value)}</td>
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}

function Foot({ losses: { points } }: { readonly losses: Losses }) {
  const w = words()
  const lang = language.value
  const factors = [
    ['A', points.availability],
    ['E', points.effectiveness],
    ['Q', points.quality_ratio],
  ] as const
  const notes = points.oee === undefined || points.oee.value === null ? [] : notesOf(points.oee)
  const coverage = points.oee?.coverage ?? 1
  return (
    <footer class="card-foot losses-foot">
      <span class="losses-factors num">
        {factors.map(([sign, point], i) => (
          <Fragment key={sign}>
            {i > 0 && <span class="faint">×</span>}
            <span>
              {sign} <strong>{point?.value == null ? '—' : decimal(point.value * 100, DIGITS, lang)}</strong>
            </span>
          </Fragment>
        ))}
      </span>
      {notes.length > 0 && <span class="faint">{notes.join(' · ')}</span>}
      {coverage < QUIET_COVERAGE && <span class="faint num">{w.losses.known(shareText(coverage, lang))}</span>}
      <span class="foot-end">ISO 22400-2</span>
    </footer>
  )
}
