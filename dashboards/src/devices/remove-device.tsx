import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { DeviceAnswer } from '../../../src/base/wire.js'
import type { ForgetAnswer } from '../../../src/views/wire/forget.js'
import { saidText } from '../configuration/problems/problem-text.js'
import { decimal } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { goTo, linkTo } from '../nav.js'
import { pathOf } from '../route.js'
import { may } from '../session.js'
import { language } from '../settings.js'
import { route } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { RemovalFields } from './removal-fields.js'
import { askRemoval, type RemovalScope, useRemovalOrder } from './removal-request.js'
import { removalWords } from './removal-words.js'

type Removed = Pick<DeviceAnswer, 'plant' | 'id'>

/** A device that nobody has configured can be taken out again with all that it sent; a configured one leaves the configuration first. */
export function RemoveDevice({ device }: { readonly device: DeviceAnswer }) {
  const isOpen = useSignal(false)
  const w = removalWords()
  if (device.configured) {
    if (!may('administer')) return null
    return (
      <footer class="device-remove" data-remove="configured">
        <span class="faint">{w.configuredFirst}</span>
        <a class="button is-small" href={linkTo({ view: 'configuration', of: `${device.plant}/${device.id}` })}>
          {w.toConfiguration}
        </a>
      </footer>
    )
  }
  return (
    <footer class="device-remove">
      <ActButton right="administer" class="button is-small" onClick={() => (isOpen.value = true)}>
        {w.open}
      </ActButton>
      {isOpen.value && <RemoveDialog device={device} onClose={() => (isOpen.value = false)} />}
    </footer>
  )
}

function RemoveDialog({ device, onClose }: { readonly device: Removed; readonly onClose: () => void }) {
  const w = removalWords()
  const asked = useSignal<Answer<ForgetAnswer>>({ kind: 'loading' })
  const order = useRemovalOrder()
  const from = useRef(pathOf(route.peek()))
  const scope: RemovalScope = { plant: device.plant, devices: [device.id] }
  useEffect(() => {
    void askRemoval(scope).then((answer) => (asked.value = answer))
  }, [device.plant, device.id])
  const preview = asked.value
  const would = preview.kind === 'loaded' ? preview.value.devices[0] : undefined
  const said =
    preview.kind === 'loading'
      ? w.asking
      : preview.kind === 'failed'
        ? saidText(preview.detail)
        : would === undefined
          ? refusalOf(preview.value)
          : w.would(decimal(would.readings, 0, language.value))
  const done = (answer: ForgetAnswer) => {
    if (answer.devices.length === 0) return notify(refusalOf(answer))
    notify(w.done(device.id))
    // Somebody who has gone elsewhere meanwhile stays there.
    if (pathOf(route.peek()) === from.current) goTo({ view: 'devices', plant: device.plant })
  }
  return (
    <FormDialog<ForgetAnswer>
      title={w.title(device.id)}
      cancel={w.cancel}
      submit={w.submit}
      check={() => (would === undefined ? said : order.missing())}
      act={() => order.give(scope)}
      onDone={done}
      onClose={onClose}
    >
      <p role="status">{said}</p>
      {would !== undefined && <RemovalFields why={order.why} />}
    </FormDialog>
  )
}

/** Reason why it stays. */
function refusalOf({ refused }: ForgetAnswer): string {
  const w = removalWords().refused
  const [first] = refused
  if (first === undefined) return w.unknown
  return first.reason === 'reported' ? w.reported(first.report ?? '') : w[first.reason]
}
