import { signal } from '@preact/signals'
import { plantName } from '../names.js'
import { linkTo, titleOf } from '../nav.js'
import { NewcomersCard } from '../newcomers/newcomers-card.js'
import { RefusedCard } from '../newcomers/refused-card.js'
import { hrefOf, type Route } from '../route.js'
import { words } from '../settings.js'
import { loadPlants, plants, route } from '../state.js'
import { EmptyState } from '../ui/empty-state.js'
import { ErrorCard } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { DeviceCount, DeviceRows } from './device-table.js'
import { deviceRows } from './list.js'
import { QuarantineCard } from './quarantine-card.js'
import { sendersOf, useWaiting } from './waiting.js'

type DevicesRoute = Extract<Route, { view: 'devices' }>

/** Every device of every plant, or of one, and what waits in quarantine. */
export default function DevicesView({ at }: { readonly at: DevicesRoute }) {
  const w = words()
  const waiting = useWaiting(at.plant, null)
  const known = plants.value
  if (known.kind === 'loading') return <Skeleton class="device-skeleton" />
  if (known.kind === 'failed') {
    return <ErrorCard title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
  }
  const filter = { plant: at.plant, text: at.find ?? '', troubleOnly: at.trouble ?? false }
  const rows = deviceRows(known.value, filter, w.devices.roles, sendersOf(waiting.items.value))
  const hasDevices = known.value.some(({ lines }) => lines.some(({ devices }) => devices.length > 0))
  const isFiltered = filter.plant !== null || filter.text !== '' || filter.troubleOnly
  return (
    <>
      <section class="card" aria-label={w.devices.title}>
        <header class="card-head">
          <h2>{w.devices.title}</h2>
          <DeviceCount rows={rows} />
          <span class="card-tools device-tools">
            {hasDevices && <Filter at={at} />}
            <a class="button is-small" href={linkTo({ view: 'connect' })}>
              <Icon name="plug" size={14} />
              {titleOf('connect')}
            </a>
          </span>
        </header>
        {rows.length > 0 && <DeviceRows rows={rows} hasPlants={at.plant === null && known.value.length > 1} />}
        {rows.length === 0 && isFiltered && hasDevices && (
          <p class="card-note">
            {filter.troubleOnly && filter.text === '' ? w.devices.noTrouble : w.devices.none}
            <a class="text-link" href={linkTo({ view: 'devices', plant: null })}>
              {w.devices.showAll}
            </a>
          </p>
        )}
        {!hasDevices && <EmptyState />}
      </section>
      <NewcomersCard key={`new ${at.plant}`} plant={at.plant} />
      <RefusedCard />
      <QuarantineCard key={at.plant} waiting={waiting} isOfOne={false} />
    </>
  )
}

/** Letters follow each other faster than the address is written. */
const typed = signal<string | null>(null)

function Filter({ at }: { readonly at: DevicesRoute }) {
  const w = words().devices
  /** Without a step in the history of the browser for each letter. */
  const choose = (changed: { readonly plant?: string | null; readonly find?: string; readonly trouble?: boolean }) => {
    const { find = at.find ?? '', trouble = at.trouble ?? false, plant = at.plant } = changed
    const { range, compare, wall } = route.value
    location.replace(
      hrefOf({
        view: 'devices',
        plant,
        ...(find === '' ? {} : { find }),
        ...(trouble ? { trouble: true } : {}),
        range,
        compare,
        wall,
      }),
    )
  }
  const all = plants.value.kind === 'loaded' ? plants.value.value : []
  return (
    <span class="device-filter">
      <input
        type="search"
        class="input is-small"
        aria-label={w.filter}
        placeholder={w.filter}
        maxLength={64}
        value={typed.value ?? at.find ?? ''}
        onInput={(event) => {
          typed.value = (event.currentTarget as HTMLInputElement).value
          choose({ find: typed.value })
        }}
        onBlur={() => {
          typed.value = null
        }}
      />
      {all.length > 1 && (
        <label class="select is-plain">
          <span>{all.filter(({ id }) => id === at.plant).map(plantName)[0] ?? w.allPlants}</span>
          <Icon name="chevron" size={14} />
          <select
            aria-label={w.plant}
            value={at.plant ?? ''}
            onChange={(event) => choose({ plant: (event.currentTarget as HTMLSelectElement).value || null })}
          >
            <option value="">{w.allPlants}</option>
            {all.map((plant) => (
              <option key={plant.id} value={plant.id}>
                {plantName(plant)}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        type="button"
        class="button is-small"
        aria-pressed={at.trouble ?? false}
        onClick={() => choose({ trouble: !at.trouble })}
      >
        {at.trouble && <Icon name="check" size={14} />}
        {w.troubleOnly}
      </button>
    </span>
  )
}
