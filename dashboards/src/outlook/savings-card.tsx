import type { PlantNode } from '../../../src/base/wire.js'
import type { SavingClaimItem, SavingClaimsAnswer } from '../../../src/views/wire/savings.js'
import { decimal, figureFor, figureText, shareText, signedText } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { lineName } from '../names.js'
import { language } from '../settings.js'
import { catalogue } from '../state.js'
import { CardFrame } from '../ui/card-frame.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import { ConfigurationHint } from './configuration-hint.js'
import { Amount, Fact } from './fact.js'
import { SavingsChart } from './savings-chart.js'
import { useOutlookWords } from './words.js'

interface SavingsCardProps {
  readonly plant: PlantNode
  readonly answer: Answer<SavingClaimsAnswer>
  readonly onRetry: () => void
}

/** The card shows what each measure of the plant has saved, with bounds, and the model that says so; without a measure there is a line. */
export function SavingsCard({ plant, answer, onRetry }: SavingsCardProps) {
  const w = useOutlookWords().savings
  const items = answer.kind === 'loaded' ? answer.value.items : []
  if (answer.kind === 'loaded' && items.length === 0) {
    return <ConfigurationHint about="savings" text={w.none} link={w.describe} />
  }
  return (
    <CardFrame
      id="outlook-savings"
      pillar="intelligent"
      title={w.title}
      subtitle=""
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={onRetry}
      footer={<span class="faint">{w.note}</span>}
    >
      {items.map((item) => (
        <Claim key={item.id} item={item} plant={plant} />
      ))}
    </CardFrame>
  )
}

interface ClaimProps {
  readonly item: SavingClaimItem
  readonly plant: PlantNode
}

function Claim({ item, plant }: ClaimProps) {
  const w = useOutlookWords().savings
  const { saving } = item
  const line = plant.lines.find(({ id }) => id === item.line)
  const where = line === undefined ? (item.line ?? item.meter) : lineName(line)
  return (
    <section
      class="outlook-budget outlook-saving"
      data-claim={item.id}
      data-reason={item.reason}
      data-shown={saving?.is_shown}
    >
      <h3>
        {item.measure} {where !== null && <span class="faint">{where}</span>}
      </h3>
      <div class="outlook-saving-facts">
        <p class="outlook-reason outlook-verdict">{verdictOf(item, w)}</p>
        <ClaimFacts item={item} />
        <Events item={item} />
        <LeftOut item={item} />
      </div>
      {saving !== null && (
        <div>
          <SavingsChart plant={plant} measure={item.measure} cusum={saving.cusum} />
          <CusumTable cusum={saving.cusum} />
        </div>
      )}
    </section>
  )
}

type SavingWords = ReturnType<typeof useOutlookWords>['savings']

/** A sentence that says whether something was saved; with bounds on both sides of zero nothing is claimed. */
function verdictOf({ saving, reason }: SavingClaimItem, w: SavingWords): string {
  if (saving === null) return reason === '' ? '—' : w.reasons[reason]
  const { lower90_kwh: low, upper90_kwh: high } = saving
  const figure = figureFor(KWH, Math.max(Math.abs(low), Math.abs(high)))
  const said = high < 0 ? w.moreUsed : saving.is_shown ? w.shown : w.notShown
  const [from, to] = high < 0 ? [-high, -low] : [low, high]
  return said(figureText(from, figure, language.value), figureText(to, figure, language.value), figure.unit)
}

