import type { LoadPlanAnswer } from '../../../src/views/wire/load-plan.js'
import { decimal, type Figure, figureFor, figureText } from '../format.js'
import { language } from '../settings.js'
import { Amount, Fact } from './fact.js'
import { useOutlookWords } from './words.js'

interface LoadPlanFactsProps {
  readonly answer: LoadPlanAnswer
  /** The scale of power. */
  readonly figure: Figure
}

/** Money, emissions and highest power of the planned day against those of the day as usual. */
export function LoadPlanFacts({ answer, figure }: LoadPlanFactsProps) {
  const w = useOutlookWords().plan
  const { usual, usual_breaks, with_plan, saved, saved_kgco2e, currency } = answer
  const lang = language.value
  if (usual === null || with_plan === null || saved === null) return null
  const money = { unit: currency, factor: 1, digits: Math.abs(saved) < 100 ? 2 : 0 }
  const carbon = figureFor({ id: '', unit: 'kgCO2e', shape: 'sum' }, saved_kgco2e ?? 0)
  const pair = (before: number, after: number, of: Figure) => (
    <span class="num">{w.fromTo(figureText(before, of, lang), `${figureText(after, of, lang)} ${of.unit}`)}</span>
  )
  return (
    <dl class="outlook-facts">
      <Fact name={w.money}>
        <span data-saved={saved}>
          <Amount value={saved} figure={money} />
        </span>
        {saved < 0 && <span class="faint outlook-shown">{usual_breaks.length > 0 ? w.dearerPlan : w.keepingPlan}</span>}
      </Fact>
      <Fact name={w.carbon}>
        {saved_kgco2e === null ? (
          <span class="faint">{w.noFactor}</span>
        ) : (
          <span data-saved-kgco2e={saved_kgco2e}>
            <Amount value={saved_kgco2e} figure={carbon} />
          </span>
        )}
      </Fact>
      <Fact name={w.total}>{pair(usual.total, with_plan.total, money)}</Fact>
      <Fact name={w.energyCost}>{pair(usual.energy, with_plan.energy, money)}</Fact>
      <Fact name={w.demandCost}>{pair(usual.demand, with_plan.demand, money)}</Fact>
      <Fact name={w.highest}>{pair(usual.peak_kw, with_plan.peak_kw, figure)}</Fact>
    </dl>
  )
}

interface LoadPlanAssumptionsProps {
  readonly assumed: NonNullable<LoadPlanAnswer['assumed']>
  readonly currency: string
}

/** The assumptions that the plan rests on, in words. */
export function LoadPlanAssumptions({ assumed, currency }: LoadPlanAssumptionsProps) {
  const w = useOutlookWords().plan.assumed
  const lang = language.value
  const { model, rmse_kw, judged_days, demand_reached_kw, demand_price_per_kw, hold_kw, kgco2e_per_kwh } = assumed
  const kw = (value: number) =>
    `${figureText(value, figureFor({ id: '', unit: 'kW', shape: 'level' }, value), lang)} ${figureFor({ id: '', unit: 'kW', shape: 'level' }, value).unit}`
  return (
    <section class="outlook-plan-assumed" aria-label={w.title}>
      <h3>{w.title}</h3>
      <ul>
        <li>{w.usual}</li>
        <li>
          {w.models[model] ?? model}
          {rmse_kw !== null && w.error(kw(rmse_kw), String(judged_days))}
        </li>
        <li>
          {demand_price_per_kw === 0
            ? w.noDemand
            : w.demand(kw(demand_reached_kw), `${decimal(demand_price_per_kw, 2, lang)} ${currency}`)}
        </li>
        <li>{w.storage}</li>
        {hold_kw !== null && <li data-hold={hold_kw}>{w.hold(kw(hold_kw))}</li>}
        <li>{kgco2e_per_kwh === null ? w.noFactor : w.factor(decimal(kgco2e_per_kwh, 4, lang))}</li>
      </ul>
    </section>
  )
}
