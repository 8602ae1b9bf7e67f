import type { PlantNode } from '../../../src/base/wire.js'
import { lagText } from '../format.js'
import { hrefOf, plantHref } from '../route.js'
import { language, words } from '../settings.js'
import { connection, lagMs, nowMs, plantList, route } from '../state.js'
import { clockText } from '../time.js'
import { Icon, Mark } from './icon.js'

/** The name of a plant in the reader's language, else in any, else its id. */
export function plantName(plant: PlantNode): string {
  return plant.name[language.value] ?? plant.name.en ?? plant.name.zh ?? plant.id
}

export function SideBar() {
  const w = words()
  const at = route.value
  return (
    <nav class="side" aria-label={w.nav.main}>
      <a class="brand" href={hrefOf({ view: 'overview' })}>
        <Mark />
        <span class="side-word">{w.product}</span>
      </a>
      <a
        class="side-link"
        href={hrefOf({ view: 'overview' })}
        aria-current={at.view === 'overview' ? 'page' : undefined}
        title={w.nav.overview}
      >
        <Icon name="overview" />
        <span class="side-word">{w.nav.overview}</span>
      </a>
      {plantList.value.length > 0 && <h2 class="side-head side-word">{w.nav.plants}</h2>}
      <ul class="side-plants">
        {plantList.value.map((plant) => (
          <li key={plant.id}>
            <a
              class="side-link is-plant"
              href={plantHref(plant.id)}
              aria-current={at.view === 'plant' && at.plant === plant.id ? 'page' : undefined}
              title={plantName(plant)}
            >
              <PlantState plant={plant} />
              <span class="side-word">{plantName(plant)}</span>
              <time class="side-word num">{clockText(nowMs.value, plant.timezone, language.value)}</time>
            </a>
          </li>
        ))}
      </ul>
      <LinkState />
    </nav>
  )
}

/** Quiet while anything of the plant arrives; else the shape of what is wrong. */
function PlantState({ plant }: { readonly plant: PlantNode }) {
  const states = plant.lines.flatMap((line) => line.devices.map((d) => d.state))
  if (states.length === 0 || states.includes('online')) return <span class="dot" aria-hidden="true" />
  return <Icon name={states.includes('stale') ? 'clock' : 'unplug'} size={14} />
}

/** Whether what is on the page is now, and how far behind now it is. */
export function LinkState({ isShort = false }: { readonly isShort?: boolean }) {
  const w = words()
  const { kind } = connection.value
  const lag = lagMs.value
  const text =
    kind === 'live'
      ? lag === null || isShort
        ? w.link.live
        : `${w.link.live} · ${w.link.behind(lagText(lag, language.value))}`
      : w.link[kind]
  return (
    <p class="link-state num" data-link={kind} title={text}>
      <Icon name={kind === 'lost' ? 'unplug' : 'radio'} />
      <span class={isShort ? undefined : 'side-word'}>{text}</span>
    </p>
  )
}
