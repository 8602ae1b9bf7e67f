import type { PlantNode } from '../../../src/base/wire.js'
import type { DemandBlockItem, PeakAnswer } from '../../../src/views/wire/peak.js'
import { decimal, durationText, type Figure, figureFor, figureText, shareText, shownUnit } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { language, words } from '../settings.js'
import { clockText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { Unit } from '../ui/text.js'
import { BoundsBar } from './bounds-bar.js'
import { chanceText } from './chance-text.js'
import { Amount, Fact } from './fact.js'
import { useOutlookWords } from './words.js'

interface PeakCardProps {
  readonly plant: PlantNode
  readonly answer: Answer<PeakAnswer>
  readonly onRetry: () => void
}

/** The card shows the running block of demand and the rest of the day against the limit, and what a new highest would cost. */
export function PeakCard({ plant, answer, onRetry }: PeakCardProps) {
  const w = useOutlookWords().peak
  const peak = answer.kind === 'loaded' ? answer.value : null
  const zone = plant.timezone
  return (
    <CardFrame
      id="outlook-peak"
      pillar="intelligent"
      title={w.title}
      subtitle={peak === null ? '' : w.running(timesOf(peak.running, zone))}
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={onRetry}
      footer={
        <span class="faint">
          {peak?.is_sliding === true ? w.sliding(shareText((peak.sliding_ratio ?? 1) - 1, language.value)) : w.note}
        </span>
      }
    >
      {peak !== null && <PeakFacts peak={peak} zone={zone} />}
    </CardFrame>
  )
}

function PeakFacts({ peak, zone }: { readonly peak: PeakAnswer; readonly zone: string }) {
  const all = useOutlookWords()
  const w = all.peak
  const { running, limit_kw, highest, first_over, later_reason, month } = peak
  // Nothing is said of the highest of a day of whose rest nothing is known.
  const isWholeDay = later_reason === ''
  const block = running.expected
  const largest = Math.max(limit_kw ?? 0, block?.high_90_kw ?? 0, highest?.expected_kw ?? 0, month.demand_kw ?? 0)
  const figure = figureFor({ id: '', unit: 'kW', shape: 'level' }, largest)
  const kw = (value: number) => <Amount value={value} figure={figure} />
  return (
    <>
      {block !== null ? (
        <BlockBar block={block} limit={limit_kw} figure={figure} />
      ) : (
        running.reason !== '' && (
          <p class="outlook-reason" data-reason={running.reason}>
            {all.reasons[running.reason]}
          </p>
        )
      )}
      {limit_kw === null && (
        <p class="outlook-reason" data-reason="no_limit">
          {w.noLimit}
        </p>
      )}
      <dl class="outlook-facts">
        {limit_kw !== null && <Fact name={w.limit}>{kw(limit_kw)}</Fact>}
        <MeasuredFact running={running} figure={figure} zone={zone} />
        {block !== null && (
          <Fact name={peak.is_sliding ? w.expectedSliding : w.expected}>
            {kw(block.expected_kw)} <span class="faint num">{rangeText(block, figure)}</span>
          </Fact>
        )}
        {(block?.chance_over != null || running.is_over === true) && (
          <Fact name={w.chance}>
            <strong class="num" data-chance={block?.chance_over ?? 1}>
              {running.is_over === true ? w.over : chanceText(block?.chance_over ?? 0)}
            </strong>
          </Fact>
        )}
        {isWholeDay && highest !== null && (
          <Fact name={w.highest}>
            {kw(highest.expected_kw)} <span class="faint num">{timesOf(highest, zone)}</span>
          </Fact>
        )}
        {peak.chance_reason === '' && (isWholeDay || first_over !== null) && (
          <Fact name={w.firstOver}>
            {first_over === null ? (
              <span class="faint">{w.noneOver}</span>
            ) : (
              <strong class="num" data-lead={first_over.lead_s}>
                {first_over.lead_s === 0
                  ? w.nowOver(timesOf(first_over, zone))
                  : w.inTime(
                      timesOf(first_over, zone),
                      durationText(Math.round(first_over.lead_s) * 1000, language.value),
                    )}
              </strong>
            )}
          </Fact>
        )}
        {later_reason !== '' && later_reason !== running.reason && (
          <Fact name={w.rest}>
            <span class="faint" data-reason={later_reason}>
              {all.reasons[later_reason]}
            </span>
          </Fact>
        )}
        <Fact name={w.month}>
          {month.demand_kw === null ? (
            <span class="faint">— {month.reason === '' ? '' : words().reasons[month.reason]}</span>
          ) : (
            kw(month.demand_kw)
          )}
        </Fact>
        {isWholeDay && month.extra_cost !== null && (
          <Fact name={w.extra}>
            {month.extra_cost === 0 ? (
              <span class="faint">{w.noExtra}</span>
            ) : (
              <strong class="num">
                {decimal(month.extra_cost, 0, language.value)}
                <Unit unit={shownUnit('currency')} />
              </strong>
            )}
          </Fact>
        )}
      </dl>
    </>
  )
}

interface MeasuredFactProps {
  readonly running: PeakAnswer['running']
  readonly figure: Figure
  readonly zone: string
}

/** Mean power of the running block so far, or of the last fifteen minutes where demand slides. */
function MeasuredFact({ running, figure, zone }: MeasuredFactProps) {
  const w = useOutlookWords().peak
  const { measured_kw, measured_until, last_15_min_kw } = running
  const kw = last_15_min_kw ?? measured_kw
  if (kw === null || measured_until === null) return null
  return (
    <Fact name={last_15_min_kw === null ? w.measured : w.last15}>
      <Amount value={kw} figure={figure} />
      <span class="faint num"> {clockText(Date.parse(measured_until), zone, language.value)}</span>
    </Fact>
  )
}

interface BlockBarProps {
  readonly block: DemandBlockItem
  /** kW; null where none is configured. */
  readonly limit: number | null
  readonly figure: Figure
}

/** The running block on a scale of power. */
function BlockBar({ block, limit, figure }: BlockBarProps) {
  const w = useOutlookWords().peak
  const { expected_kw, low_50_kw, high_50_kw, low_90_kw, high_90_kw } = block
  const label = `${w.expected} ${figureText(expected_kw, figure, language.value)} ${figure.unit}, ${rangeText(block, figure)}`
  const of = { value: expected_kw, low50: low_50_kw, high50: high_50_kw, low90: low_90_kw, high90: high_90_kw }
  return (
    <BoundsBar
      {...of}
      label={label}
      amounts={limit === null ? [] : [limit]}
      isMissed={limit !== null && expected_kw > limit}
    />
  )
}

function rangeText({ low_90_kw, high_90_kw }: DemandBlockItem, figure: Figure): string {
  const w = useOutlookWords().day
  const [low, high] = [low_90_kw, high_90_kw].map((kw) => figureText(kw, figure, language.value))
  return `${w.in90} ${w.between(low!, high!)}`
}

function timesOf({ start, end }: { readonly start: string; readonly end: string }, zone: string): string {
  return [start, end].map((text) => clockText(Date.parse(text), zone, language.value)).join('–')
}
