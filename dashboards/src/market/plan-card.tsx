import type { PlantNode } from '../../../src/base/wire.js'
import type { ControlPlanItem } from '../../../src/views/wire/carbon-market.js'
import { shortDigest } from '../reports/number.js'
import { language } from '../settings.js'
import { minuteText } from '../time/time.js'
import { marketWords } from './words.js'

/** Differences of one version that are shown. */
const SHOWN_MAX = 12

interface PlanProps {
  readonly plant: PlantNode
  readonly versions: readonly ControlPlanItem[]
}

/** Versions of the control plan: when, by whom, and what differs. */
export function PlanCard({ plant, versions }: PlanProps) {
  const w = marketWords()
  return (
    <section class="card" aria-label={w.plan} data-card="control-plan">
      <header class="card-head">
        <h2>{w.plan}</h2>
        <span class="card-sub">{w.planSub}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="table-wide" tabIndex={0} aria-label={w.plan}>
        <table class="table market-plan">
          <thead>
            <tr>
              <th>{w.version}</th>
              <th>{w.inForce}</th>
              <th>{w.changedBy}</th>
              <th>{w.differences}</th>
            </tr>
          </thead>
          <tbody>
            {versions.map((one) => (
              <tr key={one.version} data-plan={one.version}>
                <td>
                  {one.version}
                  <p class="faint" title={one.sha256}>
                    {shortDigest(one.sha256)}
                  </p>
                </td>
                <td>{minuteText(Date.parse(one.from), plant.timezone, language.value)}</td>
                <td>{one.version === 1 ? w.none : one.by === '' ? w.byFile : one.by}</td>
                <td class="entry-why">
                  <Differences of={one} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Differences({ of: { version, changes, changed } }: { readonly of: ControlPlanItem }) {
  const w = marketWords()
  if (version === 1) return <span class="faint">{w.first}</span>
  const shown = changes.slice(0, SHOWN_MAX)
  return (
    <>
      {shown.map(({ path, before, after }) => (
        <p key={path}>
          <code>{path}</code> {before ?? w.none} → {after ?? w.none}
        </p>
      ))}
      {changed > shown.length && <p class="faint">{w.more(String(changed - shown.length))}</p>}
    </>
  )
}
