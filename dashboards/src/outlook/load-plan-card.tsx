import { useSignal } from '@preact/signals'
import type { PlantNode } from '../../../src/base/wire.js'
import type { LoadPlanAnswer } from '../../../src/views/wire/load-plan.js'
import { figureFor } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { language } from '../settings.js'
import { clockText, isoText, longDayText, minuteText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { ConfigurationHint } from './configuration-hint.js'
import { LoadPlanChart } from './load-plan-chart.js'
import { LoadPlanAssumptions, LoadPlanFacts } from './load-plan-facts.js'
import { RunsTable, StepsTable } from './load-plan-table.js'
import { useOutlookWords } from './words.js'

interface LoadPlanCardProps {
  readonly plant: PlantNode
  readonly answer: Answer<LoadPlanAnswer>
  /** The plan of the day that goes on, as it stood when that began. */
  readonly today: Answer<LoadPlanAnswer>
  readonly onRetry: () => void
}

/**
 * The card shows tomorrow as it would be cheapest, or why there is no plan; and today as it was planned, where that is on record. A plant that can shift nothing
 * has a line at most.
 */
export function LoadPlanCard({ plant, answer, today, onRetry }: LoadPlanCardProps) {
  const w = useOutlookWords().plan
  const isTodayChosen = useSignal(false)
  const [zone, lang] = [plant.timezone, language.value]
  if (answer.kind === 'loading') return null
  const next = answer.kind === 'loaded' ? answer.value : null
  if (next?.reason === 'nothing_to_shift') return <ConfigurationHint about="plan" text={w.nothing} link={w.describe} />
  const kept = today.kind === 'loaded' && today.value.reason === '' ? today.value : null
  const isToday = isTodayChosen.value && kept !== null
  const plan = isToday ? kept : next
  const day = plan?.start == null ? '' : longDayText(Date.parse(plan.start), zone, lang)
  const madeMs = plan?.made_at == null ? null : Date.parse(plan.made_at)
  const made = madeMs === null || isToday ? '' : w.made(clockText(madeMs, zone, lang))
  return (
    <CardFrame
      id="outlook-plan"
      pillar="intelligent"
      title={isToday ? w.titleToday : w.title}
      subtitle={[day, made].filter((text) => text !== '').join(' · ')}
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={onRetry}
      tools={kept !== null && <DaySwitch isToday={isToday} onChange={(to) => (isTodayChosen.value = to)} />}
      footer={<PlanFoot plant={plant} plan={plan?.reason === '' ? plan : null} isToday={isToday} />}
    >
      {isToday && madeMs !== null && <p class="outlook-reason">{w.standing(minuteText(madeMs, zone, lang))}</p>}
      {plan !== null && plan.reason !== '' && (
        <div class="outlook-reason" data-reason={plan.reason}>
          <p>{w.reasons[plan.reason]}</p>
          <BrokenRules broken={plan.impossible} />
        </div>
      )}
      {plan !== null && plan.reason === '' && <PlannedDay plant={plant} answer={plan} />}
    </CardFrame>
  )
}

function DaySwitch({ isToday, onChange }: { readonly isToday: boolean; readonly onChange: (to: boolean) => void }) {
  const w = useOutlookWords().plan
  return (
    <fieldset class="segments" aria-label={w.shown}>
      {([true, false] as const).map((one) => (
        <button
          key={String(one)}
          type="button"
          class="segment"
          aria-pressed={one === isToday}
          aria-current={one === isToday ? 'true' : undefined}
          onClick={() => onChange(one)}
        >
          {one ? w.days.today : w.days.tomorrow}
        </button>
      ))}
    </fieldset>
  )
}

function PlannedDay({ plant, answer }: { readonly plant: PlantNode; readonly answer: LoadPlanAnswer }) {
  const w = useOutlookWords().plan
  const { steps, placed, usual, with_plan, assumed, usual_breaks } = answer
  const limit = assumed?.limit_kw ?? null
  const largest = Math.max(limit ?? 0, usual?.peak_kw ?? 0, with_plan?.peak_kw ?? 0)
  const figure = figureFor({ id: '', unit: 'kW', shape: 'level' }, largest)
  const zone = plant.timezone
  return (
    <>
      <LoadPlanChart plant={plant} steps={steps} limit={limit} figure={figure} />
      <div class="outlook-plan-parts">
        <div>
          <h3>{w.runs}</h3>
          <RunsTable placed={placed} dayEndMs={Date.parse(steps.at(-1)!.end)} zone={zone} />
        </div>
        <div>
          <h3>{w.saves}</h3>
          <LoadPlanFacts answer={answer} figure={figure} />
          {usual_breaks.length > 0 && (
            <div class="outlook-reason" data-breaks={usual_breaks.length}>
              <p>{w.usualBreaks}</p>
              <BrokenRules broken={usual_breaks} />
            </div>
          )}
        </div>
      </div>
      {assumed !== null && <LoadPlanAssumptions assumed={assumed} currency={answer.currency} />}
      <StepsTable answer={answer} zone={zone} figure={figure} />
    </>
  )
}

/** Constraints in words, each with the load, storage or charger that it is of. */
function BrokenRules({ broken }: { readonly broken: LoadPlanAnswer['impossible'] }) {
  const w = useOutlookWords().plan
  if (broken.length === 0) return null
  return (
    <ul>
      {broken.map(({ constraint, id }) => (
        <li key={`${constraint} ${id}`} data-constraint={constraint} data-of={id}>
          {id === '' ? w.ofPlant : <code>{id}</code>}
          {w.colon}
          {w.constraints[constraint]}
        </li>
      ))}
    </ul>
  )
}

interface PlanFootProps {
  readonly plant: PlantNode
  /** Null where there is none. */
  readonly plan: LoadPlanAnswer | null
  readonly isToday: boolean
}

function PlanFoot({ plant, plan, isToday }: PlanFootProps) {
  const w = useOutlookWords().plan
  const day =
    isToday && plan?.start != null ? `?day=${isoText(Date.parse(plan.start), plant.timezone).slice(0, 10)}` : ''
  return (
    <>
      {plan !== null && (
        <>
          <span class="outlook-key">
            <i class="outlook-mark is-usual" aria-hidden="true" /> {w.expected}
          </span>
          <span class="outlook-key pillar-intelligent">
            <i class="outlook-mark is-plan" aria-hidden="true" /> {w.withPlan}
          </span>
          {plan.assumed?.limit_kw != null && (
            <span class="outlook-key">
              <i class="outlook-mark is-limit" aria-hidden="true" /> {w.limit}
            </span>
          )}
          <span class="outlook-key">
            <i class="outlook-mark is-price" aria-hidden="true" /> {w.dearer(`${plan.currency}/kWh`)}
          </span>
          <a class="outlook-link" href={`/api/v1/plants/${encodeURIComponent(plant.id)}/load-plan.csv${day}`} download>
            {w.csv}
          </a>
        </>
      )}
      <span class="foot-end">{w.advice}</span>
    </>
  )
}
