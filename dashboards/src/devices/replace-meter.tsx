import { useSignal } from '@preact/signals'
import { METRICS } from '../../../src/base/metrics.js'
import type { DeviceAnswer } from '../../../src/base/wire.js'
import { post } from '../gateway/api.js'
import { account } from '../session.js'
import { language, operator } from '../settings.js'
import { nowMs } from '../state.js'
import { fieldText, instantOf } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'

const en = {
  open: 'Its meter was exchanged…',
  title: (device: string) => `The meter of ${device} was exchanged`,
  about:
    'A register that begins again elsewhere would look like consumption, or like a jump back. From the time that you say here on it starts anew: nothing is counted between the last reading of the old meter and the first of the new one.',
  which: 'Register',
  all: 'every one of the device',
  at: 'When (time of the plant)',
  atMissing: 'Say when the meter was exchanged.',
  comment: 'In words, such as the numbers of both meters',
  submit: 'Put on record',
  cancel: 'Cancel',
  done: (device: string) => `It is on record; figures of ${device} around that time are made again.`,
}

const zh: typeof en = {
  open: '更换了仪表…',
  title: (device) => `${device} 更换了仪表`,
  about:
    '表底若从别处重新开始，会被看作用量或倒退。自此处所填时间起重新计数：旧表最后一个读数与新表第一个读数之间不计量。',
  which: '表底',
  all: '该设备的全部表底',
  at: '时间（工厂时间）',
  atMissing: '请填写更换时间。',
  comment: '说明，如新旧表的编号',
  submit: '记录',
  cancel: '取消',
  done: (device) => `已记录；${device} 该时间前后的数值将重新计算。`,
}

const replaceWords = () => (language.value === 'zh' ? zh : en)

interface ReplaceMeterProps {
  readonly device: Pick<DeviceAnswer, 'plant' | 'id' | 'metrics'>
  readonly zone: string
}

function isRegister(metric: string): boolean {
  const kind = METRICS.get(metric)?.kind
  return kind === 'counter' || kind === 'pieces'
}

/** The meter behind a device was exchanged: its register starts anew. Nothing for a device without a register. */
export function ReplaceMeter({ device, zone }: ReplaceMeterProps) {
  const isOpen = useSignal(false)
  if (!device.metrics.some(isRegister)) return null
  return (
    <footer class="device-remove">
      <ActButton right="administer" class="button is-small" onClick={() => (isOpen.value = true)}>
        {replaceWords().open}
      </ActButton>
      {isOpen.value && <ReplaceDialog device={device} zone={zone} onClose={() => (isOpen.value = false)} />}
    </footer>
  )
}

function ReplaceDialog({ device, zone, onClose }: ReplaceMeterProps & { readonly onClose: () => void }) {
  const w = replaceWords()
  const { plant, id, metrics } = device
  const metric = useSignal('')
  const comment = useSignal('')
  const at = useSignal(fieldText(nowMs.peek(), zone))
  const act = () => {
    const by = operator.peek().trim()
    return post<object>(`/plants/${plant}/devices/${id}/meter-replaced`, {
      at: new Date(instantOf(Date.parse(`${at.peek()}Z`), zone)).toISOString(),
      ...(metric.peek() === '' ? {} : { metric: metric.peek() }),
      ...(comment.peek().trim() === '' ? {} : { comment: comment.peek().trim() }),
      ...(account.peek() === '' && by !== '' ? { by } : {}),
    })
  }
  return (
    <FormDialog<object>
      title={w.title(id)}
      cancel={w.cancel}
      submit={w.submit}
      check={() => (Number.isNaN(Date.parse(`${at.peek()}Z`)) ? w.atMissing : '')}
      act={act}
      onDone={() => notify(w.done(id))}
      onClose={onClose}
    >
      <p>{w.about}</p>
      <label class="field">
        {w.which}
        <select class="input" value={metric.value} onChange={(event) => (metric.value = event.currentTarget.value)}>
          <option value="">{w.all}</option>
          {metrics.filter(isRegister).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {w.at}
        <input type="datetime-local" value={at.value} onInput={(event) => (at.value = event.currentTarget.value)} />
      </label>
      <label class="field">
        {w.comment}
        <input
          class="input"
          maxLength={2000}
          value={comment.value}
          onInput={(event) => (comment.value = event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  )
}
