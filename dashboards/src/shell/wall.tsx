import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PlantNode } from '../../../src/base/wire.js'
import { AlarmValue } from '../alarms/alarm-value.js'
import { alarmList, hasAlarms, holdsWall, urgentAlarms } from '../alarms/open.js'
import { SeverityCounts } from '../alarms/severity-counts.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { sourceOf } from '../alarms/text.js'
import { ageText } from '../format.js'
import { plantName } from '../names.js'
import { usePageKeys } from '../page-keys.js'
import { language, words } from '../settings.js'
import { minuteMs, newestMs, nowMs, plantList } from '../state.js'
import { plantOrder } from '../tiles/plant-order.js'
import { Tile } from '../tiles/tile.js'
import type { TileFigure } from '../tiles/tiles.js'
import { nextPlant } from '../tiles/wall-turn.js'
import { clockText, exactText, localMs, offsetText, weekdayText } from '../time/time.js'
import { EmptyState } from '../ui/empty-state.js'
import { Icon } from '../ui/icon.js'

const TURN_MS = 20_000

const urgentOf = (plant: string | null) =>
  urgentAlarms(
    alarmList.value.filter((a) => plant === null || a.plant === plant),
    minuteMs.value,
  )

/** A screen on a wall: one plant at a time, large, the next after 20 s; it stays where a critical or major alarm needs a person. */
export function Wall({ tiles }: { readonly tiles: readonly TileFigure[] }) {
  const chosen = useSignal<string | null>(null)
  const isPaused = useSignal(false)
  const ids = plantList.value.map(({ id }) => id)
  const urgent = plantOrder.value.find((id) => urgentOf(id).some(holdsWall)) ?? null
  const isStaying = urgent !== null && !isPaused.value
  const shownId = (isStaying ? urgent : chosen.value) ?? ids[0]
  const plant = plantList.value.find(({ id }) => id === shownId) ?? plantList.value[0]
  const turn = (by: 1 | -1) => {
    chosen.value = nextPlant(ids, shownId ?? null, by)
  }
  const isTurning = !isPaused.value && urgent === null && ids.length > 1

  useEffect(() => {
    if (!isTurning) return
    chosen.value = shownId ?? null
    const timer = setInterval(() => turn(1), TURN_MS)
    return () => clearInterval(timer)
  }, [isTurning, shownId, ids.join(' ')])

  const press = (event: KeyboardEvent) => {
    const isOnButton = event.target instanceof HTMLElement && event.target.closest('button, dialog, input') !== null
    if (isOnButton || event.ctrlKey || event.metaKey || event.altKey) return
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined
    if (event.key !== ' ' && by === undefined) return
    event.preventDefault()
    // A reader who turns by hand wants to look: it goes on by the same key that pauses it.
    isPaused.value = by !== undefined || !isPaused.value
    chosen.value = shownId ?? null
    if (by !== undefined) turn(by)
  }
  usePageKeys(press, [shownId, ids.join(' ')])

  if (plant === undefined) return null
  return (
    <div class="wall" data-wall-plant={plant.id}>
      <WallHead plant={plant} />
      <WorstAlarm plant={plant.id} />
      {newestMs(plant) === Number.NEGATIVE_INFINITY ? (
        <EmptyState plant={plant} />
      ) : (
        <div class="tiles" key={plant.id}>
          {tiles.map((tile) => (
            <Tile key={tile.info.id} plant={plant} {...tile} />
          ))}
        </div>
      )}
      <WallFoot shown={plant.id} isPaused={isPaused.value} isStaying={isStaying} />
    </div>
  )
}

function WallHead({ plant }: { readonly plant: PlantNode }) {
  const lang = language.value
  const w = words()
  const urgent = urgentOf(null)
  const zone = plant.timezone
  return (
    <header class="wall-head">
      <h1>{plantName(plant)}</h1>
      <p class="wall-balance" role="status">
        {urgent.length > 0 ? (
          <SeverityCounts alarms={urgent} />
        ) : (
          hasAlarms.value && (
            <>
              <Icon name="check" />
              {w.needs.nothing}
            </>
          )
        )}
      </p>
      <p class="wall-time num" title={exactText(minuteMs.value, zone, lang)}>
        <span class="wall-day">
          {weekdayText(localMs(minuteMs.value, zone), lang)} · {offsetText(minuteMs.value, zone)}
        </span>
        <time class="wall-clock">{clockText(minuteMs.value, zone, lang)}</time>
      </p>
    </header>
  )
}

/** Worst alarm of the plant that needs a person: such alarms are what the screen stays for. */
function WorstAlarm({ plant }: { readonly plant: string }) {
  const lang = language.value
  const alarm = urgentOf(plant)[0]
  if (alarm === undefined) return null
  return (
    <p class={`wall-alarm is-${alarm.severity}`}>
      <SeveritySign severity={alarm.severity} state={alarm.state} />
      <strong>{alarm.text[lang]}</strong>
      <span class="wall-where">{sourceOf(alarm).slice(1).join(' › ')}</span>
      <span class="wall-value">
        <AlarmValue alarm={alarm} />
      </span>
      <span class="num">{ageText(nowMs.value - Date.parse(alarm.raised_at), lang)}</span>
    </p>
  )
}

interface FootProps {
  readonly shown: string
  readonly isPaused: boolean
  readonly isStaying: boolean
}

/** Foot of the wall screen: which plants there are, how they stand, and whether the screen goes on. */
function WallFoot({ shown, isPaused, isStaying }: FootProps) {
  const w = words().wall
  return (
    <footer class="wall-foot">
      <ol aria-label={w.plants}>
        {plantList.value.map((plant) => (
          <li key={plant.id} aria-current={plant.id === shown ? 'true' : undefined}>
            <SeverityCounts alarms={urgentOf(plant.id)} />
            {plantName(plant)}
          </li>
        ))}
      </ol>
      <span role="status">{isStaying ? w.held : isPaused ? `${w.paused} · ${w.go}` : w.pause}</span>
    </footer>
  )
}
