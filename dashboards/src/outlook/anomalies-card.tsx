import { useSignal } from '@preact/signals'
import type { AnomalyVerdict } from '../../../src/base/anomaly.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { AnomaliesAnswer, AnomalyItem } from '../../../src/views/wire/anomalies.js'
import { decimal, shareText, shownUnit } from '../format.js'
import { type Answer, post } from '../gateway/api.js'
import { actor } from '../session.js'
import { language } from '../settings.js'
import { dayText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { CardFrame } from '../ui/card-frame.js'
import { Unit } from '../ui/text.js'
import { AnomalyChart } from './anomaly-chart.js'
import { useOutlookWords } from './words.js'

interface AnomaliesCardProps {
  readonly plant: PlantNode
  /** Findings that are open are shown first. */
  readonly open: Answer<AnomaliesAnswer>
  /** The newest of all. */
  readonly answer: Answer<AnomaliesAnswer>
  readonly onRetry: () => void
}

/** The card lists meters and machines that are not as they were, and takes what a person says of each. */
export function AnomaliesCard({ plant, open, answer, onRetry }: AnomaliesCardProps) {
  const w = useOutlookWords().anomalies
  const past = open.kind === 'loaded' ? answer : open
  const found = past.kind === 'loaded' ? past.value : null
  const asking = open.kind === 'loaded' ? open.value.anomalies : []
  const others = (found?.anomalies ?? []).filter((item) => !asking.some(({ id }) => id === item.id))
  const items = found === null ? [] : [...asking, ...others]
  const upTo = found?.look == null ? '' : w.upTo(dayText(Date.parse(found.look.to) - 1, plant.timezone, language.value))
  return (
    <CardFrame
      id="outlook-anomalies"
      pillar="intelligent"
      title={w.title}
      subtitle={upTo}
      past={past.kind === 'loaded' ? { kind: 'loaded', value: null } : past}
      onRetry={onRetry}
      footer={
        <>
          <span class="faint">{w.note}</span>
          <LookLimits look={found?.look ?? null} />
        </>
      }
    >
      {found !== null && found.reason !== '' && (
        <p class="outlook-reason" data-reason={found.reason}>
          {w.reasons[found.reason]}
        </p>
      )}
      {found !== null && items.length === 0 && found.reason === '' && <p class="card-empty">{w.none}</p>}
      <ul class="outlook-anomalies">
        {items.map((item) => (
          <AnomalyRow key={item.id} plant={plant} item={item} currency={found?.currency ?? null} onDecided={onRetry} />
        ))}
      </ul>
    </CardFrame>
  )
}

const NAMED_MAX = 8

/** Devices that the newest look did not see: those beyond its most, and those without a figure. */
function LookLimits({ look }: { readonly look: AnomaliesAnswer['look'] }) {
  const w = useOutlookWords().anomalies
  if (look === null || look.left_out + look.silent.length === 0) return null
  const rest = look.silent.length - NAMED_MAX
  const named = look.silent.slice(0, NAMED_MAX).join(', ') + (rest > 0 ? ` +${rest}` : '')
  return (
    <span class="faint outlook-look" data-silent={look.silent.length} data-left-out={look.left_out}>
      {look.left_out > 0 && `${w.leftOut(String(look.left_out))} `}
      {look.silent.length > 0 && w.silent(named)}
    </span>
  )
}

interface AnomalyRowProps {
  readonly plant: PlantNode
  readonly item: AnomalyItem
  readonly currency: string | null
  readonly onDecided: () => void
}

function AnomalyRow({ plant, item, currency, onDecided }: AnomalyRowProps) {
  const w = useOutlookWords().anomalies
  const lang = language.value
  const isOpen = useSignal(false)
  const fault = useSignal('')
  const isBusy = useSignal(false)
  const day = (ms: number) => dayText(ms, plant.timezone, lang)
  const decide = async (verdict: AnomalyVerdict) => {
    const path = `/plants/${encodeURIComponent(plant.id)}/anomalies/${encodeURIComponent(item.id)}`
    const by = actor.value === '' ? {} : { by: actor.value }
    isBusy.value = true
    const answer = await post<AnomalyItem>(`${path}/${verdict === 'confirmed' ? 'confirm' : 'dismiss'}`, by)
    isBusy.value = false
    fault.value = answer.kind === 'failed' ? answer.detail : ''
    if (answer.kind === 'loaded') onDecided()
  }
  const since = day(Date.parse(item.since))
  const times = item.until === null ? w.since(since) : w.between(since, day(Date.parse(item.until) - 1))
  return (
    <li
      class={`outlook-anomaly ${item.state === 'open' ? '' : 'is-quiet'}`}
      data-anomaly={item.id}
      data-state={item.state}
    >
      <p class="outlook-anomaly-what">{item.text[lang]}</p>
      <p class="faint num">
        {times} · <Amounts item={item} currency={currency} /> · {w.confidence(shareText(item.confidence, lang, 0))}
        {item.verdict !== '' && ` · ${w.verdicts[item.verdict](item.verdict_by ?? '')}`}
      </p>
      <p class="outlook-anomaly-acts">
        <button
          type="button"
          class="button is-small"
          aria-expanded={isOpen.value}
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          {w.evidence}
        </button>
        {item.state === 'open' && item.verdict === '' && (
          <ActButton
            right="operate"
            class="button is-small"
            disabled={isBusy.value}
            onClick={() => void decide('confirmed')}
          >
            {w.confirm}
          </ActButton>
        )}
        {item.state === 'open' && (
          <ActButton
            right="operate"
            class="button is-small"
            disabled={isBusy.value}
            onClick={() => void decide('dismissed')}
          >
            {w.dismiss}
          </ActButton>
        )}
      </p>
      {fault.value !== '' && <p role="alert">{fault.value}</p>}
      {isOpen.value && <AnomalyChart plant={plant} item={item} />}
    </li>
  )
}

/** Amounts above what is expected; where there is none, the reason in words. */
function Amounts({ item: { excess, unit, kwh, money, kgco2e }, currency }: Pick<AnomalyRowProps, 'item' | 'currency'>) {
  const w = useOutlookWords().anomalies
  const lang = language.value
  if (excess === null) return <span>{w.amountReasons.no_expectation}</span>
  const amount = (value: number, of: string) => (
    <span>
      {decimal(value, Math.abs(value) < 10 ? 1 : 0, lang)}
      <Unit unit={shownUnit(of)} />
    </span>
  )
  if (kwh.value === null) return amount(excess, unit)
  // Energy that lacks was not counted: it is no saving, as a minus before its cost would say.
  const isLess = kwh.value < 0
  const size = (value: number) => (isLess ? -value : value)
  return (
    <span>
      {amount(size(kwh.value), 'kWh')}
      {isLess && ` ${w.less}`}
      {', '}
      {money.value === null ? (
        w.amountReasons[money.reason || 'no_price']
      ) : (
        <>
          {isLess ? w.worth : w.cost} {amount(size(money.value), currency ?? '')}
        </>
      )}
      {', '}
      {kgco2e.value === null ? w.amountReasons[kgco2e.reason || 'no_factor'] : amount(size(kgco2e.value), 'kgCO2e')}
    </span>
  )
}
