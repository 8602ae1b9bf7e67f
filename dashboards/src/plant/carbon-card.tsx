import { useSignal } from '@preact/signals'
import type { KpiFlag } from '../../../src/base/flags.js'
import type { KpiInfo, Window } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { CardPicture } from '../export/card-picture.js'
import { decimal, figureFor, figureText, shareText } from '../format.js'
import { formulaOf } from '../names.js'
import { type Asked, hasFigure, useCardPoints } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import { barWindow, QUIET_COVERAGE, type Total, totalOf } from '../series/totals.js'
import { language, words } from '../settings.js'
import { catalogue, newestMs, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { sumText } from '../time/range-text.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { subscripts, Unit } from '../ui/text.js'
import { CARBON_KPIS, type Carbon, type CarbonSource, carbonBars, carbonOf } from './carbon.js'
import { CarbonBars } from './carbon-bars.js'

/** Card of what a plant emits in the range, by both methods of scope 2 beside each other; nothing in a plant without a figure. */
export function CarbonCard({ plant }: { readonly plant: PlantNode }) {
  const w = words()
  const isTable = useSignal(false)
  const { range } = route.value
  const span = spanOfRange(range, plant.timezone, nowMs.value)
  const asked = (kpi: string, window: Window): Asked => ({ scope: 'plant', id: plant.id, kpi, window })
  // Figures that the plant has never had need not be read; without a word from the feed all are asked for.
  const had = CARBON_KPIS.filter((kpi) => hasFigure(plant.id, kpi))
  const kpis = had.length > 0 ? had : CARBON_KPIS
  const sums = useRangePoints(
    plant.id,
    kpis.map((kpi) => asked(kpi, '1d')),
    span,
    // Every source over the same hours as their sum: receipts are known to the minute, and electricity by the hour.
    { finest: '1h' },
  )
  const [scope1, scope2] = (['scope1_co2e', 'scope2_lb'] as const).map((kpi) => asked(kpi, barWindow(range)))
  const bars = useCardPoints(plant.id, [scope1!, scope2!], span)
  const carbon = carbonOf((kpi) => sums.of(asked(kpi, '1d')))
  const isEmpty = carbon.location.span === null && carbon.sources.length === 0
  if (sums.past.kind === 'loaded' && isEmpty && !hasFigure(plant.id, 'carbon_total_lb')) return null
  const place = { zone: plant.timezone, language: language.value, nowMs: nowMs.value, newestMs: newestMs(plant) }
  return (
    <CardFrame
      id="carbon"
      pillar="green"
      title={w.energy.carbon.title}
      subtitle={sumText(range, carbon.location.span, place, w)}
      past={sums.past}
      onRetry={sums.retry}
      isEmpty={isEmpty}
      tools={
        <CardTools
          isTable={isTable}
          name={[plant.id, 'carbon']}
          span={span}
          zone={plant.timezone}
          rows={() => ({
            columns: ['source', 'scope', 'co2e_kg', 'coverage', 'reason', 'factors'],
            rows: carbonRows(carbon).map(({ id, scope, total }) => [
              id,
              scope,
              total.value,
              total.coverage,
              total.reason,
              total.factors.join(' '),
            ]),
          })}
          picture={() => carbonPicture(carbon, sumText(range, carbon.location.span, place, w))}
        />
      }
      footer={<Factors total={carbon.location} market={carbon.market} />}
    >
      <Totals carbon={carbon} />
      {isTable.value ? (
        <CarbonTable carbon={carbon} />
      ) : (
        <>
          {carbon.location.value !== null && <Split sources={carbon.sources} />}
          <ul class="carbon-sources">
            {carbon.sources.map((source) => (
              <Source key={source.id} source={source} />
            ))}
          </ul>
          <Renewable carbon={carbon} />
          <Matched carbon={carbon} />
          <CarbonBars
            bars={carbonBars(bars.of(scope1!), bars.of(scope2!))}
            span={span}
            zone={plant.timezone}
            window={barWindow(range)}
          />
        </>
      )}
    </CardFrame>
  )
}

/** kg as stored, tonnes as read. */
const tonnes = (kg: number, digits = 2) => decimal(kg / 1000, digits, language.value)

const UNIT = 't CO2e'

function Totals({ carbon: { location, market } }: { readonly carbon: Carbon }) {
  const w = words()
  // Both methods mostly lack the same thing: said once.
  const unknown = [location, market].filter(({ value }) => value === null)
  const reasons = [...new Set(unknown.map(({ reason }) => (reason === '' ? 'no_data' : reason)))]
  return (
    <div class="carbon-totals">
      {(
        [
          ['location', location],
          ['market', market],
        ] as const
      ).map(([method, total]) => (
        <p
          key={method}
          class={`carbon-total is-${method} ${total.value === null ? 'is-unknown' : ''}`}
          data-method={method}
          data-value={total.value ?? ''}
        >
          <span class="carbon-amount num">
            {total.value === null ? '—' : tonnes(total.value)}
            {total.value !== null && <Unit unit={UNIT} />}
          </span>
          <span class="faint">{w.energy.carbon[method]}</span>
        </p>
      ))}
      {reasons.map((reason) => (
        <p key={reason} class="carbon-why">
          <span class="ring" aria-hidden="true" />
          {w.reasons[reason]}
          {reason === 'no_factor' && `${w.energy.carbon.join}${w.energy.carbon.setFactor}`}
          {reason === 'bad_config' && `${w.energy.carbon.join}${w.energy.carbon.setConfig}`}
        </p>
      ))}
    </div>
  )
}

/** One bar in two strengths: scope 2 and scope 1. */
function Split({ sources }: { readonly sources: readonly CarbonSource[] }) {
  const of = (scope: 1 | 2) =>
    sources.filter((source) => source.scope === scope).reduce((sum, { total }) => sum + (total.value ?? 0), 0)
  const all = of(1) + of(2)
  if (all <= 0) return null
  return (
    <span class="carbon-split" aria-hidden="true">
      {([2, 1] as const).map((scope) => (
        <span key={scope} class={`carbon-scope is-scope${scope}`} style={{ flexGrow: of(scope) / all }} />
      ))}
    </span>
  )
}

function Source({ source: { id, scope, total, share, activity } }: { readonly source: CarbonSource }) {
  const w = words()
  const lang = language.value
  const info = activity === null ? undefined : infoOf(activity.kpi)
  const used = activity === null || info === undefined ? null : figureFor(info, 0)
  return (
    <li class="carbon-source" data-source={id} data-value={total.value ?? ''}>
      <span class={`carbon-key is-scope${scope}`} aria-hidden="true" />
      <span>
        {w.energy.carbon.sources[id]} <span class="faint">{w.energy.carbon.scope(String(scope))}</span>
      </span>
      <strong class="num">
        {total.value === null ? '—' : tonnes(total.value)}
        {total.value !== null && <Unit unit="t" />}
      </strong>
      <span class="carbon-activity faint num" title={activity === null ? undefined : w.energy.carbon.meanFactor}>
        {activity !== null && used !== null && (
          <>
            {decimal(activity.value, activity.value < 100 ? 1 : 0, lang)} {used.unit} ×{' '}
            {decimal(activity.factor, 4, lang)}
          </>
        )}
        {total.value === null && total.reason !== '' && w.reasons[total.reason]}
      </span>
      <span class="faint num">{share === null ? '' : shareText(share, lang)}</span>
    </li>
  )
}

function infoOf(kpi: string): KpiInfo | undefined {
  return catalogue.value.kind === 'loaded' ? catalogue.value.value.get(kpi) : undefined
}

function formulaText(kpi: string): string | undefined {
  const info = infoOf(kpi)
  return info && formulaOf(info)
}

/** The share of what is renewable, and how it is reckoned on hover and focus. */
function Renewable({ carbon: { renewable } }: { readonly carbon: Carbon }) {
  const w = words().energy.carbon
  const total = totalOf(renewable === undefined ? [] : [renewable])
  const info = infoOf('renewable_share')
  if (renewable === undefined || total.span === null || info === undefined) return null
  const part = (of: 'numerator' | 'denominator') => decimal(renewable[of] ?? 0, 0, language.value)
  const how = `${w.renewableHow(part('numerator'), part('denominator'))} ${formulaOf(info)}`
  return (
    <p class="carbon-renewable">
      <span>
        {info.name[language.value]}{' '}
        <button type="button" class="hint" aria-label={how} data-hint={how}>
          ?
        </button>
      </span>
      <strong class="num">{knownShare(total)}</strong>
    </p>
  )
}

function knownShare({ value, reason }: Total): string {
  if (value !== null) return shareText(value, language.value)
  return `— ${reason === '' ? '' : words().reasons[reason]}`
}

/** Shows the share of the import that clean contracts cover, by both ways of matching; nothing without contracts. */
function Matched({ carbon: { matched } }: { readonly carbon: Carbon }) {
  const w = words().energy.carbon.matched
  if (matched.length === 0) return null
  return (
    <p class="carbon-renewable carbon-matched">
      <span>{w.title}</span>
      <span class="carbon-ways">
        {matched.map(({ id, total }) => (
          <span key={id} class="num" data-kpi={id} data-value={total.value ?? ''} title={formulaText(id)}>
            <span class="faint">{w.ways[id]}</span> <strong>{knownShare(total)}</strong>
          </span>
        ))}
      </span>
    </p>
  )
}

/** Flags that tell how far a factor can be relied on. */
const TOLD: readonly KpiFlag[] = ['co2_only', 'factor_from_memory', 'factor_year_mismatch', 'approx', 'estimated']
const FACTORS_SHOWN = 1

function Factors({ total, market }: { readonly total: Total; readonly market: Total }) {
  const w = words()
  const all = [...new Set([...total.factors.toSorted(byGrid), ...market.factors])]
  const flags = TOLD.filter((flag) => total.flags.includes(flag) || market.flags.includes(flag))
  const rest = all.slice(FACTORS_SHOWN)
  return (
    <>
      {all.slice(0, FACTORS_SHOWN).map((id) => (
        <code key={id} class="carbon-factor" title={all.join('\n')}>
          {id}
        </code>
      ))}
      {rest.length > 0 && (
        <span class="faint" title={rest.join('\n')}>
          {w.energy.carbon.more(String(rest.length))}
        </span>
      )}
      {flags.map((flag) => (
        <span key={flag} class="chip">
          {subscripts(w.flags[flag])}
        </span>
      ))}
      {total.value !== null && total.coverage < QUIET_COVERAGE && (
        <span class="num">{w.losses.known(shareText(total.coverage, language.value))}</span>
      )}
    </>
  )
}

/** The factor of the grid first: it is most of it. */
const byGrid = (a: string, b: string) => Number(b.includes('.grid.')) - Number(a.includes('.grid.')) || (a < b ? -1 : 1)

function carbonRows({ sources, location, market }: Carbon) {
  const w = words().energy.carbon
  return [
    ...sources.map(({ id, scope, total }) => ({ id: id as string, name: w.sources[id], scope, total })),
    { id: 'location_based', name: w.location, scope: null, total: location },
    { id: 'market_based', name: w.market, scope: null, total: market },
  ]
}

function carbonPicture(carbon: Carbon, subtitle: string): CardPicture {
  const w = words().energy.carbon
  const rows = carbonRows(carbon)
  const most = Math.max(Number.MIN_VALUE, ...rows.map(({ total }) => total.value ?? 0))
  return {
    title: w.title,
    subtitle,
    columns: [w.scopeHead, UNIT],
    rows: rows.map(({ name, scope, total }) => ({
      name,
      bars: [{ share: Math.max(0, total.value ?? 0) / most, look: scope === null ? 'full' : 'half' }],
      values: [scope === null ? '' : String(scope), total.value === null ? '—' : tonnes(total.value)],
    })),
    note: carbon.location.factors.join(', '),
  }
}

function CarbonTable({ carbon }: { readonly carbon: Carbon }) {
  const w = words().energy.carbon
  const figure = figureFor({ id: '', unit: 'kgCO2e', shape: 'sum' }, 0)
  const rows = carbonRows(carbon)
  return (
    <div class="table-wide">
      <table class="table is-dense">
        <thead>
          <tr>
            <th>{w.source}</th>
            <th>{w.scopeHead}</th>
            <th class="num">
              <Unit unit="kg CO2e" />
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, scope, total }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{scope === null ? '' : w.scope(String(scope))}</td>
              <td class="num">{total.value === null ? '—' : figureText(total.value, figure, language.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
