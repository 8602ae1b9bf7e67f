import type { PlantNode } from '../../../src/base/wire.js'
import type { ForecastItem, ForecastScoreItem } from '../../../src/views/wire/forecasts.js'
import { decimal, figureFor, figureText, shareText } from '../format.js'
import type { CardPoints } from '../series/card-points.js'
import { language } from '../settings.js'
import { CardFrame } from '../ui/card-frame.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import { useOutlookWords } from './words.js'

interface ScoreCardProps {
  readonly plant: PlantNode
  readonly past: CardPoints['past']
  readonly onRetry: () => void
  /** Forecasts of the series that is shown. */
  readonly items: readonly ForecastItem[]
}

/** The card shows the errors that decide whether a forecast is shown, beside those of naive ones, and how often its bounds held. */
export function ScoreCard({ past, onRetry, items }: ScoreCardProps) {
  const w = useOutlookWords().score
  const scored = items.flatMap((item) => (item.score === null ? [] : [{ ...item, score: item.score }]))
  // Naive forecasts of the horizons come in orders of their own.
  const naive = Object.keys(w.naive).filter((model) =>
    scored.some(({ score }) => score.naive.some((one) => one.model === model)),
  )
  const largest = Math.max(
    0,
    ...scored.flatMap(({ score }) => [score.rmse ?? 0, ...score.naive.map(({ rmse }) => rmse ?? 0)]),
  )
  const figure = figureFor(
    { id: '', unit: scored[0]?.unit ?? 'kW', shape: scored[0]?.unit === 'kW' ? 'level' : 'sum' },
    largest,
  )
  const text = (value: number | null | undefined) => (value == null ? '—' : figureText(value, figure, language.value))
  return (
    <CardFrame
      id="outlook-score"
      pillar="intelligent"
      title={w.title}
      subtitle={w.of}
      past={past}
      onRetry={onRetry}
      footer={<span class="faint">{w.note}</span>}
    >
      {scored.length === 0 ? (
        <p class="card-empty">{w.none}</p>
      ) : (
        <TableView class="outlook-table" label={w.title}>
          <thead>
            <tr>
              <th>
                {w.forecast}
                <Unit unit={figure.unit} />
              </th>
              <th class="num">{w.own}</th>
              {naive.map((model) => (
                <th key={model} class="num">
                  {w.naive[model]}
                </th>
              ))}
              <th class="num">{w.covered('50 %')}</th>
              <th class="num">{w.covered('90 %')}</th>
              <th class="num">{w.days}</th>
            </tr>
          </thead>
          <tbody>
            {scored.map(({ horizon, reason, score }) => (
              <tr key={horizon} data-horizon={horizon} data-reason={reason}>
                <td>
                  {w.horizons[horizon]} <Shown reason={reason} />
                </td>
                <td class="num">
                  <strong>{text(score.rmse)}</strong>
                </td>
                {naive.map((model) => (
                  <td key={model} class="num">
                    {text(score.naive.find((one) => one.model === model)?.rmse)}
                  </td>
                ))}
                <td class="num">{held(score.coverage_50)}</td>
                <td class="num">{held(score.coverage_90)}</td>
                <td class="num">
                  <Days score={score} />
                </td>
              </tr>
            ))}
          </tbody>
        </TableView>
      )}
      <ModelFile of={items[0]?.model_file ?? null} />
    </CardFrame>
  )
}

/** The model file of the operator, in use or in words why it gives nothing. */
function ModelFile({ of }: { readonly of: ForecastItem['model_file'] }) {
  const w = useOutlookWords().score
  if (of === null) return null
  return (
    <p class="outlook-reason" data-model-file={of.reason} title={of.detail}>
      {w.modelFile(of.file, w.modelStates[of.reason])}
    </p>
  )
}

/** The forecast is shown, or in words why it is not. */
function Shown({ reason }: { readonly reason: ForecastItem['reason'] }) {
  const w = useOutlookWords()
  return <span class="outlook-shown faint">{reason === '' ? w.score.shown : w.reasons[reason]}</span>
}

function Days({ score: { days, rehearsed_days } }: { readonly score: ForecastScoreItem }) {
  const w = useOutlookWords().score
  const text = (count: number) => decimal(count, 0, language.value)
  return (
    <>
      {text(days)}
      {rehearsed_days > 0 && <span class="faint"> · {w.rehearsed(text(rehearsed_days))}</span>}
    </>
  )
}

function held(share: number | null): string {
  return share === null ? '—' : shareText(share, language.value, 0)
}
