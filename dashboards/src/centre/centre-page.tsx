import './centre.css'
import type { PlantNode } from '../../../src/base/wire.js'
import type { CentreFunctionItem, CentreFunctionsAnswer } from '../../../src/views/wire/centre-functions.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { OfPlant } from '../plant/of-plant.js'
import type { Route } from '../route.js'
import { language } from '../settings.js'
import { CardFrame } from '../ui/card-frame.js'
import { DeclareButton } from './declare-button.js'
import { IndicatorsCard } from './indicators-card.js'
import { placeOfFunction } from './places.js'
import { ProofLines } from './proof-lines.js'
import { useCentreWords } from './words.js'

/** It goes by figures of days: what has ended is seen within minutes of the day after. */
const EVERY_MS = 300_000

/** The page of the twelve functions: what is in use, what proves it, and what is missing. */
export default function CentreView({ at }: { readonly at: Extract<Route, { view: 'centre' }> }) {
  return (
    <OfPlant id={at.plant}>
      {(plant) => (
        <>
          <FunctionsCard key={plant.id} plant={plant} />
          <IndicatorsCard key={`${plant.id} indicators`} plant={plant} />
        </>
      )}
    </OfPlant>
  )
}

function FunctionsCard({ plant }: { readonly plant: PlantNode }) {
  const w = useCentreWords()
  const path = `/plants/${encodeURIComponent(plant.id)}/centre-functions`
  const { value: answer, again } = usePolled<CentreFunctionsAnswer>(path, EVERY_MS)
  const found = answer.kind === 'loaded' ? answer.value : null
  return (
    <CardFrame
      id="centre"
      pillar="green"
      title={w.title}
      subtitle={found === null ? '' : w.inUse(String(found.in_use), String(found.functions.length))}
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={again}
      tools={<DeclareButton plant={plant} />}
      footer={<span class="faint">{found === null ? '' : w.note(found.document[language.value])}</span>}
    >
      <ol class="centre-functions">
        {(found?.functions ?? []).map((one) => (
          <FunctionRow key={one.id} plant={plant} of={one} />
        ))}
      </ol>
    </CardFrame>
  )
}

function FunctionRow({ plant, of }: { readonly plant: PlantNode; readonly of: CentreFunctionItem }) {
  const w = useCentreWords()
  const place = placeOfFunction(of.id, plant.id)
  const name = of.name[language.value]
  return (
    <li class="centre-function" data-function={of.id} data-state={of.state}>
      <span class="centre-number num" aria-hidden="true">
        {of.number}
      </span>
      <h3>{place === null ? name : <a href={linkTo(place)}>{name}</a>}</h3>
      <span class={`centre-state is-${of.state}`}>{w.states[of.state]}</span>
      <ProofLines plant={plant} proofs={of.proofs} />
    </li>
  )
}
