import { DAY_MS } from '../../../src/base/durations.js'
import './energy-use.css'
import type { PlantNode } from '../../../src/base/wire.js'
import { OfPlant } from '../plant/of-plant.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { rangeText } from '../time/range-text.js'
import { dateText } from '../time/time.js'
import { BaselineCard } from './baseline-card.js'
import { CostCard } from './cost-card.js'
import { HoursCard } from './hours-card.js'
import { MachinesCard } from './machines-card.js'
import { PeaksCard } from './peaks-card.js'

/** The heat map holds this many days of hours, and a list shows this many days one below the other. */
const DAYS = { least: 7, most: 31 } as const

/** The page of an energy manager: which machine used how much, when, and what it cost. */
export default function EnergyView({ at }: { readonly at: Extract<Route, { view: 'energy' }> }) {
  return <OfPlant id={at.plant}>{(plant) => <EnergyCards plant={plant} />}</OfPlant>
}

function EnergyCards({ plant }: { readonly plant: PlantNode }) {
  const w = words()
  const { range } = route.value
  const zone = plant.timezone
  const span = spanOfRange(range, zone, nowMs.value)
  const reader = { zone, language: language.value, nowMs: nowMs.value }
  const subtitle = rangeText(range, reader, w)
  // One day alone shows no pattern: whole days up to the end of the range.
  const lengthMs = Math.min(DAYS.most * DAY_MS, Math.max(DAYS.least * DAY_MS, span.toMs - span.fromMs))
  const days = { fromMs: span.toMs - lengthMs, toMs: span.toMs }
  const ofDays = w.range.between(dateText(days.fromMs, reader), dateText(Math.min(days.toMs, nowMs.value), reader))
  return (
    <div class="use-cards">
      <MachinesCard plant={plant} span={span} subtitle={subtitle} />
      <CostCard plant={plant} span={span} subtitle={subtitle} />
      <PeaksCard plant={plant} span={span} subtitle={subtitle} />
      <HoursCard plant={plant} span={days} subtitle={ofDays} />
      <BaselineCard plant={plant} span={days} subtitle={ofDays} />
    </div>
  )
}
