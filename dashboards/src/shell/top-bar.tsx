import { LookSegments } from '../chart/look-segments.js'
import { LinkState } from '../devices/link-state.js'
import { lineName, plantName } from '../names.js'
import { keep, linkTo, titleOf } from '../nav.js'
import { LINKS, type Place, pageOf } from '../pages.js'
import { plantPlaceOf } from '../plant/page.js'
import { plantOf } from '../route.js'
import { language, words } from '../settings.js'
import { nowMs, plantList, route } from '../state.js'
import { periodText } from '../time/range-text.js'
import { offsetText } from '../time/time.js'
import { Icon, Mark } from '../ui/icon.js'
import { AccountMenu } from './account-menu.js'
import { RangePicker } from './range-picker.js'
import { openSearch } from './search.js'

/** Bar at the top of a page: where one is, in whose time, which time is shown, and the choices a reader has. */
export function TopBar() {
  const { hasRange = false } = pageOf(route.value.view)
  return (
    <header class="top">
      <Path />
      <span class="top-tools">
        <span class="phone-only">
          <LinkState isShort />
        </span>
        {hasRange && <RangePicker />}
        <Choices />
        <AccountMenu />
      </span>
    </header>
  )
}

interface Step {
  readonly name: string
  readonly place: Place
}

/** From the top down to what is shown; the last is where one is. */
export function stepsTo(): readonly Step[] {
  const at = route.value
  const { title, foundOn, placeOfPlant } = pageOf(at.view)
  const self = (name: string): Step => ({ name, place: at })
  const plantId = at.view === 'plant' || at.view === 'device' || placeOfPlant !== undefined ? plantOf(at) : null
  if (plantId !== null) {
    const plant = plantList.value.find((p) => p.id === plantId)
    const devices =
      at.view === 'device' ? plant?.lines.find((l) => l.devices.some((d) => d.id === at.device)) : undefined
    const line = at.view === 'plant' ? plant?.lines.find((l) => l.id === at.line) : devices
    const steps = [
      stepTo({ view: 'overview' }),
      { name: plant === undefined ? plantId : plantName(plant), place: plantPlaceOf(plantId) },
    ]
    if (line !== undefined) steps.push({ name: lineName(line), place: plantPlaceOf(plantId, line.id) })
    else if (at.view === 'plant' && at.line !== null) steps.push(self(at.line))
    if (title !== null) steps.push(stepTo(at))
    if (at.view === 'device') steps.push(self(at.device))
    return steps
  }
  const above = LINKS.find(({ place }) => place.view === foundOn)
  const here = at.view === 'report' ? self(reportName(at.report)) : stepTo(at)
  return above === undefined ? [here] : [stepTo(above.place), here]
}

function stepTo(place: Place): Step {
  return { name: titleOf(place.view), place }
}

/** The plants of a report by their names, and its days: what its id says. */
function reportName(id: string): string {
  const [plants = '', , from = '', to = ''] = id.split('.')
  const names = plants.split('+').map((of) => {
    const plant = plantList.value.find((p) => p.id === of)
    return plant === undefined ? of : plantName(plant)
  })
  return `${names.join(', ')} · ${periodText(from, to, language.value)}`
}

function Path() {
  const steps = stepsTo()
  const here = steps.at(-1)
  const before = steps.slice(0, -1)
  const at = route.value
  const plant = 'plant' in at ? plantList.value.find((p) => p.id === at.plant) : undefined
  const up = before.at(-1)
  return (
    <h1 class="path">
      {up === undefined ? (
        <span class="phone-only">
          <Mark />
        </span>
      ) : (
        <a class="phone-only" href={linkTo(up.place)} aria-label={up.name}>
          <Icon name="arrowLeft" size={20} />
        </a>
      )}
      {before.map(({ name, place }) => (
        <a key={name} class="path-up" href={linkTo(place)}>
          {name}
          <Icon name="chevron" />
        </a>
      ))}
      <span class="path-here">{here?.name}</span>
      {plant !== undefined && (
        <span class="path-zone">
          {[...new Set([plant.timezone, offsetText(nowMs.value, plant.timezone)])].join(' · ')}
        </span>
      )}
    </h1>
  )
}

function Choices() {
  const w = words()
  return (
    <span class="segments is-bar">
      <button
        type="button"
        class="segment phone-only"
        aria-label={w.search.title}
        title={w.search.title}
        onClick={openSearch}
      >
        <Icon name="search" />
      </button>
      <LookSegments />
      <button
        type="button"
        class="segment wide-only"
        aria-label={w.nav.wall}
        title={`${w.nav.wall} w`}
        onClick={() => keep({ wall: true })}
      >
        <Icon name="wall" />
      </button>
    </span>
  )
}
