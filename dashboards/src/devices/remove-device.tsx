import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DeviceAnswer } from '../../../src/base/wire.js'
import type { ForgetAnswer } from '../../../src/views/wire/forget.js'
import { saidText } from '../configuration/problems/problem-text.js'
import { decimal } from '../format.js'
import { type Answer, post } from '../gateway/api.js'
import { goTo } from '../nav.js'
import { account } from '../session.js'
import { language, operator } from '../settings.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { WhoField } from '../ui/who-field.js'
import { removalWords } from './removal-words.js'

const WHY_MAX = 500
/** Years of days may have to be looked at. */
const TIMEOUT_MS = 60_000

type Removed = Pick<DeviceAnswer, 'plant' | 'id'>

/** A device that nobody has configured can be taken out again with all that it sent; nothing for one that is configured. */
export function RemoveDevice({ device }: { readonly device: DeviceAnswer }) {
  const isOpen = useSignal(false)
  if (device.configured) return null
  return (
    <footer class="device-remove">
      <ActButton right="administer" class="button is-small" onClick={() => (isOpen.value = true)}>
        {removalWords().open}
      </ActButton>
      {isOpen.value && <RemoveDialog device={device} onClose={() => (isOpen.value = false)} />}
    </footer>
  )
}

function RemoveDialog({ device, onClose }: { readonly device: Removed; readonly onClose: () => void }) {
  const w = removalWords()
  const asked = useSignal<Answer<ForgetAnswer>>({ kind: 'loading' })
  const why = useSignal('')
  useEffect(() => {
    void forget(device, { dry_run: true }).then((answer) => (asked.value = answer))
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
  const by = () => operator.value.trim()
  const check = () => {
    if (would === undefined) return said
    if (why.value.trim() === '') return w.whyMissing
    return account.value === '' && by() === '' ? w.byMissing : ''
  }
  const act = () =>
    forget(device, {
      dry_run: false,
      why: why.value.trim(),
      ...(account.value === '' ? { by: by() } : {}),
    })
  const done = (answer: ForgetAnswer) => {
    onClose()
    if (answer.devices.length === 0) return notify(refusalOf(answer))
    notify(w.done(device.id))
    goTo({ view: 'devices', plant: device.plant })
  }
  return (
    <FormDialog<ForgetAnswer>
      title={w.title(device.id)}
      cancel={w.cancel}
      submit={w.submit}
      check={check}
      act={act}
      onDone={done}
      onClose={onClose}
    >
      <p role="status">{said}</p>
      {would !== undefined && (
        <>
          <label class="field">
            {w.why}
            <textarea
              rows={2}
              value={why.value}
              maxLength={WHY_MAX}
              onInput={(event) => (why.value = event.currentTarget.value)}
            />
          </label>
          <WhoField label={w.by} who={operator} />
        </>
      )}
    </FormDialog>
  )
}

function forget(
  { plant, id }: Removed,
  wish: { readonly dry_run: boolean; readonly why?: string; readonly by?: string },
) {
  return post<ForgetAnswer>(`/plants/${plant}/devices/forget`, { devices: [id], ...wish }, TIMEOUT_MS)
}

/** Reason why it stays. */
function refusalOf({ refused }: ForgetAnswer): string {
  const w = removalWords().refused
  const [first] = refused
  if (first === undefined) return w.unknown
  return first.reason === 'reported' ? w.reported(first.report ?? '') : w[first.reason]
}
