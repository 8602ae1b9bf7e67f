import { useEffect } from 'preact/hooks'
import type { KpiInfo } from '../../../src/base/kpi.js'
import type { LineNode, PlantNode } from '../../../src/base/wire.js'
import { ChartCard } from '../chart/chart-card.js'
import { DeviceTable } from '../devices/device-table.js'
import type { Answer } from '../gateway/api.js'
import { useLive } from '../gateway/live.js'
import { wantedOfLines } from '../gateway/wanted.js'
import { linkTo, titleOf } from '../nav.js'
import { OF_EACH_PLANT } from '../pages.js'
import type { Route } from '../route.js'
import { words } from '../settings.js'
import { FigureSelect } from '../shell/figure-select.js'
import { catalogue, loadCatalogue, loadPlants, newestMs, plants } from '../state.js'
import { Tile } from '../tiles/tile.js'
import { tileFigures } from '../tiles/tiles.js'
import { EmptyState } from '../ui/empty-state.js'
import { ErrorCard } from '../ui/error-card.js'
import { Legend } from '../ui/legend.js'
import { TilesSkeleton } from '../ui/skeleton.js'
import { AnomalyNotes } from './anomaly-notes.js'
import { CarbonCard } from './carbon-card.js'
import { DemandCard } from './demand-card.js'
import { EnergyFlow } from './energy-flow.js'
import { metersOf } from './flow.js'
import { LineFigures } from './line-figures.js'
import { LossesCard } from './losses-card.js'
import { FIRST_KPI } from './page.js'
import { PartsCard } from './parts-card.js'
import { PlantEnd, PlantRemoval } from './plant-removal.js'
import { QualityCard } from './quality-card.js'
import { RobotsCard } from './robots-card.js'
import { stackDevices } from './stacks.js'
import { StacksCard } from './stacks-card.js'

type PlantRoute = Extract<Route, { view: 'plant' }>

/** One plant, or one line of it: its figures, where its energy goes, and the way down. */
export default function PlantView({ at }: { readonly at: PlantRoute }) {
  const w = words()
  const known = plants.value
  const figures = catalogue.value
  // All at once: what stands below must not be pushed down by what comes above it.
  if (known.kind === 'loading' || figures.kind === 'loading') return <TilesSkeleton />
  if (known.kind === 'failed') {
    return <ErrorCard title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
  }
  const plant = known.value.find((p) => p.id === at.plant)
  if (plant === undefined) {
    return (
      <PlantRemoval key={at.plant} id={at.plant}>
        <Unknown title={w.plant.unknown} id={at.plant} hint={w.plant.unknownHint} />
      </PlantRemoval>
    )
  }
  const line = plant.lines.find(({ id }) => id === at.line) ?? null
  if (at.line !== null && line === null) {
    return <Unknown title={w.energy.line.unknown} id={at.line} hint={w.energy.line.unknownHint} />
  }
  if (newestMs(plant) === Number.NEGATIVE_INFINITY) {
    return (
      <>
        <section class="card">
          <EmptyState plant={plant} />
        </section>
        <DeviceTable plant={plant} />
        <PlantEnd plant={plant} />
      </>
    )
  }
  return line === null ? (
    <WholePlant plant={plant} at={at} figures={figures} />
  ) : (
    <OneLine plant={plant} line={line} at={at} />
  )
}

function Unknown({ title, id, hint }: { readonly title: string; readonly id: string; readonly hint: string }) {
  return (
    <section class="card empty">
      <p>
        <strong>{title}</strong> <code>{id}</code>
      </p>
      <p>{hint}</p>
    </section>
  )
}

interface FiguresProps {
  readonly plant: PlantNode
  readonly at: PlantRoute
  readonly figures: Exclude<Answer<ReadonlyMap<string, KpiInfo>>, { kind: 'loading' }>
}