function ClaimFacts({ item }: { readonly item: SavingClaimItem }) {
  const w = useOutlookWords().savings
  const { saving, baseline, saved_cost, currency, saved_kgco2e } = item
  const lang = language.value
  const energy = figureFor(KWH, Math.max(Math.abs(saving?.upper90_kwh ?? 0), Math.abs(saving?.lower90_kwh ?? 0)))
  const isShown = saving?.is_shown === true
  const used = figureFor(KWH, Math.max(saving?.expected_kwh ?? 0, saving?.actual_kwh ?? 0))
  const carbon = figureFor({ id: '', unit: 'kgCO2e', shape: 'sum' }, Math.abs(saved_kgco2e ?? 0))
  return (
    <dl class="outlook-facts">
      {saving !== null && (
        <Fact name={isShown ? w.saved : w.difference}>
          <Amount value={saving.saved_kwh} figure={energy} />
        </Fact>
      )}
      {isShown && saved_cost !== null && currency !== null && (
        <Fact name={w.money}>
          <strong class="num">
            {decimal(saved_cost, 0, lang)}
            <Unit unit={currency} />
          </strong>
        </Fact>
      )}
      {isShown && saved_kgco2e !== null && (
        <Fact name={w.carbon}>
          <Amount value={saved_kgco2e} figure={carbon} />
        </Fact>
      )}
      {saving !== null && (
        <Fact name={w.expected}>
          <Amount value={saving.expected_kwh} figure={used} />
        </Fact>
      )}
      {saving !== null && (
        <Fact name={w.used}>
          <Amount value={saving.actual_kwh} figure={used} />
        </Fact>
      )}
      <Fact name={w.days}>
        <span class="num">
          {item.to === null ? item.from : w.between(item.from, item.to)}
          {saving !== null && ` · ${w.known(String(saving.days))}`}
          {saving !== null && saving.outside_range > 0 && ` · ${w.outside(String(saving.outside_range))}`}
        </span>
      </Fact>
      <Fact name={w.baseline}>
        <span class="num">
          {w.between(item.baseline_from, item.baseline_to)}
          {baseline !== null && ` · ${w.known(String(baseline.days))}`}
        </span>
      </Fact>
      {baseline !== null && (
        <Fact name={w.model}>
          <span>{modelText(baseline.model, w)}</span>
        </Fact>
      )}
      {baseline !== null && (
        <Fact name={w.quality}>
          <span class="num">
            CV(RMSE) {shareText(baseline.cv_rmse, lang)} · NMBE {shareText(baseline.nmbe, lang, 2)} · R²{' '}
            {baseline.r2 === null ? '—' : decimal(baseline.r2, 3, lang)}
          </span>
        </Fact>
      )}
    </dl>
  )
}

const KWH = { id: '', unit: 'kWh', shape: 'sum' } as const

type Model = NonNullable<SavingClaimItem['baseline']>['model']

function modelText(model: Model, w: SavingWords): string {
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value : null
  const outputs = model.outputs.map((output) => {
    const [kpi = '', ...of] = output.split(' ')
    return [known?.get(kpi)?.name[language.value] ?? kpi, ...of].join(' ')
  })
  const parts = [
    ...outputs,
    ...(model.calendar === 'none' ? [] : [w.calendars[model.calendar]]),
    ...(model.heating_base_c === null ? [] : [w.below(String(model.heating_base_c))]),
    ...(model.cooling_base_c === null ? [] : [w.above(String(model.cooling_base_c))]),
  ]
  return parts.length === 0 ? w.meanDay : parts.join(w.and)
}

function Events({ item: { events } }: { readonly item: SavingClaimItem }) {
  const w = useOutlookWords().savings
  if (events.length === 0) return null
  return (
    <>
      <h4>{w.events}</h4>
      <ul class="outlook-saving-events">
        {events.map(({ from, to, kwh_per_day, reason, author }, i) => (
          <li key={`${i} ${from}`} data-event={kwh_per_day}>
            <span class="num">
              {to === null ? w.since(from) : w.between(from, to)} ·{' '}
              {signedText(kwh_per_day, figureFor(KWH, Math.abs(kwh_per_day)), language.value)} {w.kwhPerDay}
            </span>{' '}
            {reason} <span class="faint">{author}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function LeftOut({ item: { left_out } }: { readonly item: SavingClaimItem }) {
  const w = useOutlookWords().savings
  if (left_out.length === 0) return null
  return (
    <details>
      <summary>{w.leftOut(String(left_out.length))}</summary>
      <TableView class="outlook-table" label={w.leftOut(String(left_out.length))}>
        <tbody>
          {left_out.map(({ day, period, why }) => (
            <tr key={`${period} ${day}`} data-left-out={day}>
              <td class="num">{day}</td>
              <td>{w.periods[period]}</td>
              <td>{w.why[why]}</td>
            </tr>
          ))}
        </tbody>
      </TableView>
    </details>
  )
}

function CusumTable({ cusum }: { readonly cusum: NonNullable<SavingClaimItem['saving']>['cusum'] }) {
  const w = useOutlookWords().savings
  return (
    <details>
      <summary>{w.table}</summary>
      <TableView class="outlook-table" label={w.table}>
        <tbody>
          {cusum.map(({ day, saved_kwh }) => (
            <tr key={day}>
              <td class="num">{day}</td>
              <td class="num">{decimal(saved_kwh, 1, language.value)} kWh</td>
            </tr>
          ))}
        </tbody>
      </TableView>
    </details>
  )
}
