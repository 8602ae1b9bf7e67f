import type { PlantNode } from '../../../src/base/wire.js'
import { RejectedNote } from '../devices/rejected-note.js'
import { ReturnedNotice } from '../devices/returned-notice.js'
import { FirstRunNotice, useLeadToFirstRun } from '../first-run/lead.js'
import { plantName } from '../names.js'
import { linkTo } from '../nav.js'
import { NewcomersNotice } from '../newcomers/notice.js'
import { PlantHead } from '../plant/plant-head.js'
import { may } from '../session.js'
import { words } from '../settings.js'
import { NeedsPerson } from '../shell/needs-person.js'
import { Wall } from '../shell/wall.js'
import { catalogue, loadCatalogue, loadPlants, newestMs, plantList, plants, route } from '../state.js'
import { plantOrder } from '../tiles/plant-order.js'
import { Tile } from '../tiles/tile.js'
import { pillarRuns, type TileFigure, tileFigures } from '../tiles/tiles.js'
import { EmptyState } from '../ui/empty-state.js'
import { ErrorCard } from '../ui/error-card.js'
import { useHeldOrder, useHold } from '../ui/hold.js'
import { Legend } from '../ui/legend.js'
import { TilesSkeleton } from '../ui/skeleton.js'
import { SimulatorsNote } from './simulators-note.js'

/** Every plant as a row of live tiles, and before them what needs a person. */
export function Overview() {
  const w = words()
  const known = plants.value
  const figures = catalogue.value
  if (known.kind === 'failed') {
    return <ErrorCard title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
  }
  if (figures.kind === 'failed') {
    return <ErrorCard title={w.error.catalogue} detail={figures.detail} onRetry={loadCatalogue} />
  }
  if (known.kind === 'loading' || figures.kind === 'loading') return <TilesSkeleton />
  if (known.value.length === 0) return <FirstRun />
  const tiles = tileFigures(figures.value)
  if (route.value.wall) return <Wall tiles={tiles} />
  return (
    <div class="overview" style={{ '--tiles': String(tiles.length) }}>
      <NeedsPerson />
      <SimulatorsNote />
      <RejectedNote />
      <FirstRunNotice />
      <NewcomersNotice />
      <ReturnedNotice />
      <Plants tiles={tiles} />
      <Legend note={w.plant.eachInItsOwnTime} />
    </div>
  )
}

/** Nothing has ever been sent: the ways to set up a plant and to connect a device, and the one line that would fill this page. */
function FirstRun() {
  const w = words().first
  useLeadToFirstRun()
  return (
    <section class="card first-run">
      <EmptyState />
      {may('administer') && (
        <p class="first-connect">
          <a class="button" href={linkTo({ view: 'first-run' })}>
            {w.configure}
          </a>
          <span>{w.configureHint}</span>
        </p>
      )}
      <p class="first-connect">
        <a class="button is-primary" href={linkTo({ view: 'connect' })}>
          {w.connect}
        </a>
        <span>{w.hint}</span>
      </p>
    </section>
  )
}

function Plants({ tiles }: { readonly tiles: readonly TileFigure[] }) {
  const w = words()
  const { isHeld, on } = useHold()
  const order = useHeldOrder(plantOrder.value, isHeld.value)
  const byId = new Map(plantList.value.map((plant) => [plant.id, plant]))
  return (
    <div class="plants" {...on}>
      <div class="pillar-heads" aria-hidden="true">
        <span class="order">{order.length > 1 && w.order.label}</span>
        {pillarRuns(tiles).map(({ pillar, count }) => (
          <span key={pillar} class={`pillar-head pillar-${pillar}`} style={{ gridColumn: `span ${count}` }}>
            <strong>{w.pillars[pillar]}</strong>
            {w.pillarSubjects[pillar]}
          </span>
        ))}
      </div>
      {order.flatMap((id) => {
        const plant = byId.get(id)
        return plant === undefined ? [] : <PlantRow key={id} plant={plant} tiles={tiles} />
      })}
    </div>
  )
}

function PlantRow({ plant, tiles }: { readonly plant: PlantNode; readonly tiles: readonly TileFigure[] }) {
  const isEmpty = newestMs(plant) === Number.NEGATIVE_INFINITY
  return (
    <section class="card plant-row" aria-label={plantName(plant)} data-plant={plant.id}>
      <PlantHead plant={plant} />
      {isEmpty ? (
        <EmptyState plant={plant} />
      ) : (
        <div class="tiles">
          {tiles.map((tile) => (
            <Tile key={tile.info.id} plant={plant} {...tile} />
          ))}
        </div>
      )}
    </section>
  )
}
