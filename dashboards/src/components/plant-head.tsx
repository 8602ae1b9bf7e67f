import type { PlantNode } from '../../../src/base/wire.js'
import { alarmList, hasAlarms, needsPerson } from '../alarms/open.js'
import { ageText, decimal, shareText } from '../format.js'
import { plantName } from '../names.js'
import { linkTo } from '../nav.js'
import { plantPlaceOf } from '../route.js'
import { pointsOf } from '../series/history.js'
import { language, words } from '../settings.js'
import { minuteMs, newestMs, nowMs } from '../state.js'
import { clockText, dayText } from '../time/time.js'
import { SeverityCounts } from './severity-counts.js'

/** Which plant it is, its time, its alarms and how far its data can be relied on. */
export function PlantHead({ plant }: { readonly plant: PlantNode }) {
  const lang = language.value
  const w = words()
  const name = plantName(plant)
  const devices = plant.lines.flatMap((line) => line.devices)
  const online = devices.filter((d) => d.state === 'online').length
  const today = pointsOf({ plant: plant.id, kpi: 'energy_elec_import', window: '1d' }).value.at(-1)
  const zone = plant.timezone
  return (
    <header class="plant-head">
      <h2 title={name}>
        <a href={linkTo(plantPlaceOf(plant.id))}>{name}</a>
      </h2>
      <p class="num">
        {clockText(minuteMs.value, zone, lang)} · {dayText(minuteMs.value, zone, lang)}
        {!plant.configured && ` · ${w.plant.unconfigured}`}
      </p>
      <PlantAlarms plant={plant.id} />
      <FirstReadings plant={plant} />
      <dl>
        <dt>{w.plant.coverage}</dt>
        <dd class="num">{today === undefined ? '—' : shareText(today.coverage, lang)}</dd>
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

function PlantAlarms({ plant }: { readonly plant: string }) {
  const w = words().order
  const alarms = alarmList.value.filter((alarm) => alarm.plant === plant)
  const urgent = alarms.filter((alarm) => needsPerson(alarm, minuteMs.value))
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
