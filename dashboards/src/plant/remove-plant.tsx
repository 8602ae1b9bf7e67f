import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { PlantNode } from '../../../src/base/wire.js'
import type { ForgetAnswer } from '../../../src/views/wire/forget.js'
import { saidText } from '../configuration/problems/problem-text.js'
import { RemovalFields } from '../devices/removal-fields.js'
import { askRemoval, useRemovalOrder } from '../devices/removal-request.js'
import { decimal } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { goTo } from '../nav.js'
import { pathOf } from '../route.js'
import { language } from '../settings.js'
import { loadPlants, route } from '../state.js'
import { minuteText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { begunRemoval } from './begun-removal.js'
import { plantPlaceOf } from './page.js'
import { type RemovalSummary, removalSummary, type StayingDevices } from './removal-summary.js'
import { plantRemovalWords } from './removal-words.js'
import './removal.css'

/** Devices that are named of those that stay for one reason. */
const NAMED_MAX = 10

interface RemovePlantProps {
  readonly plant: PlantNode
  /** True within a line of text. */
  readonly isShort?: boolean
}

/** Offers to remove a plant that is not in the configuration with all that its devices sent. */
export function RemovePlant({ plant, isShort = false }: RemovePlantProps) {
  const w = plantRemovalWords()
  const isOpen = useSignal(false)
  return (
    <>
      <ActButton
        right="administer"
        class={isShort ? 'text-link removal-link' : 'button is-small'}
        aria-label={isShort ? `${w.openShort}: ${plant.id}` : undefined}
        onClick={() => (isOpen.value = true)}
      >
        {isShort ? w.openShort : w.open}
      </ActButton>
      {isOpen.value && <RemovePlantDialog plant={plant} onClose={() => (isOpen.value = false)} />}
    </>
  )
}

function RemovePlantDialog({ plant, onClose }: { readonly plant: PlantNode; readonly onClose: () => void }) {
  const w = plantRemovalWords()
  const { id } = plant
  const asked = useSignal<Answer<ForgetAnswer>>({ kind: 'loading' })
  const typed = useSignal('')
  const order = useRemovalOrder()
  const from = useRef(pathOf(route.peek()))
  const scope = { plant: id, devices: null }
  useEffect(() => {
    void askRemoval(scope).then((answer) => (asked.value = answer))
  }, [id])
  const preview = asked.value
  const summary = preview.kind === 'loaded' ? removalSummary(preview.value) : null
  const check = () => {
    if (summary === null) return preview.kind === 'failed' ? saidText(preview.detail) : w.asking
    if (summary.devices === 0) return w.nothing
    return order.missing() || (typed.value.trim() === id ? '' : w.confirmMissing(id))
  }
  const done = async (answer: ForgetAnswer) => {
    if (answer.devices.length === 0) return notify(w.nothing)
    begunRemoval.value = id
    notify(w.begun(id))
    // The cards of a plant that is no longer there must not ask for its figures.
    await loadPlants()
    // Somebody who has gone elsewhere meanwhile stays there.
    if (pathOf(route.peek()) === from.current) goTo(plantPlaceOf(id))
  }
  return (
    <FormDialog<ForgetAnswer>
      title={w.title(id)}
      cancel={w.cancel}
      submit={w.submit}
      check={check}
      act={() => order.give(scope)}
      onDone={(answer) => void done(answer)}
      onClose={onClose}
    >
      {summary === null && <p role="status">{preview.kind === 'failed' ? saidText(preview.detail) : w.asking}</p>}
      {summary !== null && <Summary summary={summary} zone={plant.timezone} />}
      {summary !== null && summary.devices > 0 && (
        <RemovalFields why={order.why}>
          <label class="field">
            {w.confirm(id)}
            <input
              value={typed.value}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
          </label>
        </RemovalFields>
      )}
    </FormDialog>
  )
}

function Summary({ summary, zone }: { readonly summary: RemovalSummary; readonly zone: string }) {
  const w = plantRemovalWords()
  const lang = language.value
  const { devices, readings, sinceMs, stays } = summary
  return (
    <div class="removal" role="status">
      <h3>{w.goes}</h3>
      {devices === 0 ? (
        <p>{w.nothing}</p>
      ) : (
        <p>
          {w.would(decimal(devices, 0, lang), decimal(readings, 0, lang))}{' '}
          {sinceMs !== null && w.since(minuteText(sinceMs, zone, lang))}
        </p>
      )}
      <h3>{w.stays}</h3>
      <ul>
        {stays.map((some) => (
          <Staying key={`${some.reason} ${some.report}`} some={some} />
        ))}
        <li>{w.ledger}</li>
        <li>{w.others}</li>
      </ul>
      {devices > 0 && <p>{stays.length > 0 ? `${w.partly} ${w.final}` : w.final}</p>}
    </div>
  )
}

function Staying({ some: { reason, report, devices } }: { readonly some: StayingDevices }) {
  const w = plantRemovalWords()
  const more = devices.length - NAMED_MAX
  return (
    <li data-stays={reason}>
      <code>{devices.slice(0, NAMED_MAX).join(', ')}</code>
      {more > 0 && ` ${w.more(decimal(more, 0, language.value))}`}:{' '}
      {reason === 'reported' ? w.reasons.reported(report) : w.reasons[reason]}
    </li>
  )
}
