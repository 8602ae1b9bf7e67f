import type { AlarmSeverity } from '../../../src/base/alarm.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { alarmList, needsPerson, urgentAlarms, worstOf } from '../alarms/open.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { LinkState } from '../devices/link-state.js'
import { inService } from '../devices/list.js'
import { decimal } from '../format.js'
import { lineName, plantName } from '../names.js'
import { linkTo, titleOf } from '../nav.js'
import { LINKS, OF_EACH_PLANT, pageOf } from '../pages.js'
import { plantPlaceOf } from '../plant/page.js'
import { plantOf } from '../route.js'
import { language, words } from '../settings.js'
import { nowMs, plantList, route } from '../state.js'
import { clockText } from '../time/time.js'
import { Icon, type IconName, Mark } from '../ui/icon.js'
import { helpAddress } from './help.js'
import { openSearch } from './search.js'

export const urgentCount = () => urgentAlarms(alarmList.value, nowMs.value).length

export function SideBar() {
  const w = words()
  return (
    <nav class="side" aria-label={w.nav.main}>
      <a class="brand" href={linkTo({ view: 'overview' })}>
        <Mark />
        <span class="side-word">{w.product}</span>
      </a>
      <PageLinks class="side-link" />
      {plantList.value.length > 0 && <h2 class="side-head side-word">{w.nav.plants}</h2>}
      <ul class="side-plants">
        {plantList.value.map((plant) => (
          <PlantLinks key={plant.id} plant={plant} />
        ))}
      </ul>
      <span class="side-foot">
        <LinkState />
        <a class="side-link is-quiet" href={helpAddress()} title={w.nav.help}>
          <Icon name="help" />
          <span class="side-word">{w.nav.help}</span>
        </a>
        <button type="button" class="side-link is-quiet" onClick={openSearch} title={w.search.title}>
          <Icon name="search" />
          <span class="side-word">{w.search.title}</span>
          <kbd class="side-word">/</kbd>
        </button>
      </span>
    </nav>
  )
}

/** The same five pages in the side bar and at the foot of a phone. */
export function PageLinks({ class: name }: { readonly class: string }) {
  const w = words()
  const at = route.value
  const urgent = urgentCount()
  return LINKS.map(({ place, icon }) => {
    const isHere = at.view === place.view || pageOf(at.view).foundOn === place.view
    return (
      <a key={place.view} class={name} href={linkTo(place)} aria-current={isHere ? 'page' : undefined}>
        <Icon name={icon as IconName} />
        <span class="side-word">{titleOf(place.view)}</span>
        {place.view === 'alarms' && urgent > 0 && (
          <span class="badge is-urgent num" title={w.nav.needPerson(String(urgent))}>
            {decimal(urgent, 0, language.value)}
          </span>
        )}
      </a>
    )
  })
}

function PlantLinks({ plant }: { readonly plant: PlantNode }) {
  const at = route.value
  const isOpen = plantOf(at) === plant.id
  return (
    <li>
      <a
        class="side-link is-plant"
        href={linkTo(plantPlaceOf(plant.id))}
        aria-current={isOpen && at.view === 'plant' && at.line === null ? 'page' : undefined}
        title={plantName(plant)}
      >
        <PlantState plant={plant} />
        <span class="side-word">{plantName(plant)}</span>
        <time class="side-word num">{clockText(nowMs.value, plant.timezone, language.value)}</time>
      </a>
      {isOpen &&
        OF_EACH_PLANT.map(({ view, placeOfPlant }) => (
          <a
            key={view}
            class="side-link is-line side-word"
            href={linkTo(placeOfPlant(plant.id))}
            aria-current={at.view === view ? 'page' : undefined}
          >
            {titleOf(view)}
          </a>
        ))}
      {isOpen && (
        <ul class="side-lines side-word" aria-label={words().nav.lines}>
          {plant.lines.map((line) => (
            <li key={line.id}>
              <a
                class="side-link is-line"
                href={linkTo(plantPlaceOf(plant.id, line.id))}
                aria-current={at.view === 'plant' && at.line === line.id ? 'page' : undefined}
              >
                <span class="side-word">{lineName(line)}</span>
                <Sign severity={worstAt(plant.id, [line.id, ...line.devices.map((device) => device.id)])} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

const urgentAt = (plant: string) =>
  alarmList.value.filter((alarm) => alarm.plant === plant && needsPerson(alarm, nowMs.value))

/** The worst of what needs a person in a line or its devices. */
function worstAt(plant: string, ids: readonly string[]): AlarmSeverity | null {
  return worstOf(urgentAt(plant).filter((alarm) => alarm.scope !== 'plant' && ids.includes(alarm.scope_id)))
}

function Sign({ severity }: { readonly severity: AlarmSeverity | null }) {
  if (severity === null) return null
  return (
    <span role="img" aria-label={words().severities[severity]}>
      <SeveritySign severity={severity} size={14} />
    </span>
  )
}

/** Quiet while all is well and anything of the plant arrives; else the shape of what is wrong. */
function PlantState({ plant }: { readonly plant: PlantNode }) {
  const worst = worstOf(urgentAt(plant.id))
  if (worst !== null) return <Sign severity={worst} />
  const states = plant.lines.flatMap((line) => inService(line.devices).map((d) => d.state))
  if (states.length === 0 || states.includes('online')) return <span class="dot" aria-hidden="true" />
  return <Icon name={states.includes('stale') ? 'clock' : 'unplug'} size={14} />
}
