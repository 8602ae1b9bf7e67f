import { useSignal } from '@preact/signals'
import type { EntriesAnswer } from '../../../src/base/wire/entries.js'
import { ActButton } from '../ui/act-button.js'
import '../reports/reports.css'
import './entries.css'
import type { PlantNode } from '../../../src/base/wire.js'
import { usePolled } from '../gateway/polled.js'
import { goTo } from '../nav.js'
import { ReconciliationCard } from '../reports/reconciliation-card.js'
import { ReportIcon } from '../reports/report-icon.js'
import { ReportTabs } from '../reports/report-tabs.js'
import type { Route } from '../route.js'
import { ChosenPlant } from '../shell/chosen-plant.js'
import { PlantChoice } from '../shell/plant-choice.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { CertificatesCard } from './certificates-card.js'
import { DecisionDialog } from './entry-decision.js'
import { EntryDialog } from './entry-form.js'
import { EntryList } from './entry-list.js'
import { type Asked, ENTRIES_EVERY_MS, entriesPath } from './gateway.js'
import { entryWords } from './words.js'

type EntriesRoute = Extract<Route, { view: 'entries' }>

/** Page of what people say and meters do not send: bills, receipts, laboratory values, corrections, and who has approved them. */
export function EntriesView({ at }: { readonly at: EntriesRoute }) {
  return <ChosenPlant plant={at.plant}>{(plant) => <Entries key={plant.id} plant={plant} />}</ChosenPlant>
}

function Entries({ plant }: { readonly plant: PlantNode }) {
  const w = entryWords()
  const changes = useSignal(0)
  const again = () => void changes.value++
  const { value: answer } = usePolled<EntriesAnswer>(entriesPath(plant.id), ENTRIES_EVERY_MS, changes.value)
  const isAdding = useSignal(false)
  const asked = useSignal<Asked | null>(null)
  const all = answer.kind === 'loaded' ? answer.value.items.toReversed() : []
  const waiting = all.filter(({ status }) => status === 'proposed')
  const others = all.filter(({ status }) => status !== 'proposed')
  const ask = (next: Asked) => (asked.value = next)
  return (
    <>
      <ReportTabs />
      {waiting.length > 0 && (
        <section class="card" aria-label={w.waiting.title} data-card="waiting">
          <header class="card-head">
            <h2>{w.waiting.title}</h2>
            <span class="card-sub">{w.waiting.note}</span>
          </header>
          <EntryList entries={waiting} label={w.waiting.note} zone={plant.timezone} onAsk={ask} />
        </section>
      )}
      <section class="card" aria-label={w.title} data-card="entries">
        <header class="card-head">
          <h2>{w.title}</h2>
          <span class="card-sub">{w.sub}</span>
          <span class="card-tools">
            <PlantChoice plant={plant} onChoose={(id) => goTo({ view: 'entries', plant: id })} />
            <ActButton right="audit" class="button is-small is-primary" onClick={() => (isAdding.value = true)}>
              <ReportIcon name="add" size={14} />
              {w.add}
            </ActButton>
          </span>
        </header>
        {answer.kind === 'loading' && <Skeleton class="is-page" />}
        {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
        {answer.kind === 'loaded' && all.length === 0 && (
          <p class="empty">
            <span>
              <strong>{w.none}</strong> {w.noneHint}
            </span>
          </p>
        )}
        {others.length > 0 && <EntryList entries={others} label={w.sub} zone={plant.timezone} onAsk={ask} />}
      </section>
      <CertificatesCard changes={changes.value} />
      <ReconciliationCard plant={plant.id} changes={changes.value} />
      <EntryDialog plant={plant} isOpen={isAdding.value} onClose={() => (isAdding.value = false)} onSaid={again} />
      <DecisionDialog plant={plant.id} asked={asked.value} onClose={() => (asked.value = null)} onDone={again} />
    </>
  )
}
