import type { KpiInfo } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { Answer } from '../api.js'
import { ChartCard } from '../components/chart-card.js'
import { DeviceTable } from '../components/device-table.js'
import { EmptyState } from '../components/empty-state.js'
import { ErrorBody } from '../components/error-card.js'
import { Legend } from '../components/legend.js'
import { LossesCard } from '../components/losses-card.js'
import { QualityCard } from '../components/quality-card.js'
import { RobotsCard } from '../components/robots-card.js'
import { TilesSkeleton } from '../components/skeleton.js'
import { StacksCard } from '../components/stacks-card.js'
import { Tile } from '../components/tile.js'
import { lengthMsOf, windowThatFits } from '../range.js'
import type { Route } from '../route.js'
import { words } from '../settings.js'
import { catalogue, loadCatalogue, loadPlants, newestMs, plants } from '../state.js'
import { tileFigures } from '../tiles.js'

type PlantRoute = Extract<Route, { view: 'plant' }>

/** One plant: its tiles, one figure over time, its devices. */
export function PlantView({ at }: { readonly at: PlantRoute }) {
  const w = words()
  const known = plants.value
  const figures = catalogue.value
  // All at once: what stands below must not be pushed down by what comes above it.
  if (known.kind === 'loading' || figures.kind === 'loading') return <TilesSkeleton />
  if (known.kind === 'failed') {
    return (
      <section class="card">
        <ErrorBody title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
      </section>
    )
  }
  const plant = known.value.find((p) => p.id === at.plant)
  if (plant === undefined) {
    return (
      <section class="card empty">
        <p>
          <strong>{w.plant.unknown}</strong> <code>{at.plant}</code>
        </p>
        <p>{w.plant.unknownHint}</p>
      </section>
    )
  }
  if (newestMs(plant) === Number.NEGATIVE_INFINITY) {
    return (
      <>
        <section class="card">
          <EmptyState plant={plant} />
        </section>
        <DeviceTable plant={plant} />
      </>
    )
  }
  return (
    <>
      <Figures plant={plant} at={at} figures={figures} />
      <div class="subjects">
        <RobotsCard plant={plant} line={at.line} />
        <StacksCard plant={plant} />
      </div>
      <LossesCard plant={plant} line={at.line} />
      <QualityCard plant={plant} line={at.line} />
      <DeviceTable plant={plant} />
      <Legend note="" />
    </>
  )
}

interface FiguresProps {
  readonly plant: PlantNode
  readonly at: PlantRoute
  readonly figures: Exclude<Answer<ReadonlyMap<string, KpiInfo>>, { kind: 'loading' }>
}

function Figures({ plant, at, figures }: FiguresProps) {
  const w = words()
  if (figures.kind === 'failed') {
    return (
      <section class="card">
        <ErrorBody title={w.error.catalogue} detail={figures.detail} onRetry={loadCatalogue} />
      </section>
    )
  }
  const tiles = tileFigures(figures.value)
  const ofPlants = [...figures.value.values()].filter((k) => k.scopes.includes('plant'))
  const shown: KpiInfo | undefined = figures.value.get(at.kpi) ?? ofPlants[0]
  if (shown === undefined) return null
  const chosen = at.window !== null && shown.windows.includes(at.window) ? at.window : null
  const window = chosen ?? windowThatFits(lengthMsOf(at.range), shown.windows)
  return (
    <>
      <div class="card tiles is-strip" style={{ '--tiles': String(tiles.length) }}>
        {tiles.map((tile) => (
          <Tile key={tile.info.id} plant={plant} {...tile} isShown={tile.info.id === shown.id} />
        ))}
      </div>
      <ChartCard
        key={`${plant.id}|${shown.id}|${window}`}
        plant={plant}
        info={shown}
        kpis={ofPlants}
        at={{ ...at, kpi: shown.id, window: chosen }}
        window={window}
      />
    </>
  )
}
