import { useSignal } from '@preact/signals'
import type { PlantNode } from '../../../src/base/wire.js'
import { plantName } from '../names.js'
import { words } from '../settings.js'
import { Dialog } from '../ui/dialog.js'
import { Icon } from '../ui/icon.js'

const CHECK = 'greengauge factors check --config greengauge.yaml'

type Places = Readonly<Record<'value' | 'source' | 'validFrom' | 'published', string>>

/** Lines to write into the configuration, with places to fill in. */
function linesFor(plant: PlantNode, { value, source, validFrom, published }: Places): string {
  return `plants:
  - id: ${plant.id}
    factors:
      - id: ${plant.id}-grid
        activity: grid_electricity
        value: ${value}
        unit: kgCO2e/kWh
        valid_from: ${validFrom}
        published: ${published}
        source: ${source}`
}

/** The way out of a figure that lacks its emission factor. */
export function FactorAdvice({ plant }: { readonly plant: PlantNode }) {
  const w = words().factor
  const isOpen = useSignal(false)
  const close = () => {
    isOpen.value = false
  }
  return (
    <>
      <button
        type="button"
        class="tile-act"
        onClick={() => {
          isOpen.value = true
        }}
      >
        {w.add}
        <Icon name="arrowRight" size={14} />
      </button>
      <Dialog title={w.title} isOpen={isOpen.value} onClose={close} class="factor-advice">
        <h2 class="dialog-title">{w.title}</h2>
        <p>{w.why(plantName(plant))}</p>
        <pre class="command">
          <code>{linesFor(plant, w)}</code>
        </pre>
        <p>{w.check}</p>
        <pre class="command">
          <code>{CHECK}</code>
        </pre>
        <button type="button" class="button" onClick={close}>
          {words().keys.close}
        </button>
      </Dialog>
    </>
  )
}
