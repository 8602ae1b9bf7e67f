import './outlook.css'
import { useSignal } from '@preact/signals'
import type { PlantNode } from '../../../src/base/wire.js'
import type { AnomaliesAnswer } from '../../../src/views/wire/anomalies.js'
import type { ForecastItem, ForecastsAnswer } from '../../../src/views/wire/forecasts.js'
import type { LoadPlanAnswer } from '../../../src/views/wire/load-plan.js'
import type { PeakAnswer } from '../../../src/views/wire/peak.js'
import type { ProjectionsAnswer } from '../../../src/views/wire/projections.js'
import type { SavingClaimsAnswer } from '../../../src/views/wire/savings.js'
import { usePolled } from '../gateway/polled.js'
import { OfPlant } from '../plant/of-plant.js'
import type { Route } from '../route.js'
import { nowMs } from '../state.js'
import { isoText } from '../time/time.js'
import { AnomaliesCard } from './anomalies-card.js'
import { BudgetCard } from './budget-card.js'
import { DayCard } from './day-card.js'
import { LoadPlanCard } from './load-plan-card.js'
import { PeakCard } from './peak-card.js'
import { SavingsCard } from './savings-card.js'
import { ScoreCard } from './score-card.js'
import { WaitingCard } from './waiting-card.js'

/** Forecasts are new each quarter of an hour, demand with each minute. */
const FORECASTS_MS = 60_000
const PEAK_MS = 15_000
/** A plant keeps no more findings than that. */
const RECORDS_MAX = 200
/** Anomalies are looked for once a day, and so are month and year projected. */
const DAILY_MS = 300_000

/** The page of what is expected of a plant: its day, its demand, and how good such forecasts were. */
export default function OutlookView({ at }: { readonly at: Extract<Route, { view: 'outlook' }> }) {
  return <OfPlant id={at.plant}>{(plant) => <OutlookCards key={plant.id} plant={plant} />}</OfPlant>
}

function OutlookCards({ plant }: { readonly plant: PlantNode }) {
  const path = `/plants/${encodeURIComponent(plant.id)}`
  const forecasts = usePolled<ForecastsAnswer>(`${path}/forecasts?as=power`, FORECASTS_MS)
  const peak = usePolled<PeakAnswer>(`${path}/peak`, PEAK_MS)
  // Findings that last may be older than the first page of all.
  const openAnomalies = usePolled<AnomaliesAnswer>(`${path}/anomalies?state=open&limit=${RECORDS_MAX}`, DAILY_MS)
  const anomalies = usePolled<AnomaliesAnswer>(`${path}/anomalies`, DAILY_MS)
  const projections = usePolled<ProjectionsAnswer>(`${path}/projections`, DAILY_MS)
  const savings = usePolled<SavingClaimsAnswer>(`${path}/savings/claims`, DAILY_MS)
  const loadPlan = usePolled<LoadPlanAnswer>(`${path}/load-plan`, FORECASTS_MS)
  const today = isoText(nowMs.value, plant.timezone).slice(0, 10)
  const planOfToday = usePolled<LoadPlanAnswer>(`${path}/load-plan?day=${today}`, DAILY_MS)
  const askAnomalies = () => {
    openAnomalies.again()
    anomalies.again()
  }
  const chosen = useSignal('')
  const items = forecasts.value.kind === 'loaded' ? forecasts.value.value.forecasts : []
  const key = items.some((item) => seriesKey(item) === chosen.value) ? chosen.value : (items.map(seriesKey)[0] ?? '')
  const ofSeries = items.filter((item) => seriesKey(item) === key)
  const past = forecasts.value.kind === 'loaded' ? ({ kind: 'loaded', value: null } as const) : forecasts.value
  return (
    <div class="outlook-cards">
      <DayCard
        plant={plant}
        past={past}
        onRetry={forecasts.again}
        items={items}
        of={ofSeries}
        seriesKey={key}
        onChoose={(next) => (chosen.value = next)}
      />
      <PeakCard plant={plant} answer={peak.value} onRetry={peak.again} />
      <WaitingCard plant={plant} answer={peak.value} onRetry={peak.again} />
      <LoadPlanCard plant={plant} answer={loadPlan.value} today={planOfToday.value} onRetry={loadPlan.again} />
      <BudgetCard plant={plant} answer={projections.value} onRetry={projections.again} />
      <SavingsCard plant={plant} answer={savings.value} onRetry={savings.again} />
      <AnomaliesCard plant={plant} open={openAnomalies.value} answer={anomalies.value} onRetry={askAnomalies} />
      <ScoreCard plant={plant} past={past} onRetry={forecasts.again} items={ofSeries} />
    </div>
  )
}

/** One word for the series of a forecast. */
function seriesKey({ scope, id, kpi }: ForecastItem): string {
  return `${scope} ${id} ${kpi}`
}
