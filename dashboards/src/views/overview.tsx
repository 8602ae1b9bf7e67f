import type { PlantNode } from '../../../src/base/wire.js'
import { EmptyState } from '../components/empty-state.js'
import { ErrorBody } from '../components/error-card.js'
import { Legend } from '../components/legend.js'
import { TilesSkeleton } from '../components/skeleton.js'
import { Tile } from '../components/tile.js'
import { ageText, decimal, shareText } from '../format.js'
import { pointsOf } from '../history.js'
import { plantName } from '../names.js'
import { linkTo } from '../nav.js'
import { plantPlaceOf } from '../route.js'
import { language, words } from '../settings.js'
import { catalogue, loadCatalogue, loadPlants, newestMs, nowMs, plants } from '../state.js'
import { pillarRuns, type TileFigure, tileFigures } from '../tiles.js'
import { clockText } from '../time.js'

/** Every plant as a row of live tiles. */
export function Overview() {
  const w = words()
  const known = plants.value
  const figures = catalogue.value
  if (known.kind === 'failed') {
    return (
      <section class="card">
        <ErrorBody title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
      </section>
    )
  }
  if (figures.kind === 'failed') {
    return (
      <section class="card">
        <ErrorBody title={w.error.catalogue} detail={figures.detail} onRetry={loadCatalogue} />
      </section>
    )
  }
  if (known.kind === 'loading' || figures.kind === 'loading') return <TilesSkeleton />
  if (known.value.length === 0) {
    return (
      <section class="card">
        <EmptyState />
      </section>
    )
  }
  const tiles = tileFigures(figures.value)
  return (
    <div class="overview" style={{ '--tiles': String(tiles.length) }}>
      <div class="pillar-heads" aria-hidden="true">
        {pillarRuns(tiles).map(({ pillar, count }) => (
          <span key={pillar} class={`pillar-head pillar-${pillar}`} style={{ gridColumn: `span ${count}` }}>
            <strong>{w.pillars[pillar]}</strong>
            {w.pillarSubjects[pillar]}
          </span>
        ))}
      </div>
      {known.value.map((plant) => (
        <PlantRow key={plant.id} plant={plant} tiles={tiles} />
      ))}
      <Legend note={w.plant.eachInItsOwnTime} />
    </div>
  )
}

function PlantRow({ plant, tiles }: { readonly plant: PlantNode; readonly tiles: readonly TileFigure[] }) {
  const name = plantName(plant)
  const isEmpty = newestMs(plant) === Number.NEGATIVE_INFINITY
  return (
    <section class="card plant-row" aria-label={name} data-plant={plant.id}>
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

function PlantHead({ plant }: { readonly plant: PlantNode }) {
  const lang = language.value
  const w = words()
  const devices = plant.lines.flatMap((line) => line.devices)
  const online = devices.filter((d) => d.state === 'online').length
  const today = pointsOf({ plant: plant.id, kpi: 'energy_elec_import', window: '1d' }).value.at(-1)
  const newest = newestMs(plant)
  const age = Number.isFinite(newest) ? w.plant.ago(ageText(nowMs.value - newest, lang)) : '—'
  return (
    <header class="plant-head">
      <h2>
        <a href={linkTo(plantPlaceOf(plant.id))}>{plantName(plant)}</a>
      </h2>
      <p class="num">
        {clockText(nowMs.value, plant.timezone, lang)}
        {!plant.configured && ` · ${w.plant.unconfigured}`}
      </p>
      <dl>
        <dt>{w.plant.coverage}</dt>
        <dd class="num">{today === undefined ? '—' : shareText(today.coverage, lang)}</dd>
        <dt>{w.plant.devices}</dt>
        <dd class="num">
          {decimal(online, 0, lang)} / {decimal(devices.length, 0, lang)}
        </dd>
        <dt>{w.plant.newest}</dt>
        <dd class="num">{age}</dd>
      </dl>
    </header>
  )
}
