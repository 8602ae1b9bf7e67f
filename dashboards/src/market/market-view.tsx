import { useSignal } from '@preact/signals'
import '../reports/reports.css'
import '../entries/entries.css'
import './market.css'
import type { PlantNode } from '../../../src/base/wire.js'
import type { CarbonMarketAnswer } from '../../../src/views/wire/carbon-market.js'
import { usePolled } from '../gateway/polled.js'
import { goTo } from '../nav.js'
import { ReportTabs } from '../reports/report-tabs.js'
import type { Route } from '../route.js'
import { ChosenPlant } from '../shell/chosen-plant.js'
import { PlantChoice } from '../shell/plant-choice.js'
import { reportChanges } from '../state.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { AllowancesCard } from './allowances-card.js'
import { MonthsTable } from './months-table.js'
import { OriginalsCard } from './originals-card.js'
import { PlanCard } from './plan-card.js'
import { marketWords } from './words.js'

const EVERY_MS = 10_000

/** Page of a carbon market: months and who answers for them, allowances, control plan, originals. */
export function MarketView({ at }: { readonly at: Extract<Route, { view: 'market' }> }) {
  return <ChosenPlant plant={at.plant}>{(plant) => <Market key={plant.id} plant={plant} />}</ChosenPlant>
}

function Market({ plant }: { readonly plant: PlantNode }) {
  const w = marketWords()
  const changes = useSignal(0)
  const path = `/plants/${encodeURIComponent(plant.id)}/carbon-market`
  const { value: answer, again } = usePolled<CarbonMarketAnswer>(path, EVERY_MS, changes.value + reportChanges.value)
  const found = answer.kind === 'loaded' ? answer.value : null
  return (
    <>
      <ReportTabs />
      <section class="card" aria-label={w.months} data-card="market-months">
        <header class="card-head">
          <h2>{w.months}</h2>
          <span class="card-sub">{found === null || found.covered === null ? '' : w.covered[found.covered]}</span>
          <span class="card-tools">
            <PlantChoice plant={plant} onChoose={(id) => goTo({ view: 'market', plant: id })} />
          </span>
        </header>
        {answer.kind === 'loading' && <Skeleton class="is-page" />}
        {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
        {found !== null && found.months.length === 0 && <p class="empty">{found.enabled ? w.noMonth : w.off}</p>}
        {found !== null && found.months.length > 0 && (
          <MonthsTable plant={plant} months={found.months} onDone={() => void changes.value++} />
        )}
        <p class="faint market-note">{w.note}</p>
      </section>
      {found !== null && (
        <>
          <AllowancesCard of={found.allowances} />
          <PlanCard plant={plant} versions={found.plan} />
          <OriginalsCard of={found.originals} />
        </>
      )}
    </>
  )
}
