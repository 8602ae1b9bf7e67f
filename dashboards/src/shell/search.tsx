import { signal } from '@preact/signals'
import { isKeyListOpen } from '../key-list.js'
import { lineName, plantName } from '../names.js'
import { linkTo, titleOf } from '../nav.js'
import { LINKS, OF_EACH_PLANT, type Place } from '../pages.js'
import { plantPlaceOf } from '../plant/page.js'
import { plantOf } from '../route.js'
import { language, words } from '../settings.js'
import { catalogue, plantList, route } from '../state.js'
import { Dialog } from '../ui/dialog.js'
import { helpAddress } from './help.js'

interface Found {
  readonly kind: 'plant' | 'line' | 'device' | 'figure' | 'page'
  readonly name: string
  readonly where: string
  readonly place: Place
}

const FOUND_MAX = 12
const isOpen = signal(false)
const asked = signal('')
const marked = signal(0)

export function openSearch(): void {
  asked.value = ''
  marked.value = 0
  isOpen.value = true
}

/** Finds a plant, line, device, figure or page by any part of its name or id. */
export function Search() {
  const w = words().search
  const found = isOpen.value ? findings(asked.value) : []
  const close = () => {
    isOpen.value = false
  }
  const go = (item: Found | undefined) => {
    if (item === undefined) return
    close()
    location.hash = linkTo(item.place)
  }
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') go(found[marked.value])
    if (by === undefined || found.length === 0) return
    event.preventDefault()
    marked.value = (marked.value + by + found.length) % found.length
  }
  return (
    <Dialog title={w.title} isOpen={isOpen.value} onClose={close} class="search">
      <input
        type="search"
        class="input"
        aria-controls="found"
        aria-activedescendant={found.length === 0 ? undefined : `found-${marked.value}`}
        aria-label={w.hint}
        placeholder={w.hint}
        value={asked.value}
        onInput={(event) => {
          asked.value = (event.currentTarget as HTMLInputElement).value
          marked.value = 0
        }}
        onKeyDown={move}
      />
      <div id="found" class="found" role="listbox" aria-label={w.title}>
        {found.map((item, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
          <div
            key={`${item.kind}${item.where}${item.name}`}
            id={`found-${i}`}
            role="option"
            tabIndex={-1}
            class="menu-item"
            aria-selected={i === marked.value}
            onClick={() => go(item)}
          >
            <span>{item.name}</span>
            <span class="faint">{item.where}</span>
            <span class="faint found-kind">{w[item.kind]}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="faint">{w.none}</p>}
      <button
        type="button"
        class="button is-small is-quiet"
        onClick={() => {
          close()
          isKeyListOpen.value = true
        }}
      >
        {words().keys.title}
      </button>
      <a class="button is-small is-quiet" href={helpAddress()}>
        {words().nav.help}
      </a>
    </Dialog>
  )
}

function findings(text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase()
  const fits = ({ name, place }: Found) =>
    [name, ...Object.values(place)].some((word) => typeof word === 'string' && word.toLowerCase().includes(wanted))
  return everything().filter(fits).slice(0, FOUND_MAX)
}

function everything(): readonly Found[] {
  const pages = LINKS.map(({ place }): Found => ({ kind: 'page', name: titleOf(place.view), where: '', place }))
  const places = plantList.value.flatMap((plant): readonly Found[] => [
    { kind: 'plant', name: plantName(plant), where: plant.id, place: plantPlaceOf(plant.id) },
    ...OF_EACH_PLANT.map(
      ({ view, placeOfPlant }): Found => ({
        kind: 'page',
        name: titleOf(view),
        where: plantName(plant),
        place: placeOfPlant(plant.id),
      }),
    ),
    ...plant.lines.map(
      (line): Found => ({
        kind: 'line',
        name: lineName(line),
        where: plantName(plant),
        place: plantPlaceOf(plant.id, line.id),
      }),
    ),
    ...plant.lines.flatMap((line) =>
      line.devices.map(
        ({ id }): Found => ({
          kind: 'device',
          name: id,
          where: `${plantName(plant)} · ${lineName(line)}`,
          place: { view: 'device', plant: plant.id, device: id },
        }),
      ),
    ),
  ])
  const plant = plantOf(route.value) ?? plantList.value[0]?.id
  if (plant === undefined || catalogue.value.kind !== 'loaded') return [...pages, ...places]
  const where = plantList.value.find(({ id }) => id === plant)
  const figures = [...catalogue.value.value.values()].map(
    (info): Found => ({
      kind: 'figure',
      name: info.name[language.value],
      where: where === undefined ? plant : plantName(where),
      place: { view: 'plant', plant, line: null, kpi: info.id, window: null },
    }),
  )
  return [...pages, ...places, ...figures]
}
