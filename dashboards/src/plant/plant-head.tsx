import type { PlantNode } from '../../../src/base/wire.js'
import { alarmList, hasAlarms, urgentAlarms } from '../alarms/open.js'
import { SeverityCounts } from '../alarms/severity-counts.js'
import { inService } from '../devices/list.js'
import { ageText, decimal, shareText } from '../format.js'
import { plantName } from '../names.js'
import { linkTo } from '../nav.js'
import { type Asked, hasFigure } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import { language, words } from '../settings.js'
import { minuteMs, newestMs, nowMs, plantList, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { clockText, dayText } from '../time/time.js'
import { plantPlaceOf } from './page.js'
import { RemovePlant } from './remove-plant.js'

/** Head of a plant: its name, its time, its alarms and how far its data can be relied on. */
export function PlantHead({ plant }: { readonly plant: PlantNode }) {
  const lang = language.value
  const w = words()
  const name = plantName(plant)
  const devices = plant.lines.flatMap((line) => inService(line.devices))
  const online = devices.filter((d) => d.state === 'online').length
  const zone = plant.timezone
  return (
    <header class="plant-head">
      <h2 title={name}>
        <a href={linkTo(plantPlaceOf(plant.id))}>{name}</a>
      </h2>
      <p class="num">
        {clockText(minuteMs.value, zone, lang)} · {dayText(minuteMs.value, zone, lang)}
        {!plant.configured && (
          <>
            {` · ${w.plant.unconfigured} · `}
            <RemovePlant plant={plant} isShort />
          </>
        )}
      </p>
      <PlantAlarms plant={plant.id} />
      <FirstReadings plant={plant} />
      <dl>
        <dt>{w.plant.coverage}</dt>
        <dd class="num">
          <Coverage plant={plant} />
        </dd>
        <dt>{w.plant.devices}</dt>
        <dd class="num">
          {decimal(online, 0, lang)} / {decimal(devices.length, 0, lang)}
        </dd>
        <dt>{w.plant.newest}</dt>
        <dd class="num">
          <NewestAge plant={plant} />
        </dd>
      </dl>
    </header>
  )
}

/** The known part of the range, of the first figure that the plant has: a time in which it was silent is not known. */
function Coverage({ plant }: { readonly plant: PlantNode }) {
  const asked = COVERED.map((kpi): Asked => ({ scope: 'plant', id: plant.id, kpi, window: '1d' }))
  const span = spanOfRange(route.value.range, plant.timezone, nowMs.value)
  const totals = useRangePoints(plant.id, asked, span, { plants: plantList.value.length })
  const point = asked.map((one) => totals.of(one)[0]).find((one) => one !== undefined)
  const hasAny = asked.some(({ kpi }) => hasFigure(plant.id, kpi))
  if (point === undefined) return <>{totals.past.kind === 'loaded' && hasAny ? shareText(0, language.value) : '—'}</>
  return <>{shareText(point.coverage, language.value)}</>
}

const COVERED = ['energy_elec_import']

function PlantAlarms({ plant }: { readonly plant: string }) {
  const w = words().order
  const alarms = alarmList.value.filter((alarm) => alarm.plant === plant)
  const urgent = urgentAlarms(alarms, minuteMs.value)
  const acked = alarms.filter(({ state }) => state === 'active_ack')
  if (!hasAlarms.value) return null
  return (
    <p class="plant-alarms">
      {urgent.length + acked.length === 0 && <span class="faint">{w.noAlarms}</span>}
      <SeverityCounts alarms={urgent} />
      {acked.length > 0 && (
        <span class="plant-acked">
          <SeverityCounts alarms={acked} state="active_ack" />
          <span class="faint">{w.acked}</span>
        </span>
      )}
    </p>
  )
}

/** A figure comes of the way from one reading to the next: until then the plant says who has begun. */
function FirstReadings({ plant }: { readonly plant: PlantNode }) {
  const begun = plant.lines.flatMap(({ devices }) => devices).filter(({ readings }) => readings > 0)
  const first = begun[0]
  if (first === undefined || begun.some(({ messages }) => messages > 1)) return null
  return (
    <p data-first={plant.id}>
      {words().first.begun(begun.length)}{' '}
      <a class="text-link" href={linkTo({ view: 'device', plant: plant.id, device: first.id })}>
        {first.id}
      </a>
    </p>
  )
}

function NewestAge({ plant }: { readonly plant: PlantNode }) {
  const newest = newestMs(plant)
  return <>{Number.isFinite(newest) ? words().plant.ago(ageText(nowMs.value - newest, language.value)) : '—'}</>
}
