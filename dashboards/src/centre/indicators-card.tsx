import { withTenThousands } from '../../../src/base/ten-thousands.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type {
  ZeroCarbonIndicatorItem,
  ZeroCarbonIndicatorsAnswer,
} from '../../../src/views/wire/zero-carbon-indicators.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { decimalText } from '../reports/number.js'
import { dayBefore } from '../reports/period.js'
import { language, words } from '../settings.js'
import { reportChanges } from '../state.js'
import { CardFrame } from '../ui/card-frame.js'
import { subscripts, Unit } from '../ui/text.js'
import { useCentreWords } from './words.js'

/** Reports tell by themselves that there is another one. */
const EVERY_MS = 300_000

/** Indicators of a zero-carbon factory, as the newest report of that form has them. */
export function IndicatorsCard({ plant }: { readonly plant: PlantNode }) {
  const w = useCentreWords()
  const path = `/plants/${encodeURIComponent(plant.id)}/zero-carbon-indicators`
  const { value: answer, again } = usePolled<ZeroCarbonIndicatorsAnswer>(path, EVERY_MS, reportChanges.value)
  const found = answer.kind === 'loaded' ? answer.value : null
  const report = found?.report ?? null
  return (
    <CardFrame
      id="indicators"
      pillar="green"
      title={w.indicators}
      subtitle={report === null ? '' : w.ofDays(report.from, dayBefore(report.to))}
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={again}
      footer={<span class="faint">{w.indicatorsNote}</span>}
    >
      {report === null ? (
        <p class="card-empty">{w.noIndicators}</p>
      ) : (
        <>
          <p class="faint">
            <a href={linkTo({ view: 'report', report: report.id, version: report.version })}>
              {w.document(String(report.version))}
            </a>
            {report.outdated && ` · ${w.outdated}`}
          </p>
          <IndicatorTable of={found?.indicators ?? []} />
        </>
      )}
    </CardFrame>
  )
}

function IndicatorTable({ of }: { readonly of: readonly ZeroCarbonIndicatorItem[] }) {
  const w = useCentreWords()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-wide" tabIndex={0} aria-label={w.indicators}>
      <table class="table">
        <thead>
          <tr>
            <th>{w.indicator}</th>
            <th class="num">{w.value}</th>
            <th>{w.basic}</th>
            <th>{w.leading}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={one.figure} data-figure={one.figure}>
              <td>
                <span class="faint num">{one.number}</span> {subscripts(one.name[language.value])}
              </td>
              <td class="num">
                <Value of={one} />
              </td>
              <td class="num">{stated(one.basic)}</td>
              <td class="num">{stated(one.leading)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Value({ of: { value, unit, decimals, reason } }: { readonly of: ZeroCarbonIndicatorItem }) {
  const ofFigures: Readonly<Record<string, string>> = words().reasons
  const own: Readonly<Record<string, string>> = useCentreWords().indicatorReasons
  if (value === null) return <span class="faint">{own[reason] ?? ofFigures[reason] ?? reason}</span>
  return (
    <>
      {decimalText(value, decimals, language.value)}
      {unit !== '1' && <Unit unit={withTenThousands(unit, language.value)} />}
    </>
  )
}

/** A bound as people write it. */
function stated(bound: string | null): string {
  return (bound ?? '–').replace('<=', '≤').replace('>=', '≥')
}
