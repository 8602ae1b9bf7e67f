import type { LineNode, PlantNode } from '../../../src/base/wire.js'
import { figureFor, figureText, shareText } from '../format.js'
import { LINE_KPIS } from '../gateway/wanted.js'
import { lineName } from '../names.js'
import type { Asked } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import { QUIET_COVERAGE, totalOf } from '../series/totals.js'
import { language, words } from '../settings.js'
import { catalogue, newestMs, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { sumText } from '../time/range-text.js'
import { subscripts, Unit } from '../ui/text.js'

interface LineFiguresProps {
  readonly plant: PlantNode
  readonly line: LineNode
  /** Its meters count it alone. */
  readonly isMetered: boolean
}

/** KPIs of a line that its meter gives. */
const METERED: readonly string[] = ['energy_elec_import', 'peak_demand_15', 'load_factor', 'power_factor', 'sec']

/** Figures of a line over the range, in the order of the pillars; one that the line does not have has no place. */
export function LineFigures({ plant, line, isMetered }: LineFiguresProps) {
  const kpis = LINE_KPIS.filter((kpi) => isMetered || !METERED.includes(kpi))
  return <Figures plant={plant} scope="line" id={line.id} name={lineName(line)} kpis={kpis} />
}

/** A machine shows how it works, how good its parts are, and how much it uses. */
const MACHINE_KPIS = [
  'oee',
  'availability',
  'effectiveness',
  'quality_ratio',
  'robot_util_planned',
  'robot_util_calendar',
  'cycles',
  'microstops',
  'failures',
  'mtbf',
  'mttr',
  'kwh_per_good_part',
  'standby_share',
  'cost_of_standing',
] as const

/** The same of one machine or robot. */
export function MachineFigures({ plant, device }: { readonly plant: PlantNode; readonly device: string }) {
  return <Figures plant={plant} scope="device" id={device} name={device} kpis={MACHINE_KPIS} />
}

interface FiguresProps {
  readonly plant: PlantNode
  readonly scope: 'line' | 'device'
  readonly id: string
  readonly name: string
  readonly kpis: readonly string[]
}

function Figures({ plant, scope, id, name, kpis }: FiguresProps) {
  const w = words()
  const { range } = route.value
  const lang = language.value
  const asked = kpis.map((kpi): Asked => ({ scope, id, kpi, window: '1d' }))
  const read = useRangePoints(plant.id, asked, spanOfRange(range, plant.timezone, nowMs.value))
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value : null
  const figures = asked.flatMap((stream) => {
    const info = known?.get(stream.kpi)
    const points = read.of(stream)
    return info === undefined || points.length === 0 ? [] : [{ info, total: totalOf(points) }]
  })
  if (figures.length === 0) return null
  const place = { zone: plant.timezone, language: lang, nowMs: nowMs.value, newestMs: newestMs(plant) }
  return (
    <section class="card line-figures" aria-label={w.energy.line.title(name)} data-card="figures">
      {figures.map(({ info, total }) => {
        const figure = figureFor(info, total.value ?? 0)
        return (
          <div
            key={info.id}
            class={`line-figure pillar-${info.pillar}`}
            data-kpi={info.id}
            data-value={total.value ?? ''}
          >
            <span class="line-label">
              <span class="pillar-square" aria-hidden="true" />
              {subscripts(info.name[lang])}
            </span>
            <span class="line-value num">
              {total.value === null ? '—' : figureText(total.value, figure, lang)}
              {total.value !== null && <Unit unit={figure.unit} />}
            </span>
            <span class="faint num">
              {total.reason === '' ? sumText(range, total.span, place, w) : w.reasons[total.reason]}
              {total.value !== null && total.coverage < QUIET_COVERAGE && (
                <> · {w.losses.known(shareText(total.coverage, lang))}</>
              )}
            </span>
          </div>
        )
      })}
    </section>
  )
}
