import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { PlantNode } from '../../../src/base/wire.js'
import type { RemovalsAnswer } from '../../../src/views/wire/removals.js'
import { saidText } from '../configuration/problems/problem-text.js'
import { decimal } from '../format.js'
import { get } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import { goTo, linkTo } from '../nav.js'
import { plantOf } from '../route.js'
import { may } from '../session.js'
import { language } from '../settings.js'
import { loadPlants, plantList, route } from '../state.js'
import { notify } from '../ui/notice.js'
import { begunRemoval } from './begun-removal.js'
import { plantRemovalWords } from './removal-words.js'
import { RemovePlant } from './remove-plant.js'
import './removal.css'

const EVERY_MS = 1_000

interface PlantRemovalProps {
  readonly id: string
  /** Undefined for one of which the gateway knows nothing, any more or at all. */
  readonly plant?: PlantNode
  /** Words for one that is neither there nor being removed. */
  readonly children?: ComponentChildren
}

/** Shows how far the removal of a plant is, else the way to it. Whoever has watched a plant go is taken away from its page. */
export function PlantRemoval({ id, plant, children }: PlantRemovalProps) {
  const w = plantRemovalWords()
  const { value: asked } = usePolled<RemovalsAnswer>(removalsPath(id), EVERY_MS)
  const { going: all, failed } = asked.kind === 'loaded' ? asked.value : NONE
  // Orders for some devices or metrics of a plant that stays are no removal of it.
  const going = plant?.configured === true ? [] : all.filter(({ metrics }) => metrics === undefined)
  const isGoing = going.length > 0
  useEffect(() => {
    if (isGoing) begunRemoval.value = id
    else if (begunRemoval.peek() === id && asked.kind === 'loaded') void leaveWhenGone(id)
  }, [id, isGoing, asked])
  if (isGoing) return <Going id={id} going={going} />
  return (
    <>
      {failed.map(({ at, reason }) => (
        <p key={at} class="card removal" data-removal="failed">
          <span>{w.failed}</span> {saidText(reason)}
        </p>
      ))}
      {plant !== undefined ? <WayOut plant={plant} /> : asked.kind !== 'loading' && children}
    </>
  )
}

/** Leaves the page of a plant when an answer that is newer than the order says that it is over; stays where something of the plant does. */
async function leaveWhenGone(id: string): Promise<void> {
  const now = await get<RemovalsAnswer>(removalsPath(id))
  if (now.kind !== 'loaded' || now.value.going.length > 0 || begunRemoval.peek() !== id) return
  await loadPlants()
  begunRemoval.value = ''
  if (plantList.peek().some((plant) => plant.id === id)) return
  notify(plantRemovalWords().gone(id))
  if (plantOf(route.peek()) === id) goTo({ view: 'overview' })
}

const removalsPath = (id: string) => `/plants/${id}/removals`
const NONE: RemovalsAnswer = { going: [], failed: [] }

function Going({ id, going }: { readonly id: string; readonly going: RemovalsAnswer['going'] }) {
  const w = plantRemovalWords()
  const text = (count: number) => decimal(count, 0, language.value)
  return (
    <section class="card removal" aria-label={w.going(id)} data-removal="going">
      <h2>{w.going(id)}</h2>
      <div role="status">
        {going.map(({ at, devices, days, readings, waits }) => (
          <p key={at}>
            {w.progress(text(devices), text(days), text(readings))}
            {waits !== null && (
              <>
                {' '}
                {w.waits} {saidText(waits)}
              </>
            )}
          </p>
        ))}
      </div>
      <p class="faint">{w.goesOn}</p>
    </section>
  )
}

function WayOut({ plant }: { readonly plant: PlantNode }) {
  const w = plantRemovalWords()
  if (!plant.configured) {
    return (
      <footer class="plant-remove">
        <RemovePlant plant={plant} />
      </footer>
    )
  }
  return (
    <footer class="plant-remove" data-remove="configured">
      <span class="faint">{w.configuredFirst}</span>
      <a class="button is-small" href={linkTo({ view: 'configuration', of: plant.id })}>
        {w.toConfiguration}
      </a>
    </footer>
  )
}

/** The end of the page of a plant: nothing for one that is configured and that the reader may not change. */
export function PlantEnd({ plant }: { readonly plant: PlantNode }) {
  if (!plant.configured) return <PlantRemoval id={plant.id} plant={plant} />
  return may('administer') ? <WayOut plant={plant} /> : null
}
