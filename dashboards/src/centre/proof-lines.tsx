import { proofName } from '../../../src/base/management-centre.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { FunctionProofItem } from '../../../src/views/wire/centre-functions.js'
import { figureFor, figureText } from '../format.js'
import { language, words } from '../settings.js'
import { catalogue } from '../state.js'
import { dayText } from '../time/time.js'
import { subscripts, Unit } from '../ui/text.js'
import { useCentreWords } from './words.js'

interface ProofLinesProps {
  readonly plant: PlantNode
  readonly proofs: readonly FunctionProofItem[]
}

/** Each need of a function with its proof, or with the names of what is missing. */
export function ProofLines({ plant, proofs }: ProofLinesProps) {
  const needs = [...new Set(proofs.map(({ need }) => need))]
  return (
    <ul class="centre-proofs">
      {needs.map((need) => {
        const own = proofs.filter((proof) => proof.need === need)
        const inUse = own.find(({ state }) => state === 'in_use')
        const shown = inUse ?? own.find(({ state }) => state === 'stopped')
        return (
          <li key={need} data-need={need} data-state={shown?.state ?? own[0]?.state}>
            {shown === undefined ? <Missing proofs={own} /> : <Proof plant={plant} proof={shown} />}
          </li>
        )
      })}
    </ul>
  )
}

/** A proof that is or was there, with its newest figure. */
function Proof({ plant, proof }: { readonly plant: PlantNode; readonly proof: FunctionProofItem }) {
  const w = useCentreWords()
  const { id, state, value, at } = proof
  const info = infoOf(id)
  const figure = info === undefined ? null : figureFor(info, value ?? 0)
  // The window of a day ends when the next one begins.
  const day = at === null ? '' : dayText(Date.parse(at) - (info === undefined ? 0 : 1), plant.timezone, language.value)
  return (
    <>
      {subscripts(capital(nameOf(id)))}{' '}
      {figure !== null && value !== null && (
        <span class="num">
          {figureText(value, figure, language.value)}
          <Unit unit={figure.unit} />
        </span>
      )}
      {info === undefined && value !== null && value > 1 && <span class="num">{String(value)}</span>}{' '}
      {day !== '' && <span class="faint">{state === 'stopped' ? w.lastOn(day) : w.on(day)}</span>}
      {state === 'stopped' && <span class="centre-reason"> {reasonText(proof.reason, w.reasons)}</span>}
    </>
  )
}

/** Nothing of these proofs is there: what one of them would need. */
function Missing({ proofs }: { readonly proofs: readonly FunctionProofItem[] }) {
  const w = useCentreWords()
  const names = proofs.map(({ id }) => nameOf(id))
  const isOffered = proofs.some(({ state }) => state !== 'not_offered')
  const reason = proofs.map((proof) => reasonText(proof.reason, w.reasons)).find((text) => text !== '') ?? ''
  return (
    <span class="centre-missing">
      {isOffered ? w.missing : w.notOffered} {subscripts(names.join(w.or))}
      {reason !== '' && <span class="faint"> ({reason})</span>}
    </span>
  )
}

function infoOf(id: string) {
  return catalogue.value.kind === 'loaded' ? catalogue.value.value.get(id) : undefined
}

function nameOf(id: string): string {
  return (infoOf(id)?.name ?? proofName(id))?.[language.value] ?? id
}

/** Proofs that are no figures are words in a sentence; at its start they have a capital. */
function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function reasonText(reason: string, own: Readonly<Record<string, string>>): string {
  const ofFigures: Readonly<Record<string, string>> = words().reasons
  return own[reason] ?? ofFigures[reason] ?? ''
}
