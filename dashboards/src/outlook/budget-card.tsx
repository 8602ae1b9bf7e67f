import type { PlantNode } from '../../../src/base/wire.js'
import type { ProjectionItem, ProjectionsAnswer } from '../../../src/views/wire/projections.js'
import { type Figure, figureFor, figureText, signedText } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { language } from '../settings.js'
import { catalogue } from '../state.js'
import { dayText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { Unit } from '../ui/text.js'
import { BoundsBar } from './bounds-bar.js'
import { chanceText } from './chance-text.js'
import { Amount } from './fact.js'
import { useOutlookWords } from './words.js'

interface BudgetCardProps {
  readonly plant: PlantNode
  readonly answer: Answer<ProjectionsAnswer>
  readonly onRetry: () => void
}

/** The card shows how month and year will probably end, with bounds, beside the amounts that are configured. */
export function BudgetCard({ plant, answer, onRetry }: BudgetCardProps) {
  const w = useOutlookWords().budget
  const found = answer.kind === 'loaded' ? answer.value : null
  const upTo =
    found?.known_until == null ? '' : dayText(Date.parse(found.known_until) - 1, plant.timezone, language.value)
  const projections = found?.projections ?? []
  const kpis = [...new Set(projections.map(({ kpi }) => kpi))]
  const isCompared = projections.some(({ compared }) => compared.length > 0)
  const common = commonReason(projections)
  return (
    <CardFrame
      id="outlook-budget"
      pillar="intelligent"
      title={w.title}
      subtitle={upTo === '' ? '' : w.upTo(upTo)}
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={onRetry}
      footer={<span class="faint">{isCompared ? w.note : w.noBudget}</span>}
    >
      {found !== null && found.reason !== '' && (
        <p class="outlook-reason" data-reason={found.reason}>
          {w.reasons[found.reason]}
        </p>
      )}
      {found !== null && found.reason === '' && kpis.length === 0 && <p class="card-empty">{w.none}</p>}
      {common !== '' && (
        <p class="outlook-reason" data-reason={common}>
          {w.nothing(w.reasons[common])}
        </p>
      )}
      <div class="outlook-budgets">
        {kpis.map((kpi) => (
          <KpiBudget key={kpi} items={projections.filter((one) => one.kpi === kpi)} isReasonSaid={common !== ''} />
        ))}
      </div>
    </CardFrame>
  )
}

/** The reason for which nothing at all is projected, when it is the same for all; else ''. */
function commonReason(projections: readonly ProjectionItem[]): ProjectionItem['reason'] {
  const reasons = new Set(projections.map(({ reason }) => reason))
  const [only = ''] = reasons
  return reasons.size === 1 ? only : ''
}

interface KpiBudgetProps {
  readonly items: readonly ProjectionItem[]
  /** The reason for which nothing is projected stands above already. */
  readonly isReasonSaid: boolean
}

/** Month and year of one KPI, in one unit. */
function KpiBudget({ items, isReasonSaid }: KpiBudgetProps) {
  const first = items[0]!
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value : null
  const info = known?.get(first.kpi)
  return (
    <section class="outlook-budget" data-kpi={first.kpi}>
      <h3>{info?.name[language.value] ?? first.kpi}</h3>
      {items.map((item) => {
        const largest = Math.max(item.high_90 ?? 0, item.measured ?? 0, ...item.compared.map(({ amount }) => amount))
        const figure = figureFor({ id: item.kpi, unit: item.unit, shape: info?.shape ?? 'sum' }, largest)
        return <PeriodBudget key={item.period} item={item} figure={figure} isReasonSaid={isReasonSaid} />
      })}
    </section>
  )
}

interface PeriodBudgetProps extends Pick<KpiBudgetProps, 'isReasonSaid'> {
  readonly item: ProjectionItem
  readonly figure: Figure
}

function PeriodBudget({ item, figure, isReasonSaid }: PeriodBudgetProps) {
  const w = useOutlookWords().budget
  const bounds = boundsOf(item)
  return (
    <div class="outlook-budget-period" data-period={item.period} data-reason={item.reason} data-model={item.model}>
      <p>
        <span>{w.periods[item.period]}</span>{' '}
        {bounds === null ? (
          <span class="faint">{item.reason === '' || isReasonSaid ? '—' : w.reasons[item.reason]}</span>
        ) : (
          <>
            <Amount value={bounds.value} figure={figure} /> <span class="faint num">{rangeText(bounds, figure)}</span>
          </>
        )}
      </p>
      {bounds !== null && (
        <BoundsBar
          {...bounds}
          label={`${w.periods[item.period]} ${figureText(bounds.value, figure, language.value)} ${figure.unit}, ${rangeText(bounds, figure)}`}
          amounts={item.compared.map(({ amount }) => amount)}
          isMissed={item.compared.some(isMissed)}
          measured={item.measured}
        />
      )}
      <p class="faint num">
        {item.measured !== null && (
          <>
            {w.measured} {figureText(item.measured, figure, language.value)}
            <Unit unit={figure.unit} />
            {' · '}
          </>
        )}
        {w.days(String(item.days_known), String(item.days_left))}
        {item.days_unknown > 0 && ` · ${w.unknown(String(item.days_unknown))}`}
        {item.model !== '' && ` · ${w.models[item.model] ?? item.model}`}
      </p>
      {item.compared.map((one) => (
        <p
          key={`${one.kind} ${one.missed} ${one.amount}`}
          class="num"
          data-compared={one.kind}
          data-chance={one.chance_missed}
        >
          {w.kinds[one.kind]}
          {one.kind !== 'baseline' && (
            <>
              {' '}
              <Amount value={one.amount} figure={figure} />
            </>
          )}
          {one.difference !== null && one.chance_missed !== null && (
            <>
              {one.kind !== 'baseline' && ` · ${signedText(one.difference, figure, language.value)}`}
              {' · '}
              {(one.missed === 'below' ? w.chanceBelow : w.chanceAbove)(chanceText(one.chance_missed))}
            </>
          )}
        </p>
      ))}
    </div>
  )
}

function isMissed({ missed, difference }: ProjectionItem['compared'][number]): boolean {
  return difference !== null && (missed === 'below' ? difference < 0 : difference > 0)
}

interface SumBounds {
  readonly value: number
  readonly low50: number
  readonly high50: number
  readonly low90: number
  readonly high90: number
}

function boundsOf({ value, low_50, high_50, low_90, high_90 }: ProjectionItem): SumBounds | null {
  if (value === null || low_50 === null || high_50 === null || low_90 === null || high_90 === null) return null
  return { value, low50: low_50, high50: high_50, low90: low_90, high90: high_90 }
}

function rangeText({ low90, high90 }: SumBounds, figure: Figure): string {
  const w = useOutlookWords().day
  const [low, high] = [low90, high90].map((one) => figureText(one, figure, language.value))
  return `${w.in90} ${w.between(low!, high!)}`
}
