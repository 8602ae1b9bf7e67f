import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DeviceAnswer } from '../../../src/base/wire.js'
import type { ForgetMetricsAnswer } from '../../../src/views/wire/forget-metrics.js'
import { decimal } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { zoneOf } from '../names.js'
import { language } from '../settings.js'
import { minuteText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { RemovalFields } from './removal-fields.js'
import { askMetricRemoval, useRemovalOrder } from './removal-request.js'
import { removalWords } from './removal-words.js'

interface RemoveMetricProps {
  readonly device: Pick<DeviceAnswer, 'plant' | 'id' | 'metrics'>
  /** The metric that the page shows; undefined where nobody has chosen one. */
  readonly metric: string | undefined
}

/** A metric that a device should not have sent can be taken out with its readings; the device goes on. */
export function RemoveMetric({ device, metric }: RemoveMetricProps) {
  const isOpen = useSignal(false)
  if (device.metrics.length === 0) return null
  return (
    <footer class="device-remove">
      <ActButton right="administer" class="button is-small" onClick={() => (isOpen.value = true)}>
        {removalWords().metric.open}
      </ActButton>
      {isOpen.value && <RemoveDialog device={device} metric={metric} onClose={() => (isOpen.value = false)} />}
    </footer>
  )
}

function RemoveDialog({ device, metric, onClose }: RemoveMetricProps & { readonly onClose: () => void }) {
  const w = removalWords()
  const { plant, id, metrics } = device
  const chosen = useSignal(metric !== undefined && metrics.includes(metric) ? metric : '')
  const asked = useSignal<Answer<ForgetMetricsAnswer> | null>(null)
  const order = useRemovalOrder()
  const scope = { plant, device: id, metrics: [chosen.value] }
  useEffect(() => {
    asked.value = null
    if (chosen.value === '') return
    const { value } = chosen
    void askMetricRemoval(scope).then((answer) => {
      if (chosen.peek() === value) asked.value = answer
    })
  }, [plant, id, chosen.value])
  const would = asked.value?.kind === 'loaded' ? asked.value.value.metrics[0] : undefined
  const said = saidOf(asked.value, chosen.value, plant)
  return (
    <FormDialog<ForgetMetricsAnswer>
      title={w.metric.title(id)}
      cancel={w.cancel}
      submit={w.submit}
      check={() => (would === undefined ? said : order.missing())}
      act={() => order.giveMetrics(scope)}
      onDone={(answer) => notify(answer.metrics.length === 0 ? refusalOf(answer) : w.metric.done(chosen.value))}
      onClose={onClose}
    >
      <label class="field">
        {w.metric.which}
        <select class="input" value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
          <option value="">{w.metric.choose}</option>
          {metrics.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p role="status">{said}</p>
      {would !== undefined && <RemovalFields why={order.why} />}
    </FormDialog>
  )
}

/** Words on what would go, or why it stays. */
function saidOf(asked: Answer<ForgetMetricsAnswer> | null, metric: string, plant: string): string {
  const w = removalWords()
  if (metric === '') return w.metric.choose
  if (asked === null || asked.kind === 'loading') return w.asking
  if (asked.kind === 'failed') return asked.detail
  const [would] = asked.value.metrics
  if (would === undefined) return refusalOf(asked.value)
  const { readings, first_reading: first } = would
  const since = first === null ? '' : minuteText(Date.parse(first), zoneOf(plant), language.value)
  return w.metric.would(decimal(readings, 0, language.value), since)
}

function refusalOf({ refused }: ForgetMetricsAnswer): string {
  const w = removalWords().metric.refused
  const [first] = refused
  if (first === undefined) return w.unknown
  if (first.reason === 'reported') return w.reported(first.report ?? '')
  return first.reason === 'merged' ? w.merged((first.with ?? []).join(', ')) : w[first.reason]
}