/** The wide cards stand left, the narrow ones beside them; a plant without a subject has no card of it. */
function WholePlant({ plant, at, figures }: FiguresProps) {
  const w = words()
  useLive(wantedOfLines(plant.id, at.range))
  if (figures.kind === 'failed') {
    return <ErrorCard title={w.error.catalogue} detail={figures.detail} onRetry={loadCatalogue} />
  }
  const tiles = tileFigures(figures.value)
  const ofPlants = [...figures.value.values()].filter((k) => k.scopes.includes('plant'))
  const shown = figures.value.get(at.kpi) ?? ofPlants[0]
  return (
    <>
      <PlantPages plant={plant} />
      <div class="card tiles is-strip" style={{ '--tiles': String(tiles.length) }}>
        {tiles.map((tile) => (
          <Tile key={tile.info.id} plant={plant} {...tile} isShown={tile.info.id === shown?.id} />
        ))}
      </div>
      <AnomalyNotes plant={plant} />
      <div class="plant-cards">
        <EnergyFlow plant={plant} />
        <CarbonCard plant={plant} />
        <DemandCard plant={plant} line={null} />
        <StacksCard plant={plant} />
        <RobotsCard plant={plant} line={null} />
        <LossesCard plant={plant} line={null} />
        <QualityCard plant={plant} line={null} />
        {shown !== undefined && <ChosenFigure plant={plant} at={at} info={shown} kpis={ofPlants} />}
        <PartsCard plant={plant} line={null} />
      </div>
      <DeviceTable plant={plant} />
      <Legend note="" />
      <PlantEnd plant={plant} />
    </>
  )
}

/** Links to the pages beside that of the plant, where the side bar has no room for them. */
function PlantPages({ plant }: { readonly plant: PlantNode }) {
  return (
    <nav class="plant-pages" aria-label={words().plant.pages}>
      {OF_EACH_PLANT.map(({ view, placeOfPlant }) => (
        <a key={view} class="button" href={linkTo(placeOfPlant(plant.id))}>
          {titleOf(view)}
        </a>
      ))}
    </nav>
  )
}

/** Figures and cards of one line, and nothing of the plant around it. */
function OneLine({ plant, line, at }: { readonly plant: PlantNode; readonly line: LineNode; readonly at: PlantRoute }) {
  useLive(wantedOfLines(plant.id, at.range))
  // The meter that stands in it may be that of the whole plant: what it counts is not the line's.
  const isOfPlant = metersOf(plant).some((meters) => meters.line === line && meters.submeters !== null)
  const alone: PlantNode = { ...plant, lines: [line] }
  return (
    <>
      <LineFigures plant={plant} line={line} isMetered={!isOfPlant} />
      <div class="plant-cards">
        {!isOfPlant && <DemandCard plant={plant} line={line.id} />}
        <PartsCard plant={plant} line={line} />
        <RobotsCard plant={plant} line={line.id} />
        <LossesCard plant={plant} line={line.id} />
        <QualityCard plant={plant} line={line.id} />
        {stackDevices(alone).length > 0 && <StacksCard plant={alone} />}
      </div>
      <DeviceTable plant={alone} />
      <Legend note="" />
    </>
  )
}

interface ChosenProps {
  readonly plant: PlantNode
  readonly at: PlantRoute
  readonly info: KpiInfo
  readonly kpis: readonly KpiInfo[]
}

/** The figure that a tile has been asked for over time. It stands below: whoever asks is taken there. */
function ChosenFigure({ plant, at, info, kpis }: ChosenProps) {
  useEffect(() => {
    if (at.kpi !== FIRST_KPI) document.querySelector('[data-chart]')?.scrollIntoView({ block: 'nearest' })
  }, [at.kpi])
  return (
    <ChartCard
      plant={plant}
      info={info}
      window={at.window}
      title={<FigureSelect kpis={kpis} at={at} shown={info} />}
      linkToWindow={(window) => linkTo({ ...at, kpi: info.id, window })}
    />
  )
}
